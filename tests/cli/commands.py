"""Running ``panoh`` inside the test's own process."""

from dataclasses import dataclass

import pytest

from bot.cli import program


@dataclass(frozen=True, kw_only=True)
class Done:
    code: int
    out: str
    err: str


def panoh(capsys: pytest.CaptureFixture[str], *words: str) -> Done:
    capsys.readouterr()
    with pytest.raises(SystemExit) as ended:
        program.main(words)
    shown = capsys.readouterr()
    code = ended.value.code
    return Done(code=code if isinstance(code, int) else 0, out=shown.out, err=shown.err)
