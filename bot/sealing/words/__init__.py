"""The word lists of return codes, receipt words and passphrases: 2,048 words each.

``en.txt`` and ``ru.txt`` come from the package ``mnemonic`` 0.21 (MIT, see ``LICENSE``);
there ``english.txt`` has SHA-256
``2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda`` and ``russian.txt``
``07f11af3f07fd13d8d74859f4448d8bca8f1d9d336dc4842531ecea083103a26``. Ours differs from the latter in two things: NFC
instead of NFKD, and line 1573, damaged there, is «снова» (``снова`` stands between ``сниться`` and ``снять``).
"""

from functools import cache
from importlib.resources import files

LANGUAGES = ("en", "ru")


@cache
def word_list(language: str) -> tuple[str, ...]:
    """Return the words of one of ``LANGUAGES``, in their order."""
    return tuple(files(__name__).joinpath(f"{language}.txt").read_text(encoding="utf-8").split())
