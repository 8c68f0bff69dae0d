"""Each planted fault is found by the playbook, or else by a promise: the tests of the engine can fail."""

from collections.abc import Callable
from types import ModuleType

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.engine import test_asked, test_rows
from tests.engine.faults import FAULTS
from tests.engine.playbook import umbrella
from tests.engine.promises import PROMISES
from tests.engine.walks import walks


def rows(module: ModuleType) -> list[Callable[[], None]]:
    return [value for name, value in vars(module).items() if name.startswith("test_") and callable(value)]


@settings(
    max_examples=150,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(data=st.data())
def promises(data: st.DataObject) -> None:
    walk = data.draw(walks(umbrella()))
    for promise in PROMISES:
        promise(umbrella(), walk)


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
        assert any(found_by(row) for row in [*rows(test_rows), *rows(test_asked)]) or found_by(promises)


def test_without_a_fault_nothing_is_found() -> None:
    assert [row.__name__ for row in [*rows(test_rows), *rows(test_asked)] if found_by(row)] == []
