"""The JSON Schema of the authors' files, made from the same models that read them, for editors.

One document: ``$defs`` holds a definition for each kind of file; ``conversations/README.md`` says how to use it.
"""

from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from bot.loader.models import (
    GUARD_SCHEMA,
    ConversationFile,
    ScreensFile,
    SectionFile,
    VocabularyFile,
)

_FILES: tuple[type[BaseModel], ...] = (ConversationFile, SectionFile, ScreensFile, VocabularyFile)


def schema() -> dict[str, object]:
    """Return the schema: a file is a conversation, a section, the screens or the vocabulary."""
    _, document = models_json_schema([(model, "validation") for model in _FILES])
    definitions: dict[str, object] = {**_with_guards(document["$defs"]), "Guard": GUARD_SCHEMA}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A conversation of Panoh",
        "anyOf": [{"$ref": f"#/$defs/{model.__name__}"} for model in _FILES],
        "$defs": dict(sorted(definitions.items())),
    }


def _with_guards(tree: Any) -> Any:
    """Put a reference wherever a guard stands: pydantic refers only to what it made itself."""
    match tree:
        case {"$comment": "guard"}:
            return {name: value for name, value in tree.items() if name == "description"} | {"$ref": "#/$defs/Guard"}
        case dict():
            return {name: _with_guards(value) for name, value in tree.items()}
        case list():
            return [_with_guards(value) for value in tree]
        case _:
            return tree
