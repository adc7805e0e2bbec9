"""Annotations become hints: forward references, qualifiers, clear errors."""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Callable
from typing import Annotated, Any, ClassVar, Final, NotRequired, Required, TypedDict

import pytest

from bolide.validation.hints import (
    TypeHintError,
    describe_hint,
    is_class_variable,
    resolve_hints,
    split_annotated,
    split_qualifiers,
)


@dataclasses.dataclass
class Tree:
    value: int
    children: list[Tree]


class Base(TypedDict):
    name: str


class Extended(Base):
    age: NotRequired[Annotated[int, "meta"]]


def test_string_annotations_of_a_function_are_resolved() -> None:
    def endpoint(tree: Tree, count: Annotated[int, "meta"], names: list[str] | None) -> bool: ...

    assert resolve_hints(endpoint) == {
        "tree": Tree,
        "count": Annotated[int, "meta"],
        "names": list[str] | None,
        "return": bool,
    }


def test_names_that_a_function_closes_over_are_found() -> None:
    class Local: ...

    def endpoint(value: Local) -> None:
        Local()

    assert resolve_hints(endpoint)["value"] is Local


def test_local_names_come_from_the_caller() -> None:
    class Local: ...

    def endpoint(value: Local) -> None: ...

    assert resolve_hints(endpoint, localns={"Local": Local})["value"] is Local


def test_a_wrapped_function_is_read_through_its_wrapper() -> None:
    def endpoint(value: Tree) -> None: ...

    def wrapper(*args: Any) -> None: ...

    wrapper.__wrapped__ = endpoint  # type: ignore[attr-defined]
    assert resolve_hints(wrapper)["value"] is Tree


def test_a_class_sees_itself_and_its_bases() -> None:
    class Grown(Tree):
        parent: Grown | None

    assert resolve_hints(Grown) == {"value": int, "children": list[Tree], "parent": Grown | None}


def test_a_typed_dict_brings_inherited_keys() -> None:
    assert resolve_hints(Extended) == {"name": str, "age": NotRequired[Annotated[int, "meta"]]}


def test_qualifiers_stand_around_functions_too() -> None:
    class Hooks(TypedDict):
        before: NotRequired[Callable[[int], str]]

    assert resolve_hints(Hooks) == {"before": NotRequired[Callable[[int], str]]}


def test_an_attribute_does_not_hide_the_type_of_the_same_name() -> None:
    class Event:
        int: int | None = None

    assert resolve_hints(Event) == {"int": int | None}


def test_an_undefined_name_is_named_with_its_place() -> None:
    def endpoint(value: list[Missing]) -> None: ...  # type: ignore[name-defined] # noqa: F821

    with pytest.raises(TypeHintError) as caught:
        resolve_hints(endpoint)
    assert str(caught.value) == (
        "test_an_undefined_name_is_named_with_its_place.endpoint, 'value': forward reference 'list[Missing]' "
        "cannot be resolved: name 'Missing' is not defined; define the name in the module, or in the "
        "enclosing function before the first use"
    )


def test_text_that_is_no_python_is_an_error() -> None:
    def endpoint(value) -> None: ...  # type: ignore[no-untyped-def]

    endpoint.__annotations__["value"] = "int["
    with pytest.raises(TypeHintError, match=r"'int\[' is not a type hint"):
        resolve_hints(endpoint)


@pytest.mark.parametrize(
    ("hint", "bare", "qualifiers"),
    [
        (int, int, set()),
        (Final[int], int, {"Final"}),
        (Required[int], int, {"Required"}),
        (NotRequired[Annotated[int, "m"]], Annotated[int, "m"], {"NotRequired"}),
        (Annotated[Required[int], "m"], Annotated[int, "m"], {"Required"}),
    ],
)
def test_qualifiers_are_split_off(hint: Any, bare: Any, qualifiers: set[str]) -> None:
    assert split_qualifiers(hint) == (bare, frozenset(qualifiers))


def test_metadata_is_split_off_innermost_first() -> None:
    assert split_annotated(Annotated[Annotated[int, "inner"], "outer"]) == (int, ("inner", "outer"))


@pytest.mark.parametrize(
    "hint", [ClassVar, ClassVar[int], "ClassVar[int]", "typing.ClassVar[int]", "t.ClassVar"]
)
def test_class_variables_are_recognised(hint: Any) -> None:
    assert is_class_variable(hint)


@pytest.mark.parametrize(
    ("hint", "text"),
    [
        (None, "None"),
        (type(None), "None"),
        (list[Tree], "list[Tree]"),
        (dict[str, list[int]], "dict[str, list[int]]"),
        (int | None, "int | None"),
        (typing.Optional[Tree], "Tree | None"),  # noqa: UP045
        (typing.Literal["a", 1], "Literal['a', 1]"),
        (tuple[int, ...], "tuple[int, ...]"),
        (Annotated[int, "m"], "Annotated[int, 'm']"),
        (typing.Callable[[int], str], "Callable[[int], str]"),
        (Any, "Any"),
    ],
)
def test_hints_are_described_as_users_write_them(hint: Any, text: str) -> None:
    assert describe_hint(hint) == text
