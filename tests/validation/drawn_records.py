"""Strategies for hints of records of every kind, and for unions of tagged ones."""

from __future__ import annotations

import collections
import dataclasses
import itertools
import types
import typing
from typing import Annotated, Any, Literal

import msgspec
from hypothesis import strategies as st

from bolide.validation.decorators import model_validator
from bolide.validation.discriminators import Discriminator, Tag
from bolide.validation.fields import Field
from bolide.validation.metaclass import ModelMeta
from bolide.validation.model import Model
from tests.validation.drawn_functions import find_shape, prepare_record, read_record

_numbers = itertools.count()


@st.composite
def record_hints(draw: st.DrawFn, inner: Any) -> Any:
    """Draw a new record class with up to four fields."""
    hints = draw(st.lists(inner, min_size=1, max_size=4))
    fields = {f"f{n}": hint for n, hint in enumerate(hints)}
    optional = draw(st.sets(st.sampled_from(sorted(fields))))
    make = draw(st.sampled_from([_model, _struct, _dataclass, _typed_dict, _named_tuple]))
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
    """Draw a tagged union of records, by a field or by a function."""
    tags = draw(
        st.sampled_from([[("a",), ("b",)], [("a", "b"), ("c",)], [(1,), (2, 3)], [("a",), (1, None)]])
    )
    by_function = draw(st.integers(0, 3)) == 0
    alias = draw(st.sampled_from([None, "Kind"]))  # typed dictionaries have none
    record_kinds = ["model", "struct", "typed_dict"] if alias is None else ["model", "struct"]
    kinds = draw(st.lists(st.sampled_from(record_kinds), min_size=2, max_size=2))
    options = [
        _tagged_record(kind, values, draw(inner), draw(st.booleans()), alias)
        for kind, values in zip(kinds, tags, strict=True)
    ]
    if by_function:
        marked = [Annotated[option, Tag(name)] for option, name in zip(options, ("a", "object"), strict=True)]
        # An optional one would be flattened into the union, and its None has no tag.
        plain = inner.filter(lambda hint: typing.get_origin(hint) not in (typing.Union, types.UnionType))
        extra = [Annotated[draw(plain), Tag(name)] for name in ("array", "text")]
        return Annotated[typing.Union[tuple(marked + extra)], Discriminator(find_shape)]  # noqa: UP007
    return Annotated[typing.Union[tuple(options)], Field(discriminator="kind")]  # noqa: UP007


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
