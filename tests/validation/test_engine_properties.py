"""What holds for every type: faults are found where they are, copies are equal, bytes are read or refused.

The properties of the engine, by the numbers under which its design states them:

- P1, the fast path is sound: what it accepts, the walker accepts with the same value: ``test_fast_path``.
- P2, the generated walker is the reference interpreter: ``test_walker_reference``.
- P3, Pydantic accepts the same and finds the same errors: ``test_oracle``, ``test_json_oracle``,
  ``test_union_oracle``, ``test_types_oracle``, ``test_model_oracle``; what differs on purpose stands in
  ``differences``.
- P4, faults are reported where they are, and nowhere else: here.
- P5, what is written can be read again, and every way of writing says the same: ``test_fast_path``,
  ``test_dump_properties``, ``test_response_copy``.
- P6, schemas say what is read: ``test_schema_and_decoder``, ``test_schema_properties``.
- P7, copies are like the original, and nothing is done twice for them: here.
- P8, values of Python are converted in C as the walker would: ``test_converted_records``.
- P9, nothing but errors comes out of hostile bytes: here, ``test_hostile_input``.
- P10, every type that is accepted can be compiled: ``test_fast_path``.
"""

from __future__ import annotations

import contextlib
import copy
import datetime
import itertools
import json
import pickle
import types
import typing
import uuid
from typing import Annotated, Any, Literal, NamedTuple

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from bolide.validation.adapter import Adapter
from bolide.validation.errors import ValidationError
from bolide.validation.fields import Field
from bolide.validation.functions import AfterValidator, BeforeValidator
from bolide.validation.metaclass import ModelMeta
from bolide.validation.model import Model
from bolide.validation.tree import MapNode, Node
from tests.validation.drawn_leaves import Colour
from tests.validation.drawn_values import json_document, json_values
from tests.validation.drawn_wholes import whole
from tests.validation.sameness import shape
from tests.validation.strategies import hints

_names = itertools.count()
_SETTINGS: dict[str, Any] = {
    "deadline": None,
    "derandomize": True,
    "suppress_health_check": list(HealthCheck),
}


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


samples = st.recursive(
    st.sampled_from(LEAVES).map(lambda leaf: Sample(*leaf)), lambda inner: _extend(whole(inner)), max_leaves=8
)


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


@settings(max_examples=60, **_SETTINGS)
@given(sample=samples, data=st.data())
def test_faults_are_reported_where_they_are_and_nowhere_else(sample: Sample, data: st.DataObject) -> None:
    """P4: a fault in any set of leaves gives the errors of those leaves."""
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


def _is_proxy(node: Node) -> bool:
    return isinstance(node, MapNode) and node.container is types.MappingProxyType  # Python cannot copy those


@settings(max_examples=12, **_SETTINGS)
@given(data=st.data())
def test_copies_are_like_the_original(data: st.DataObject) -> None:
    """P7: copies are made without validation."""
    adapter: Adapter[Any] = Adapter(data.draw(hints(rich=data.draw(st.booleans()))))
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


class Counted(Model, track_fields_set=True, extra="allow"):
    """Counts on every value what was done to it."""

    name: Annotated[str, BeforeValidator(lambda value: f"{value}+")]
    steps: Annotated[list[int], AfterValidator(lambda value: [*value, len(value)])] = []
    inner: Counted | None = None


COUNTED = st.deferred(
    lambda: st.fixed_dictionaries(
        {"name": st.text("ab", max_size=2)},
        optional={"steps": st.lists(st.integers(0, 9), max_size=2), "inner": COUNTED, "more": st.integers()},
    )
)


@settings(max_examples=60, **_SETTINGS)
@given(values=COUNTED)
def test_nothing_is_done_twice_for_a_copy(values: Any) -> None:
    """P7: validators, which are not idempotent here, run once in the life of a value."""
    made = Counted.model_validate(values)
    copies = [copy.copy(made), copy.deepcopy(made), pickle.loads(pickle.dumps(made))]
    copies += [made.model_copy(), made.model_copy(deep=True), made.model_copy(update={})]
    if hasattr(copy, "replace"):
        copies.append(copy.replace(made))
    for each in copies:
        assert shape(each) == shape(made)
        assert each.model_fields_set == made.model_fields_set == values.keys()
    assert made.model_copy(update={"name": "b"}).name == "b"


_EDITS = st.lists(
    st.tuples(st.integers(0, 200), st.sampled_from([*b'{}[]",:0-.eE+\\ \x00\xff\xc3\x1f', None])), max_size=3
)


def edited(document: bytes, edits: list[tuple[int, int | None]]) -> bytes:
    """Return *document* with bytes replaced; None cuts it off there."""
    for at, byte in edits:
        at = at % (len(document) + 1)
        document = document[:at] if byte is None else document[:at] + bytes([byte]) + document[at + 1 :]
    return document


@settings(max_examples=10, **_SETTINGS)
@given(data=st.data())
def test_documents_with_any_damage_are_read_or_refused(data: st.DataObject) -> None:
    """P9: a type of any kind, a document that nearly fits, and a few wrong bytes."""
    adapter: Adapter[Any] = Adapter(data.draw(hints(rich=data.draw(st.booleans()))))
    for _ in range(3):
        document = json_document(data.draw(json_values(adapter.tree, adapter.tree.root)))
        for damaged in (edited(document, data.draw(_EDITS)), data.draw(st.binary(max_size=20))):
            for read in (adapter.decode_json, adapter.decode_msgpack):
                with contextlib.suppress(ValidationError):
                    read(damaged)
