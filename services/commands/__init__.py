"""The commands of `stop-search`, one module per noun; each offers `register(app)`."""
