"""Strategies for hints of records of every kind, and for unions of tagged ones."""

from __future__ import annotations

import collections
import dataclasses
import itertools
import types
import typing
from typing import Annotated, Any, Literal

import attrs
import msgspec
from hypothesis import strategies as st

from bolide.validation.decorators import model_validator
from bolide.validation.discriminators import Discriminator, Tag
from bolide.validation.fields import Field
from bolide.validation.metaclass import ModelMeta
from bolide.validation.model import Model
from tests.validation.drawn_functions import find_shape, prepare_record, read_record

_numbers = itertools.count()


def record_hints(inner: Any) -> Any:
    """Draw a new record class with up to four fields."""
    makes = (_model, _struct, _dataclass, _attrs, _typed_dict, _named_tuple)
    return st.one_of(*(_records(inner, make) for make in makes))


@st.composite
def _records(draw: st.DrawFn, inner: Any, make: Any) -> Any:
    hints = draw(st.lists(inner, min_size=1, max_size=4))
    fields = {f"f{n}": hint for n, hint in enumerate(hints)}
    optional = draw(st.sets(st.sampled_from(sorted(fields))))
    if make is not _typed_dict:  # their default is None, which has to survive encoding and decoding
        fields |= {key: typing.Optional[fields[key]] for key in sorted(optional)}  # noqa: UP045
    return make(draw, f"Record{next(_numbers)}", fields, optional)


def _model(draw: st.DrawFn, name: str, fields: dict[str, Any], optional: set[str]) -> Any:
    namespace: dict[str, Any] = {"__annotations__": fields, "__module__": __name__}
    for n, field in enumerate(fields):
        default = {"default": None} if field in optional else {}
        alias = {"alias": f"alias{n}"} if n == 1 else {}
        if default or alias or draw(st.booleans()):
            namespace[field] = Field(**default, **alias)
    if draw(st.integers(0, 3)) == 0:
        namespace["prepare"] = model_validator(mode="before")(staticmethod(prepare_record))
    if draw(st.integers(0, 3)) == 0:
        namespace["check"] = model_validator(mode="wrap")(staticmethod(read_record))
    extra = draw(st.sampled_from(["ignore", "forbid"]))
    return ModelMeta(name, (Model,), namespace, extra=extra)


def _struct(draw: st.DrawFn, name: str, fields: dict[str, Any], optional: set[str]) -> Any:
    declared = [(key, hint, None) if key in optional else (key, hint) for key, hint in fields.items()]
    options: dict[str, Any] = draw(
        st.fixed_dictionaries(
            {},
            optional={
                "tag": st.just("a"),
                "array_like": st.just(True),
                "rename": st.just("upper"),
                "forbid_unknown_fields": st.just(True),
            },
        )
    )
    declared.sort(key=len)
    return msgspec.defstruct(name, declared, namespace={"__module__": __name__}, **options)


def _named_tuple(_draw: st.DrawFn, name: str, fields: dict[str, Any], optional: set[str]) -> Any:
    names = sorted(fields, key=lambda key: key in optional)
    defaults = [None for key in names if key in optional]
    made: Any = collections.namedtuple(name, names, defaults=defaults)
    made.__annotations__ = fields
    return made


def _dataclass(_draw: st.DrawFn, name: str, fields: dict[str, Any], optional: set[str]) -> Any:
    made = [
        (key, hint, dataclasses.field(default=None) if key in optional else dataclasses.field())
        for key, hint in _aliased(fields).items()
    ]
    return dataclasses.make_dataclass(name, made, kw_only=True, namespace={"__module__": __name__})


def _attrs(draw: st.DrawFn, name: str, fields: dict[str, Any], optional: set[str]) -> Any:
    # None says nothing of a type, and a name may be private.
    made = {
        f"_{key}" if key == "f3" else key: attrs.field(type=hint, default=None)
        if key in optional
        else attrs.field(type=hint)
        for key, hint in fields.items()
    }
    options = {"kw_only": True, "frozen": draw(st.booleans()), "slots": draw(st.booleans())}
    made_class: Any = attrs.make_class(name, made, **options)
    made_class.__module__ = __name__
    return made_class


def _typed_dict(_draw: st.DrawFn, name: str, fields: dict[str, Any], optional: set[str]) -> Any:
    marked = {
        key: typing.NotRequired[hint] if key in optional else hint  # type: ignore[valid-type]
        for key, hint in _aliased(fields).items()
    }
    return typing.TypedDict(name, marked)  # type: ignore[operator]


def _aliased(fields: dict[str, Any]) -> dict[str, Any]:
    return {
        key: Annotated[hint, Field(alias="alias1")] if key == "f1" else hint for key, hint in fields.items()
    }


@st.composite
def tagged_hints(draw: st.DrawFn, inner: Any) -> Any:
    """Draw a tagged union of records, by a field or a function; some may be None, or hold another union."""
    tags = draw(
        st.sampled_from([[("a",), ("b",)], [("a", "b"), ("c",)], [(1,), (2, 3)], [("a",), (1, None)]])
    )
    alias = draw(st.sampled_from([None, "Kind"]))  # typed dictionaries have none
    options = draw(_tagged_records(inner, tags, alias))
    form = draw(st.sampled_from(["plain", "plain", "single", "function", "optional", "nested"]))
    if form == "single":
        return Annotated[options[0], Field(discriminator="kind")]
    if form == "function":
        marked = [Annotated[option, Tag(name)] for option, name in zip(options, ("a", "object"), strict=True)]
        # An optional one would be flattened into the union, and its None has no tag.
        plain = inner.filter(lambda hint: typing.get_origin(hint) not in (typing.Union, types.UnionType))
        extra = [Annotated[draw(plain), Tag(name)] for name in ("array", "text")]
        return Annotated[typing.Union[tuple(marked + extra)], Discriminator(find_shape)]  # noqa: UP007
    union: Any = Annotated[typing.Union[tuple(options)], Field(discriminator="kind")]  # noqa: UP007
    if form == "optional":
        return typing.Optional[union]  # noqa: UP045
    if form == "nested":
        others = draw(_tagged_records(inner, [("x",), ("y", 7)], alias))
        return Annotated[typing.Union[union, *others], Field(discriminator="kind")]
    return union


@st.composite
def _tagged_records(draw: st.DrawFn, inner: Any, tags: list[tuple[Any, ...]], alias: str | None) -> list[Any]:
    kinds = st.sampled_from(["model", "struct", "typed_dict"] if alias is None else ["model", "struct"])
    return [_tagged_record(draw(kinds), values, draw(inner), draw(st.booleans()), alias) for values in tags]


def _tagged_record(
    kind: str, values: tuple[Any, ...], hint: Any, has_default: bool, alias: str | None
) -> Any:
    name = f"Tagged{next(_numbers)}"
    fields = {"kind": Literal[values], "value": hint}
    if kind == "model":
        options: dict[str, Any] = {"default": values[0]} if has_default else {}
        namespace = {"__annotations__": fields, "__module__": __name__, "kind": Field(alias=alias, **options)}
        return ModelMeta(name, (Model,), namespace)
    if kind == "struct":
        return msgspec.defstruct(
            name, list(fields.items()), rename={"kind": alias or "kind"}, namespace={"__module__": __name__}
        )
    return typing.TypedDict(name, fields)  # type: ignore[operator]
