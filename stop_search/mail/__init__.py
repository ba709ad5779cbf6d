"""Mail to people who sign in: that something waits for them, never what."""
