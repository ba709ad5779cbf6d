"""People who sign in, their roles, their posts in time, and machines' tokens."""
