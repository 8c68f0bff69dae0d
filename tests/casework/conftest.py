"""Both databases for the tests of this room."""

from tests.databases import database, database_url, empty_url, postgresql

__all__ = ["database", "database_url", "empty_url", "postgresql"]
