"""How an input is read where that takes more than one string or list of strings: frozen data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

__all__ = ["DeepObject", "Group", "GroupField", "Reading", "Separated"]


@dataclass(frozen=True, slots=True)
class Separated:
    """A list in one query parameter: ``ids=1,2``."""

    separator: str


@dataclass(frozen=True, slots=True)
class DeepObject:
    """An object whose members are named in brackets: ``filter[name]=x``.

    *shape* says where lists are expected: ``None`` for one value, ``"list"`` for all of them, a dictionary
    for an object, with its members' shapes by name; the shape of other names stands under the key None.
    """

    shape: Any


@dataclass(frozen=True, slots=True)
class GroupField:
    """One field of a parameter model.

    Attributes:
        key: The name in the request, and in the dictionary that is validated.
        multiple: Every occurrence counts.
        takes_file: The value may be a file.
        takes_content: Of a file it is the content.
        is_json: The text is a JSON document.
    """

    key: str
    multiple: bool
    takes_file: bool = False
    takes_content: bool = False
    is_json: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """The fields of a record (or of several, in a union), each a parameter.

    Attributes:
        fields: In order of declaration; one entry per name under which a field may be given.
        optional: Without any of the fields there is no value, and the default stands in.
        sees_all: Names that are no fields count too: the record forbids or keeps them.
    """

    fields: tuple[GroupField, ...]
    optional: bool
    sees_all: bool


Reading = Separated | DeepObject | Group
