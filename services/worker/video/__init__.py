"""Reading recordings, always inside the sandbox."""
