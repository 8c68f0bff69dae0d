"""Reads the authors' YAML files into a compiled conversation; an error is one line, ``file:line: what was expected``.

Files only: what is well formed but unwise (dead ends, labels that are cut) is for ``bot.engine.check`` and
``bot.authoring`` to say. Texts are English; the other languages are joined by ``bot.i18n``.
"""

from bot.loader.loading import Authored, load, load_authored, load_with_places
from bot.loader.schema import schema

__all__ = ["Authored", "load", "load_authored", "load_with_places", "schema"]
