"""From a value to its columns and back, for the repositories whose columns are named as the fields are."""

from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from typing import Any

from sqlalchemy import ColumnElement, Table


def columns_of(table: Table, value: type) -> tuple[ColumnElement[Any], ...]:  # Any: columns of every type
    """Return the columns that hold a value's fields."""
    return tuple(table.c[name] for name in names_of(value))


def names_of(value: type) -> Sequence[str]:
    """Return the names of a value's fields."""
    assert is_dataclass(value)
    return tuple(field.name for field in fields(value))


def parameters(value: object) -> dict[str, object]:
    """Return a value's fields by name."""
    return {name: getattr(value, name) for name in names_of(type(value))}
