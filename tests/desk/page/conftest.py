"""The page of a desk in a real browser: a desk that serves, a browser, and somebody who runs the office."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from bot.store.staff_values import Role
from tests.databases import migrated_sqlite
from tests.desk.made_page import PageDesk, Worker, browsing

LENA = (Role.ADMINISTRATOR, Role.AUDITOR, Role.LEAD)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[PageDesk]:
    database = migrated_sqlite(tmp_path)
    made = PageDesk(database, tmp_path)
    with made.serving():
        yield made
    database.close()


@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Browser]:
    with browsing(chromium) as started:
        yield started


@pytest.fixture
def lena(desk: PageDesk) -> Worker:
    return desk.worker("Lena Example", *LENA)
