"""Each planted fault is found by the playbook, or else by a promise: the tests of the engine can fail."""

from collections.abc import Callable, Sequence
from types import ModuleType

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bot.engine.conversation import Conversation
from tests.engine import test_asked, test_rows, test_rows_answers, test_rows_around
from tests.engine.faults import FAULTS, PROMISE_TO_FAULT
from tests.engine.playbook import umbrella
from tests.engine.promises import PROMISES, Walk
from tests.engine.walks import walks


def every_row() -> list[Callable[[], None]]:
    """The rows of the table, as tests."""
    return [row for module in (test_rows, test_rows_answers, test_rows_around, test_asked) for row in rows(module)]


def rows(module: ModuleType) -> list[Callable[[], None]]:
    return [value for name, value in vars(module).items() if name.startswith("test_") and callable(value)]


QUICK = settings(
    max_examples=100,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def walked(promises: Sequence[Callable[[Conversation, Walk], None]]) -> Callable[[], None]:
    """Return a check that holds many walks against these promises."""

    @QUICK
    @given(data=st.data())
    def check(data: st.DataObject) -> None:
        walk = data.draw(walks(umbrella))
        for promise in promises:
            promise(umbrella(), walk)

    return check


def found_by(check: Callable[[], None]) -> bool:
    try:
        check()
    except Exception:  # noqa: BLE001  a fault may show as any error at all
        return True
    return False


@pytest.mark.parametrize("fault", FAULTS)
def test_the_fault_is_found(fault: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        FAULTS[fault](patch)
        assert any(found_by(row) for row in every_row()) or found_by(walked(PROMISES))


def test_without_a_fault_nothing_is_found() -> None:
    assert [row.__name__ for row in every_row() if found_by(row)] == []


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.__name__)
def test_the_promise_alone_finds_its_fault(promise: Callable[[Conversation, Walk], None]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        FAULTS[PROMISE_TO_FAULT[promise.__name__]](patch)
        assert found_by(walked([promise]))
