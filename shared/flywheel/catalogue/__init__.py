"""One catalogue of the report's figures: what each is called, how it is shown, compared, tested and explained."""
