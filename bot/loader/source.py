"""One YAML file as plain maps, lists and texts, together with the line on which each of them stands.

Every scalar is a text, also ``yes``, ``18_24`` and ``112``: what it means is said by the place where it stands.
Refused here: a key written twice, anchors and tags (one way to write a thing), files beyond any size an author types.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from bot.errors import ConversationFileError

Tree: TypeAlias = "str | list[Tree] | dict[str, Tree]"
Path_: TypeAlias = tuple[str | int, ...]

_BYTES_AT_MOST = 1024 * 1024
"""The longest file of the first conversation is a thirtieth of this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file: how it is called in messages, what is in it, and the line of every key and item."""

    name: str
    data: Tree
    lines: Mapping[Path_, int]

    def place(self, path: Path_ = ()) -> str:
        """Return ``file:line`` of this key or item, or of the nearest thing around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return f"{self.name}:{self.lines.get(path, 1)}"

    def wrong(self, path: Path_, expected: str) -> ConversationFileError:
        """Return the error to raise about this key or item."""
        return ConversationFileError(f"{self.place(path)}: {expected}")


def read_source(path: Path, name: str) -> Source:
    """Read a file; ``name`` is what messages call it.

    Raises:
        ConversationFileError: the file is missing, too long, not UTF-8, or not plain YAML.
    """
    try:
        if path.stat().st_size > _BYTES_AT_MOST:
            raise ConversationFileError(f"{name}:1: expected a file of at most {_BYTES_AT_MOST} bytes")
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ConversationFileError(f"{name}:1: expected this file to exist") from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ConversationFileError(f"{name}:{line}: expected UTF-8 text") from None
    except OSError as error:
        raise ConversationFileError(f"{name}:1: cannot be read: {error.strerror}") from error
    return parse_source(text, name)


def parse_source(text: str, name: str) -> Source:
    """Read the text of a file.

    Raises:
        ConversationFileError: it is not plain YAML.
    """
    try:
        root = YAML(typ="safe", pure=True).compose(text)
        lines: dict[Path_, int] = {}
        data = _plain(root, (), lines, name) if root is not None else {}
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark is not None else 1
        raise ConversationFileError(f"{name}:{line}: expected YAML: {error.problem or error.context}") from error
    except (YAMLError, ValueError) as error:
        raise ConversationFileError(f"{name}:1: expected YAML: {str(error).splitlines()[0]}") from error
    except RecursionError:
        raise ConversationFileError(f"{name}:1: expected fewer levels of indentation") from None
    return Source(name=name, data=data, lines=lines)


def _plain(node: Node, path: Path_, lines: dict[Path_, int], name: str) -> Tree:
    line = node.start_mark.line + 1
    lines.setdefault(path, line)
    if node.anchor is not None:
        raise ConversationFileError(f"{name}:{line}: expected the value itself; anchors (&, *) are not used here")
    match node:
        case ScalarNode():
            return str(node.value)
        case SequenceNode():
            return [_plain(item, (*path, place), lines, name) for place, item in enumerate(node.value)]
        case MappingNode():
            found: dict[str, Tree] = {}
            for key, value in node.value:
                at = key.start_mark.line + 1
                if not isinstance(key, ScalarNode):
                    raise ConversationFileError(f"{name}:{at}: expected a plain word before the colon")
                if key.value in found:
                    raise ConversationFileError(f"{name}:{at}: expected {key.value!r} only once")
                lines[(*path, key.value)] = at
                found[key.value] = _plain(value, (*path, key.value), lines, name)
            return found
        case _:
            raise AssertionError(type(node))
