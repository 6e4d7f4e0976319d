"""Tags: versions, dates and families in their names, twins, and where patches exist."""
