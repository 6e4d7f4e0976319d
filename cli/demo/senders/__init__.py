"""What vendors send, in their own formats: one file for each, with the fields that those who read them look at."""
