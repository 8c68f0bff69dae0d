"""``python -m bot`` is the command ``panoh``."""

from bot.cli import main

main()
