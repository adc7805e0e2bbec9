"""Second pass: give every component its name.

A type has one component, or two when what it accepts differs from what it writes. Names are tried from
short to long (``Item``, ``Item-Input``, ``shop__models__Item``, …); the first that nobody else could claim
wins, so a name never depends on the order of routes unless two classes have the same module and name.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate
from types import UnionType
from typing import Any, Final, Union, get_args, get_origin

from bolide.validation.component_names import component_name, free_name
from bolide.validation.schema_collection import Collection
from bolide.validation.schema_emitter import Mode, SchemaEmitter
from bolide.validation.schema_foreign import ForeignDefinitions

__all__ = ["assign_names", "component_name", "definition_title", "display_name", "free_name"]

# OpenAPI 3.1 §4.8.7: component keys match ^[a-zA-Z0-9._-]+$. A dot separates nothing there, and code
# generators trip over it.

# What stands before the last dot of a name.
_QUALIFIER: Final = re.compile(r"(?:[^\W\d]\w*\.)+(?=[^\W\d])")

_SUFFIX: Final[Mapping[Mode, str]] = {"validation": "-Input", "serialization": "-Output"}


@dataclass(frozen=True, slots=True)
class _Component:
    """One schema to name.

    Attributes:
        target: Whose schema it is.
        modes: In which modes it is referred to.
        candidates: Names to try, best first.
        fallback: The name to number when somebody else could claim every candidate.
    """

    target: Any
    modes: frozenset[Mode]
    candidates: tuple[str, ...]
    fallback: str


def assign_names(collection: Collection) -> dict[tuple[Any, Mode], str]:
    """Return the component name of each target in each mode that is needed, in order of first use.

    Both modes share a name when the schemas are equal, that is when nothing that the type reaches
    differs between them.
    """
    components = list(_components(collection))
    claims = Counter(name for component in components for name in set(component.candidates))
    names: dict[tuple[Any, Mode], str] = {}
    for component in components:
        name = next((name for name in component.candidates if claims[name] == 1), None)
        if name is None:
            name = free_name(component.fallback, {*claims, *names.values()})
        names |= {(component.target, mode): name for mode in component.modes}
    return names


def _components(collection: Collection) -> Iterator[_Component]:
    split = _find_split(collection)
    for target, modes in collection.modes.items():
        short, full = component_name(_short_name(target)), component_name(_full_name(target))
        if len(modes) == 2 and target not in split:
            yield _Component(target, modes, (short, full), full)
            continue
        for mode, suffix in _SUFFIX.items():
            only: frozenset[Mode] = frozenset({mode})
            if only <= modes:
                candidates = (short, short + suffix, full, full + suffix)
                yield _Component(target, only, candidates, candidates[3 if target in split else 2])


def display_name(target: Any) -> str:
    """Return how *target* is called in titles: ``Item``, ``Page[Item]``; a string stands for itself."""
    if isinstance(target, str):
        return target
    if (origin := get_origin(target)) is UnionType:
        origin = Union
    if origin is not None:
        return f"{display_name(origin)}[{', '.join(display_name(arg) for arg in get_args(target))}]"
    name: object = getattr(target, "__name__", None)
    return name if isinstance(name, str) else str(target)


def definition_title(target: Any) -> str:
    """Return the title of a definition, without the arguments of a generic dataclass."""
    return display_name(get_origin(target) or target)


def _short_name(target: Any) -> str:
    """Return :func:`display_name` as names of FastAPI's components have it.

    That is ``Pair[Item,int]`` for ``Pair[Shop.Item, int]``.
    """
    parts = re.split(r"(\[|\]|, )", _QUALIFIER.sub("", display_name(target)))
    depths = accumulate({"[": 1, "]": -1}.get(part, 0) for part in parts)
    return "".join(
        "," if (part, depth) == (", ", 1) else part for part, depth in zip(parts, depths, strict=True)
    )


def _full_name(target: Any) -> str:
    if isinstance(target, str):
        return target
    if (origin := get_origin(target)) is not None:
        return f"{_full_name(origin)}[{', '.join(display_name(arg) for arg in get_args(target))}]"
    qualified_name: object = getattr(target, "__qualname__", None) or display_name(target)
    return f"{getattr(target, '__module__', '')}.{qualified_name}"


def _find_split(collection: Collection) -> set[Any]:
    """Return the targets that need a component per mode: those that differ, and who refers to them."""
    foreign = ForeignDefinitions(str, expected=collection.foreign)
    emitters = [
        SchemaEmitter(mode, _no_reference, definitions=collection.definitions, foreign=foreign)
        for mode in _SUFFIX
    ]
    both = [target for target, modes in collection.modes.items() if len(modes) == 2]
    split: set[Any] = set()
    for target in both:
        definition = collection.definitions[target]
        accepted, written = (emitter.emit_definition(definition, title="") for emitter in emitters)
        if accepted != written:
            split.add(target)
    users: dict[Any, list[Any]] = {}
    for target in both:
        for used in collection.references[target]:
            users.setdefault(used, []).append(target)
    pending = list(split)
    while pending:
        for user in users.get(pending.pop(), ()):
            if user not in split:
                split.add(user)
                pending.append(user)
    return split


def _no_reference(target: Any) -> str:
    """Stand in for a name: whether the referred types differ is decided for each on its own."""
    del target
    return ""
