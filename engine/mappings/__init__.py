"""Lambda's event source mappings: batches from SQS queues and DynamoDB streams, filtered, retried, given up."""
