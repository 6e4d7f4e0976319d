"""The store: one DynamoDB table, from its keys up to the log that is read and appended to."""
