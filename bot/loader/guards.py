"""Reads guards as authors write them, and says on which line a name is not known.

``{node: option or list}`` · ``{answered: node}`` · ``{all: [...]}`` · ``{any: [...]}`` · ``{not: guard}`` · a name.
"""

from collections.abc import Mapping

from bot.engine.conversation import All, Answered, Any, Guard, Is, Not
from bot.loader.source import Path_, Source

RESERVED = frozenset({"all", "any", "not", "answered"})
"""Words of the guard language: no question may have such a name."""

_SHAPE = "expected a guard: {node: option}, {answered: node}, {all: [...]}, {any: [...]}, {not: guard} or a name"


class GuardReader:
    """Knows every question with its options, and the named guards of one conversation."""

    def __init__(self, options: Mapping[str, frozenset[str]], named: Mapping[str, object], source: Source) -> None:
        """``options`` maps each node to the ids that can be chosen; ``named`` stands under ``guards`` of ``source``."""
        self._options = options
        self._named = named
        self._source = source
        self._read: dict[str, Guard] = {}
        self._reading: list[str] = []

    def read(self, raw: object, source: Source, path: Path_) -> Guard:
        """Return the guard that stands at this place.

        Raises:
            ConversationFileError: it is not a guard, or names something that does not exist.
        """
        match raw:
            case str():
                return self._name(raw, source, path)
            case dict() if len(raw) == 1:
                ((word, value),) = raw.items()
                return self._single(str(word), value, source, (*path, str(word)))
            case _:
                raise source.wrong(path, _SHAPE)

    def named(self) -> dict[str, Guard]:
        """Return every named guard.

        Raises:
            ConversationFileError: one of them is wrong.
        """
        return {name: self._name(name, self._source, ("guards", name)) for name in self._named}

    def _name(self, name: str, source: Source, path: Path_) -> Guard:
        if name in self._read:
            return self._read[name]
        if name not in self._named:
            raise source.wrong(path, f"expected a guard or the name of one; guards has no {name!r}")
        if name in self._reading:
            circle = " -> ".join([*self._reading, name])
            raise source.wrong(path, f"expected guards that end; {circle} goes in a circle")
        self._reading.append(name)
        guard = self.read(self._named[name], self._source, ("guards", name))
        self._reading.pop()
        self._read[name] = guard
        return guard

    def _single(self, word: str, value: object, source: Source, path: Path_) -> Guard:
        match word:
            case "all" | "any":
                if not isinstance(value, list):
                    raise source.wrong(path, f"expected a list of guards after {word}")
                inner = tuple(self.read(each, source, (*path, place)) for place, each in enumerate(value))
                return All(inner) if word == "all" else Any(inner)
            case "not":
                return Not(self.read(value, source, path))
            case "answered":
                return Answered(self._node(value, source, path))
            case _:
                return self._is(self._node(word, source, path), value, source, path)

    def _node(self, name: object, source: Source, path: Path_) -> str:
        if not isinstance(name, str) or name not in self._options:
            raise source.wrong(path, f"expected the id of a question; there is no {name!r}")
        return name

    def _is(self, node: str, value: object, source: Source, path: Path_) -> Guard:
        wanted = value if isinstance(value, list) else [value]
        found: set[str] = set()
        for option in wanted:
            if not isinstance(option, str) or option not in self._options[node]:
                known = ", ".join(sorted(self._options[node])) or "none"
                raise source.wrong(path, f"expected an option of {node} ({known}); there is no {option!r}")
            found.add(option)
        if not found:
            raise source.wrong(path, f"expected at least one option of {node}")
        return Is(node=node, options=frozenset(found))
