"""Small programs that Bolide and Pydantic run with another result: see ``differences``."""

from __future__ import annotations

import dataclasses
import datetime
import typing
import warnings
from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Annotated, Any, Literal, NamedTuple

import pydantic

import bolide
from bolide import types
from bolide.validation.build import build_tree
from bolide.validation.response import compile_response_encoder


class Library(NamedTuple):
    """One of the two libraries, by the names that both have."""

    main: Any
    types: Any
    Model: Any
    validate: Callable[..., Any]
    read: Callable[..., Any]
    write: Callable[..., str]
    schema: Callable[..., dict[str, Any]]
    respond: Callable[..., str]


def respond_by_fastapi(hint: Any, value: Any) -> str:
    adapter = pydantic.TypeAdapter(hint)
    plain = value.model_dump(warnings=False)
    return adapter.dump_json(adapter.validate_python(plain)).decode()


OURS = Library(
    main=bolide,
    types=types,
    Model=bolide.Model,
    validate=lambda hint, value, **options: bolide.Adapter(hint).validate(value, **options),
    read=lambda hint, text: bolide.Adapter(hint).decode_json(text),
    write=lambda hint, value: bolide.Adapter(hint).dump_json(value).decode(),
    schema=lambda hint: bolide.Adapter(hint).json_schema(),
    respond=lambda hint, value: compile_response_encoder(build_tree(hint))(value).decode(),
)
THEIRS = Library(
    main=pydantic,
    types=pydantic,
    Model=pydantic.BaseModel,
    validate=lambda hint, value, **options: pydantic.TypeAdapter(hint).validate_python(value, **options),
    read=lambda hint, text: pydantic.TypeAdapter(hint).validate_json(text),
    write=lambda hint, value: pydantic.TypeAdapter(hint).dump_json(value).decode(),
    schema=lambda hint: pydantic.TypeAdapter(hint).json_schema(),
    respond=respond_by_fastapi,
)


def fields_given(n: Library) -> Any:
    class Item(n.Model):  # type: ignore[name-defined, misc]
        name: str = "a"

    return Item().model_dump(exclude_unset=True)


def assigned(n: Library) -> Any:
    class Item(n.Model):  # type: ignore[name-defined, misc]
        name: str = "a"

    item = Item()
    item.name = 3  # type: ignore[assignment]
    item.name = {"a": 1}  # type: ignore[assignment]
    return item.name


def unknown_option(n: Library) -> Any:
    class Item(n.Model):  # type: ignore[name-defined, misc]
        model_config = {"no_such_option": True}

    return Item.__name__


def two_bases(n: Library) -> Any:
    class One(n.Model):  # type: ignore[name-defined, misc]
        a: int

    class Two(n.Model):  # type: ignore[name-defined, misc]
        b: int

    class Both(One, Two):
        pass

    return list(Both.model_fields)


def mixin(n: Library) -> Any:
    class Named:
        name: str = "a"

    class Item(Named, n.Model):  # type: ignore[name-defined, misc]
        pass

    return list(Item.model_fields)


def one_alias(n: Library) -> Any:
    class Item(n.Model):  # type: ignore[name-defined, misc]
        a: int = n.main.Field(alias="x")
        b: int = n.main.Field(alias="x")

    item = Item(x=1)
    return item.a, item.b


def returns_none(n: Library) -> Any:
    class Item(n.Model):  # type: ignore[name-defined, misc]
        a: int

        @n.main.model_validator(mode="after")
        def check(self) -> Any:
            return None

    return n.validate(Item, {"a": 1})


def refused_assignment(n: Library) -> Any:
    class Item(n.Model, validate_assignment=True):  # type: ignore[name-defined, misc, call-arg]
        a: int

        @n.main.model_validator(mode="after")
        def check(self) -> Any:
            if self.a > 1:
                raise ValueError("too much")
            return self

    item = Item(a=1)
    try:
        item.a = 2
    except ValueError:
        return item.a


def class_keyword(n: Library) -> Any:
    class Base(n.Model):  # type: ignore[name-defined, misc]
        def __init_subclass__(cls, colour: str = "", **options: Any) -> None:
            super().__init_subclass__(**options)
            cls.colour = colour

    class Item(Base, colour="red"):
        pass

    return Item.colour


def own_init(n: Library) -> Any:
    class Item(n.Model):  # type: ignore[name-defined, misc]
        a: int

        def __init__(self, a: int) -> None:
            super().__init__(a=a + 1)

    return Item(1).a


def iterated(n: Library) -> Any:
    class Item(n.Model):  # type: ignore[name-defined, misc]
        a: int = 1

    return list(Item())


def late_mistakes(n: Library) -> Any:
    class Item(n.Model):  # type: ignore[name-defined, misc]
        a: int

        @n.main.field_validator("b")
        @classmethod
        def check(cls, value: Any) -> Any:
            return value

    return Item.__name__


def nested_discriminators(n: Library) -> Any:
    """Return the mapping of the outer union, with mappings of inner ones for what they map."""
    kind: Any = n.main.Field(discriminator="kind")
    colour: Any = n.main.Field(discriminator="colour")

    class Black(n.Model):  # type: ignore[misc,name-defined]
        kind: Literal["cat"]
        colour: Literal["black"]

    class White(n.Model):  # type: ignore[misc,name-defined]
        kind: Literal["cat"]
        colour: Literal["white"]

    class Dog(n.Model):  # type: ignore[misc,name-defined]
        kind: Literal["dog"]

    schema = n.schema(Annotated[Annotated[Black | White, colour] | Dog, kind])
    if "discriminator" not in schema:
        return None
    mapping: dict[str, Any] = schema["discriminator"]["mapping"]
    return {
        tag: each if isinstance(each, str) else each["discriminator"]["mapping"]
        for tag, each in mapping.items()
    }


def nested_options(n: Library) -> Any:
    @dataclasses.dataclass
    class Part:
        name: str

    class Whole(n.Model, strict=True):  # type: ignore[name-defined, misc, call-arg]
        part: Part

    return Whole.model_validate({"part": {"name": "a"}}).part.name


def final_field(n: Library) -> Any:
    class Item(n.Model):  # type: ignore[name-defined, misc]
        a: typing.Final[int] = 3

    return list(Item.model_fields)


def omitted_field(n: Library) -> Any:
    class Item(n.Model):  # type: ignore[name-defined, misc]
        a: n.types.OnErrorOmit[int] = 3  # type: ignore[name-defined]

    return hasattr(n.validate(Item, {"a": "x"}), "a")


def failing_property(n: Library) -> Any:
    class Item(n.Model, from_attributes=True):  # type: ignore[name-defined, misc, call-arg]
        a: int

    class Row:
        @property
        def a(self) -> int:
            raise RuntimeError("no connection")

    return n.validate(Item, Row())


def cycle(n: Library) -> Any:
    class Tree(n.Model):  # type: ignore[name-defined, misc]
        items: list[Tree]

    value: dict[str, Any] = {}
    value["items"] = [value]
    return n.validate(Tree, value)


def stripped(n: Library) -> Any:
    class Item(n.Model, str_strip_whitespace=True):  # type: ignore[name-defined, misc, call-arg]
        a: n.types.Json[str]  # type: ignore[name-defined]

    return n.validate(Item, {"a": '" x "'}).a


def labels(n: Library) -> Any:
    return errors_of(n, lambda: n.validate(n.types.MongoDsn | int, {}))[0]["loc"][0]


def returned(n: Library) -> Any:
    class Item(n.Model):  # type: ignore[name-defined, misc]
        size: int

    item = Item(size=1)
    item.size = "big"
    return n.respond(Item, item)


def read_union(n: Library) -> Any:
    return type(n.read(dict[str, datetime.date | str], '{"a": "2020-01-01"}')["a"]).__name__


def fails_fast(n: Library) -> Any:
    hint = Annotated[Sequence[int], n.main.Field(fail_fast=True)]
    return len(errors_of(n, lambda: n.validate(hint, ["x", "y"])))


def errors_of(_n: Library, read: Callable[[], Any]) -> Any:
    """Return the errors that *read* raises."""
    try:
        return read()
    except (pydantic.ValidationError, bolide.ValidationError) as error:
        return error.errors()


def read_by_alias(n: Library) -> Any:
    class Item(n.Model):  # type: ignore[name-defined, misc]
        model_config = {"from_attributes": True}

        size: int = n.main.Field(alias="Size")

    return Item.model_validate(SimpleNamespace(size=1)).size


def read_strings(n: Library, hint: Any, value: Any) -> Any:
    adapter = n.main.TypeAdapter if n.main is pydantic else n.main.Adapter
    return adapter(hint).validate_strings(value)


def item_of(n: Library) -> Any:
    class Item(n.Model):  # type: ignore[name-defined, misc]
        size: int = 1
        old: int = n.main.Field(2, deprecated="use size")
        _note: str = ""

        def __repr_args__(self) -> Any:
            return [("own", self.size)]

    return Item()


def model_or_dictionary(n: Library) -> Any:
    return type(n.read(type(item_of(n)) | dict[str, int], '{"size": 2}')).__name__


def kept_after_deletion(n: Library) -> Any:
    item = item_of(n)
    del item.size
    return "size" in vars(item)


def unknown_attribute(n: Library) -> Any:
    item_of(n).unknown = 1


def copied_note(n: Library) -> Any:
    return item_of(n).model_copy(update={"_note": "a"})._note


def call_and_field(n: Library) -> Any:
    class Item(n.Model):  # type: ignore[name-defined, misc]
        size: int = n.main.Field(strict=True)

    return Item.model_validate({"size": "1"}, strict=False).size


def deprecation_warnings(n: Library) -> Any:
    item = item_of(n)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert item.old == 2
    return len(caught)
