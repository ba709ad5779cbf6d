"""Numbered migrations, the same on SQLite and PostgreSQL."""
