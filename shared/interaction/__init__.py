"""What people do in Slack, commands, forms and buttons: what they are answered, and the events that are made of it."""
