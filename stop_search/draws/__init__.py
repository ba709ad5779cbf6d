"""The random sample that anyone can re-check."""
