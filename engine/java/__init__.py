"""Amazon's own programs that Java runs, fetched by Maven: DynamoDB Local, and whatever else a POM names."""
