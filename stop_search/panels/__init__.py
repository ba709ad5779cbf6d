"""Community scrutiny."""
