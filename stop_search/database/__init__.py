"""How rows are stored: base class, sessions, constraints and migrations, the same on SQLite and PostgreSQL."""
