"""A desk that serves over a database of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import migrated_sqlite
from tests.desk.made_api import Browser, MadeDesk, roster_text
from tests.made_up import with_conversation


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[MadeDesk]:
    database = with_conversation(migrated_sqlite(tmp_path))
    yield MadeDesk(database, tmp_path, roster=roster_text())
    database.close()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One desk that serves for a whole file of tests that leave nothing behind."""
    folder = tmp_path_factory.mktemp("desk")
    database = with_conversation(migrated_sqlite(folder))
    with MadeDesk(database, folder, roster=roster_text()).serving() as serving:
        yield serving
    database.close()


@pytest.fixture
def browser(desk: MadeDesk) -> Iterator[Browser]:
    with desk.serving() as serving:
        yield serving
