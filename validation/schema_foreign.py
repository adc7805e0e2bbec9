"""Definitions that come with schemas of another library: Pydantic's ``$defs``.

Owns their names among the components of one document, and the references to them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, Final, TypeAlias, cast

from bolide.validation.component_names import component_name, free_name

__all__ = ["ForeignDefinitions"]

_Json: TypeAlias = "dict[str, _Json] | list[_Json] | str | float | bool | None"

_LOCAL: Final = "#/$defs/"
_SUFFIXES: Final = {"validation": "Input", "serialization": "Output"}


class ForeignDefinitions:
    """The definitions of one document that its own types do not make.

    Args:
        reference: Returns the ``$ref`` of a component by its name.
        taken: Names that other components have.

    Attributes:
        schemas: The definitions by component name.
    """

    __slots__ = ("_given", "_reference", "_taken", "schemas")

    def __init__(self, reference: Callable[[str], str], taken: Collection[str] = ()) -> None:
        self._reference = reference
        self._taken = taken
        self._given: dict[str, Any] = {}
        self.schemas: dict[str, dict[str, Any]] = {}

    def adopt(self, schema: Mapping[str, Any], mode: str) -> dict[str, Any]:
        """Take over the definitions of *schema*; return it with references to where they stand now."""
        definitions = cast("Mapping[str, dict[str, Any]]", schema.get("$defs", {}))
        names = {name: self._name(name, given, mode) for name, given in definitions.items()}
        references = {_LOCAL + name: self._reference(own) for name, own in names.items()}
        for name, given in definitions.items():
            own = names[name]
            self._given[own] = given
            self.schemas[own] = cast("dict[str, Any]", _refer(given, references))
        rest = {word: value for word, value in schema.items() if word != "$defs"}
        return cast("dict[str, Any]", _refer(rest, references))

    def _name(self, name: str, given: Mapping[str, Any], mode: str) -> str:
        stem = component_name(name)
        for candidate in (stem, f"{stem}-{_SUFFIXES[mode]}"):
            if candidate not in self._taken and self._given.get(candidate, given) == given:
                return candidate
        return free_name(stem, {*self._taken, *self._given})


def _refer(value: _Json, references: Mapping[str, str]) -> _Json:
    if isinstance(value, dict):
        return {word: _refer(member, references) for word, member in value.items()}
    if isinstance(value, list):
        return [_refer(item, references) for item in value]
    return references.get(value, value) if isinstance(value, str) else value
