"""The stored answer of a flywheel, shown: as a page behind a signed link, as data, on a dashboard."""
