"""Definitions that come with schemas of another library: Pydantic's ``$defs``.

Owns their names among the components of one document, and the references to them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, Final, TypeAlias, cast

from bolide.validation.component_names import component_name, free_name

__all__ = ["ForeignDefinitions"]

_Json: TypeAlias = "dict[str, _Json] | list[_Json] | str | float | bool | None"

_LOCAL: Final = "#/$defs/"
_MAYBE_NULL: Final = frozenset({"const", "default"})
_SUFFIXES: Final = {"validation": "Input", "serialization": "Output"}


class ForeignDefinitions:
    """The definitions of one document that its own types do not make.

    Args:
        reference: Returns the ``$ref`` of a component by its name.
        taken: Names that other components have.
        expected: The schemas that will be adopted, with their modes: definitions that are not the same in
            both modes are two components.
        null_defaults: Keep ``default: null`` and ``const: null``, as for the emitter of the own schemas.

    Attributes:
        schemas: The definitions by component name.
    """

    __slots__ = ("_given", "_null_defaults", "_reference", "_split", "_taken", "schemas")

    def __init__(
        self,
        reference: Callable[[str], str],
        taken: Collection[str] = (),
        expected: Iterable[tuple[Mapping[str, Any], str]] = (),
        *,
        null_defaults: bool = False,
    ) -> None:
        self._reference = reference
        self._taken = taken
        self._null_defaults = null_defaults
        self._split = _find_split(expected)
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
            self.schemas[own] = self._adopted(given, references)
        rest = {word: value for word, value in schema.items() if word != "$defs"}
        return self._adopted(rest, references)

    def _adopted(self, schema: Mapping[str, Any], references: Mapping[str, str]) -> dict[str, Any]:
        return cast("dict[str, Any]", self._reworded(cast("_Json", schema), references))

    def _reworded(self, value: _Json, references: Mapping[str, str]) -> _Json:
        """Return *value* with other references, and in the words of the engine's own schemas."""
        if isinstance(value, list):
            return [self._reworded(item, references) for item in value]
        if not isinstance(value, dict):
            return references.get(value, value) if isinstance(value, str) else value
        adopted = {
            word: self._reworded(member, references)
            for word, member in value.items()
            if self._null_defaults or word not in _MAYBE_NULL or member is not None
        }
        if adopted.get("format") == "binary" and adopted.get("type") == "string":
            del adopted["format"]
            adopted["contentMediaType"] = "application/octet-stream"
        return adopted

    def _name(self, name: str, given: Mapping[str, Any], mode: str) -> str:
        stem = component_name(name)
        suffixed = f"{stem}-{_SUFFIXES[mode]}"
        for candidate in (suffixed,) if name in self._split else (stem, suffixed):
            if candidate not in self._taken and self._given.get(candidate, given) == given:
                return candidate
        return free_name(stem, {*self._taken, *self._given})


def _find_split(expected: Iterable[tuple[Mapping[str, Any], str]]) -> frozenset[str]:
    """Return the definitions that differ between the modes, and those that refer to such."""
    by_mode: dict[str, dict[str, Any]] = {mode: {} for mode in _SUFFIXES}
    for schema, mode in expected:
        by_mode[mode].update(schema.get("$defs", {}))
    read, written = by_mode["validation"], by_mode["serialization"]
    both = read.keys() & written.keys()
    split = {name for name in both if read[name] != written[name]}
    users = {name: {used for used in both if _refers(read[name], _LOCAL + used)} for name in both}
    while more := {name for name in both - split if users[name] & split}:
        split |= more
    return frozenset(split)


def _refers(value: _Json, reference: str) -> bool:
    if isinstance(value, dict):
        return any(_refers(member, reference) for member in value.values())
    if isinstance(value, list):
        return any(_refers(item, reference) for item in value)
    return value == reference
