"""Strategies for hints of models that say what bodies may say: names, extras, options, functions."""

from __future__ import annotations

import dataclasses
import functools
import itertools
import typing
from typing import Annotated, Any, Generic, NamedTuple, TypeVar

import msgspec
import typing_extensions
from hypothesis import strategies as st

from bolide.validation.aliases import AliasChoices, AliasPath
from bolide.validation.computed_fields import computed_field
from bolide.validation.decorators import field_validator, model_validator
from bolide.validation.fields import Field
from bolide.validation.metaclass import ModelMeta
from bolide.validation.model import Model
from bolide.validation.projections import Omit, Partial, Pick
from bolide.validation.root_model import RootModel
from bolide.validation.serializers import PlainSerializer, WrapSerializer, field_serializer
from tests.validation.drawn_classes import Unknown
from tests.validation.drawn_functions import prepare_record, read_record, refuse_instance, refuse_some

T = TypeVar("T")

_numbers = itertools.count()


class Box(Model, Generic[T]):
    """A generic model; one that holds another is recursive where it stands for itself."""

    content: T
    more: list[T] = []
    next: Box[T] | None = None


class Pair(Model, Generic[T]):
    left: T | None = Field(default=None, alias="Left")
    right: dict[str, T] = {}


NAMES = st.sampled_from(
    [
        *({}, {}, {}),
        {"alias": "%s!"},
        {"validation_alias": "%s.in", "serialization_alias": "%s.out"},
        {"validation_alias": AliasChoices("%s", "%s?", AliasPath("deep", "%s"))},
        {"validation_alias": AliasPath("items", 0)},
        {"serialization_alias": "%s out"},
    ]
)

DEFAULTS: tuple[dict[str, Any], ...] = (
    {},
    {},
    {"default": None},
    {"default_factory": lambda: None},
    {"default_factory": lambda data: sorted(data) if len(data) > 1 else None, "validate_default": True},
)

OPTIONS = st.fixed_dictionaries(
    {},
    optional={
        "extra": st.sampled_from(["forbid", "allow"]),
        "validate_by_name": st.just(True),
        "from_attributes": st.just(True),
        "frozen": st.just(True),
        "strict": st.just(True),
        "loc_by_alias": st.just(False),
        "str_strip_whitespace": st.just(True),
        "str_max_length": st.just(2),
        "coerce_numbers_to_str": st.just(True),
        "track_fields_set": st.just(True),
        "validate_default": st.just(True),
        "use_enum_values": st.just(True),
        "revalidate_instances": st.sampled_from(["always", "subclass-instances"]),
        "arbitrary_types_allowed": st.just(True),
    },
)


def _named(template: Any, field: str) -> Any:
    if isinstance(template, AliasChoices):
        return AliasChoices(*(_named(choice, field) for choice in template.choices))
    if isinstance(template, AliasPath):
        return AliasPath(*(_named(step, field) for step in template.path))
    return template.replace("%s", field) if isinstance(template, str) else template


def count_fields(self: Any) -> int:
    return len(type(self).model_fields)


def write_text(value: Any) -> str:
    return f"<{type(value).__name__}>"


def write_around(value: Any, handler: Any) -> Any:
    return [handler(value)]


SERIALIZERS = (
    PlainSerializer(write_text),
    PlainSerializer(write_text, return_type=str, when_used="json"),
    PlainSerializer(write_text, when_used="unless-none"),
    WrapSerializer(write_around),
    WrapSerializer(write_around, when_used="json-unless-none"),
)


@st.composite
def rich_models(draw: st.DrawFn, inner: Any) -> Any:
    """Draw a model that uses what class bodies offer."""
    hints = draw(st.lists(inner, min_size=1, max_size=3))
    annotations: dict[str, Any] = {}
    namespace: dict[str, Any] = {"__annotations__": annotations, "__module__": __name__}
    for n, hint in enumerate(hints):
        name = f"f{n}"
        names = {key: _named(value, name) for key, value in draw(NAMES).items()}
        default = draw(st.sampled_from(DEFAULTS))
        # A default is not one of the type unless the type says so.
        annotations[name] = typing.Optional[hint] if default else hint  # noqa: UP045
        options = draw(st.sampled_from([{}, {}, {}, {"exclude": True}, {"frozen": True}]))
        namespace[name] = Field(**names, **default, **options)
    options = draw(OPTIONS)
    if options.get("arbitrary_types_allowed"):
        annotations["unknown"] = typing.Optional[Unknown]  # noqa: UP045
        namespace["unknown"] = None
    if options.get("extra") == "allow" and draw(st.booleans()):
        annotations["__pydantic_extra__"] = dict[str, draw(inner)]  # type: ignore[misc]
    functions = draw(
        st.sets(st.sampled_from(["computed", "serializer", "after", "before", "wrap", "post"]), max_size=2)
    )
    if "computed" in functions:
        namespace["count"] = computed_field(property(count_fields))
    if "serializer" in functions:
        namespace["write"] = field_serializer("f0")(staticmethod(write_text))
    if "after" in functions:
        namespace["check_field"] = field_validator("f0")(staticmethod(refuse_some))
    if "before" in functions:
        namespace["prepare"] = model_validator(mode="before")(staticmethod(prepare_record))
    if "wrap" in functions:
        namespace["check"] = model_validator(mode="wrap")(staticmethod(read_record))
    if "post" in functions:
        namespace["model_post_init"] = refuse_instance
    return ModelMeta(f"Rich{next(_numbers)}", (Model,), namespace, **options)


def root_models(inner: Any) -> Any:
    """Draw root models: bare, with a name of their own, with constraints and functions."""

    def make(hint: Any) -> Any:
        namespace = {"__annotations__": {"root": hint}, "__module__": __name__}
        return type(RootModel)(f"Root{next(_numbers)}", (RootModel,), namespace)

    def checked(hint: Any) -> Any:
        namespace = {
            "__annotations__": {"root": hint},
            "__module__": __name__,
            "check": field_validator("root")(staticmethod(refuse_some)),
        }
        return type(RootModel)(f"Root{next(_numbers)}", (RootModel,), namespace)

    return st.one_of(inner.map(lambda hint: RootModel[hint]), inner.map(make), inner.map(checked))


@dataclasses.dataclass
class Chain(Generic[T]):
    """A generic dataclass that contains itself."""

    link: T
    rest: Chain[T] | None = None


@dataclasses.dataclass
class Heap:
    """A dataclass that contains itself by ``Self``."""

    weight: int
    parts: list[typing.Self] = dataclasses.field(default_factory=list)


class Folder(typing.TypedDict, Generic[T]):
    """A generic typed dictionary that contains itself."""

    content: typing.Required[T]
    folders: typing.NotRequired[list[Folder[T]]]


class Version(NamedTuple, Generic[T]):
    """A generic named tuple."""

    number: int
    note: T | None = None


class Cell(msgspec.Struct, Generic[T]):
    """A generic struct that contains itself."""

    value: T
    next: Cell[T] | None = None


GENERIC = (Box, Pair, Chain, Folder, Version, Cell)


def _of_one(origin: Any, argument: Any) -> Any:
    return origin[argument]


@st.composite
def projections(draw: st.DrawFn, inner: Any) -> Any:
    """Draw a part of a model: all of its fields optional, some of them, all but some."""
    model = draw(rich_models(inner))
    names = sorted(model.model_fields)
    some = draw(st.sets(st.sampled_from(names), min_size=1))
    # A function of a field that is left out has nothing to do, and a model without any field says nothing.
    kinds = [Partial[model], Pick[model, *sorted(some)]]  # type: ignore[misc,valid-type]
    if len(some) < len(names):
        kinds.append(Omit[model, *sorted(some)])  # type: ignore[misc,valid-type]
    made = draw(st.sampled_from(kinds))
    return Partial[made] if draw(st.integers(0, 3)) == 0 else made


def closed_dicts(inner: Any) -> Any:
    """Draw typed dictionaries that say what other keys are."""

    def make(drawn: tuple[Any, Any, bool]) -> Any:
        hint, extra, is_closed = drawn
        fields = {"f0": hint, "f1": typing_extensions.NotRequired[hint]}
        options = {"closed": True} if is_closed else {"extra_items": extra}
        return typing_extensions.TypedDict(f"Closed{next(_numbers)}", fields, **options)  # type: ignore[operator]

    return st.tuples(inner, inner, st.booleans()).map(make)


def rich_hints(inner: Any) -> Any:
    """Draw hints of records that :func:`~tests.validation.drawn_records.record_hints` does not draw."""
    return st.one_of(
        rich_models(inner),
        root_models(inner),
        closed_dicts(inner),
        projections(inner),
        st.just(Heap),
        *(inner.map(functools.partial(_of_one, cls)) for cls in GENERIC),
        st.tuples(inner, st.sampled_from(SERIALIZERS)).map(lambda pair: Annotated[pair]),
    )
