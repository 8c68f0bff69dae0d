"""A desk that serves on an empty database, and a browser, for what is not the whole story."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.databases import migrated_sqlite
from tests.desk.made_page import PageDesk, browsing


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[PageDesk]:
    database = migrated_sqlite(tmp_path)
    made = PageDesk(database, tmp_path)
    with made.serving():
        yield made
    database.close()


@pytest.fixture
def browser(chromium: Path) -> Iterator[Browser]:
    with browsing(chromium) as started:
        yield started
