"""Next best actions: what to do now, with which thing, and why (value: "Next best action")."""
