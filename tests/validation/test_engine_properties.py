"""What holds for every type: faults are found where they are, schemas say what is read, copies are equal."""

from __future__ import annotations

import copy
import datetime
import itertools
import json
import types
import typing
import uuid
from typing import Any, Literal, NamedTuple

import jsonschema
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from bolide.validation.adapter import Adapter
from bolide.validation.errors import ValidationError
from bolide.validation.fields import Field
from bolide.validation.metaclass import ModelMeta
from bolide.validation.model import Model
from bolide.validation.tree import MapNode, Node
from tests.validation.drawn_leaves import Colour
from tests.validation.drawn_values import json_document, json_values
from tests.validation.sameness import shape
from tests.validation.strategies import hints

_names = itertools.count()
_SETTINGS: dict[str, Any] = {"deadline": None, "suppress_health_check": list(HealthCheck)}


class Sample(NamedTuple):
    """A type with a JSON value that fits it."""

    hint: Any
    value: Any


LEAVES: list[tuple[Any, Any]] = [
    (bool, True),
    (int, 3),
    (float, 1.5),
    (str, "a"),
    (datetime.datetime, "2020-01-01T00:00:00Z"),
    (datetime.timedelta, "PT1S"),
    (uuid.UUID, "12345678-1234-5678-1234-567812345678"),
    (Literal["a", 1], 1),
    (Colour, "red"),
    (typing.Annotated[int, Field(ge=3)], 3),
    (typing.Annotated[str, Field(min_length=1, max_length=2)], "ab"),
]


def model_of(fields: dict[str, Any], **options: Any) -> Any:
    name = f"Sample{next(_names)}"
    return ModelMeta(name, (Model,), {"__annotations__": fields, "__module__": __name__}, **options)


def _extend(inner: st.SearchStrategy[Sample]) -> st.SearchStrategy[Sample]:
    def record(samples: list[Sample]) -> Sample:
        fields = {f"f{number}": sample.hint for number, sample in enumerate(samples)}
        return Sample(model_of(fields), {f"f{n}": sample.value for n, sample in enumerate(samples)})

    return st.one_of(
        inner.map(lambda each: Sample(list[each.hint], [each.value] * 2)),  # type: ignore[name-defined]
        inner.map(lambda each: Sample(dict[str, each.hint], {"k": each.value})),  # type: ignore[name-defined]
        inner.map(lambda each: Sample(typing.Optional[each.hint], each.value)),  # noqa: UP045
        st.tuples(inner, inner).map(
            lambda pair: Sample(tuple[pair[0].hint, pair[1].hint], [pair[0].value, pair[1].value])
        ),
        st.lists(inner, min_size=1, max_size=4).map(record),
    )


samples = st.recursive(st.sampled_from(LEAVES).map(lambda leaf: Sample(*leaf)), _extend, max_leaves=8)


def leaf_paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(value, dict):
        return [each for key, item in value.items() for each in leaf_paths(item, (*path, key))]
    if isinstance(value, list):
        return [each for at, item in enumerate(value) for each in leaf_paths(item, (*path, at))]
    return [path]


def with_faults(value: Any, faults: set[tuple[Any, ...]], path: tuple[Any, ...] = ()) -> Any:
    if path in faults:
        return [[]]  # no scalar takes a list
    if isinstance(value, dict):
        return {key: with_faults(item, faults, (*path, key)) for key, item in value.items()}
    if isinstance(value, list):
        return [with_faults(item, faults, (*path, at)) for at, item in enumerate(value)]
    return value


@settings(max_examples=150, **_SETTINGS)
@given(sample=samples, data=st.data())
def test_faults_are_reported_where_they_are_and_nowhere_else(sample: Sample, data: st.DataObject) -> None:
    adapter: Adapter[Any] = Adapter(sample.hint)
    paths = leaf_paths(sample.value)
    faults = data.draw(st.sets(st.sampled_from(paths), min_size=0, max_size=len(paths)))
    broken = with_faults(sample.value, faults)
    for read in (lambda: adapter.validate(broken), lambda: adapter.decode_json(json.dumps(broken).encode())):
        found: list[tuple[Any, ...]] = []
        try:
            read()
        except ValidationError as error:
            found = [each["loc"] for each in error.errors()]
        assert sorted(found, key=repr) == sorted(faults, key=repr)


# What JSON Schema can say exactly as msgspec and the walker mean it.
_SAID: list[Any] = [
    bool,
    int,
    float,
    str,
    None,
    Literal["a", 1, None],
    Colour,
    typing.Annotated[int, Field(ge=0, lt=9)],
    typing.Annotated[float, Field(gt=0.5)],
    typing.Annotated[str, Field(min_length=1, max_length=2)],
]


def _extend_said(inner: Any) -> Any:
    def record(drawn: tuple[list[Any], str, bool]) -> Any:
        fields, extra, optional = drawn
        annotations = {f"f{number}": hint for number, hint in enumerate(fields)}
        name = f"Said{next(_names)}"
        namespace: dict[str, Any] = {"__annotations__": annotations, "__module__": __name__}
        if optional:
            namespace["f0"] = None
        return ModelMeta(name, (Model,), namespace, extra=extra)

    return st.one_of(
        inner.map(lambda hint: list[hint]),
        inner.map(lambda hint: typing.Annotated[list[hint], Field(min_length=1, max_length=2)]),
        inner.map(lambda hint: dict[str, hint]),
        inner.map(lambda hint: typing.Annotated[dict[str, hint], Field(max_length=1)]),
        inner.map(lambda hint: typing.Optional[hint]),  # noqa: UP045
        st.tuples(inner, inner).map(lambda pair: tuple[pair]),
        st.tuples(inner, inner).map(lambda pair: typing.Union[pair]),  # noqa: UP007
        st.tuples(
            st.lists(inner, min_size=1, max_size=3), st.sampled_from(["ignore", "forbid"]), st.booleans()
        ).map(record),
    )


said = st.recursive(st.sampled_from(_SAID), _extend_said, max_leaves=6)


def holds_whole_float(value: Any) -> bool:
    """Tell whether 1.0 is in *value*, which is an integer for JSON Schema."""
    if isinstance(value, dict):
        return any(map(holds_whole_float, value.values()))
    if isinstance(value, list):
        return any(map(holds_whole_float, value))
    return isinstance(value, float) and value.is_integer()


@settings(max_examples=200, **_SETTINGS)
@given(hint=said, data=st.data())
def test_strict_reading_takes_what_the_schema_allows(hint: Any, data: st.DataObject) -> None:
    adapter: Adapter[Any] = Adapter(hint, strict=True)
    schema = adapter.json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    value = data.draw(json_values(adapter.tree, adapter.tree.root))
    document = json_document(value)
    assume(b"\\ud800" not in document)  # no reader takes a lone surrogate, and no schema sees it
    try:
        value = json.loads(document)
    except ValueError:
        assume(False)
    assume(not holds_whole_float(value))
    is_allowed = jsonschema.Draft202012Validator(schema).is_valid(value)
    try:
        adapter.decode_json(document)
        is_read = True
    except ValidationError:
        is_read = False
    assert is_read == is_allowed


def _is_proxy(node: Node) -> bool:
    return isinstance(node, MapNode) and node.container is types.MappingProxyType  # Python cannot copy those


@settings(max_examples=100, **_SETTINGS)
@given(data=st.data())
def test_copies_are_like_the_original(data: st.DataObject) -> None:
    adapter: Adapter[Any] = Adapter(data.draw(hints()))
    assume(not adapter.tree.reaches(adapter.tree.root, _is_proxy))
    try:
        value = adapter.decode_json(json_document(data.draw(json_values(adapter.tree, adapter.tree.root))))
    except ValidationError:
        return
    expected = shape(value)
    for made in (copy.copy(value), copy.deepcopy(value)):
        assert shape(made) == expected
    if isinstance(value, Model):
        assert shape(value.model_copy()) == expected
        assert shape(value.model_copy(deep=True)) == expected
