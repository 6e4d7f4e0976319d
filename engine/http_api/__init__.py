"""API Gateway's HTTP APIs: from a request through the deployed routes to a function and back."""
