"""The board: a report and its history as one page of HTML and SVG, with no script; pure."""
