"""Memory: SQLAlchemy, SQLite or PostgreSQL, migrations."""
