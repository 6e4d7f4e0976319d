"""Event patterns, as EventBridge rules and the filters of event source mappings read them."""
