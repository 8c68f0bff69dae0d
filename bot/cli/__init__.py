"""The command ``panoh``: one module per noun, imported only when that command runs.

``bot.cli.main`` is the entry point. A module of this package offers either functions (one command each) or a
``typer.Typer`` named ``commands`` (a noun with verbs); ``program`` lists them.

Rules. A person's mistake is one line on standard error and a number: 2 for a setting or a wrong command line, 1 for
anything else that was expected. A traceback appears only with ``--debug`` before the command, on a developer's own
machine: it may show what should not be seen. Nothing is imported here that a command does not need.
"""

from bot.cli.program import main

__all__ = ["main"]
