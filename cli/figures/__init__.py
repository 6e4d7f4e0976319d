"""`flywheel report`: where its facts come from, and its terminal page."""
