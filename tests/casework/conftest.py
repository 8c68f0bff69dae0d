"""Both databases for the tests of this room, and an office over each."""

import pytest

from bot.store.database import Database
from tests.casework.office import MadeOffice
from tests.databases import database, database_url, empty_url, postgresql

__all__ = ["database", "database_url", "empty_url", "office", "postgresql"]


@pytest.fixture
def office(database: Database) -> MadeOffice:
    return MadeOffice(database)
