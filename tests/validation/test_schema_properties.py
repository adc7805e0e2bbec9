"""Samples of schemas are read (P6)."""

from __future__ import annotations

import itertools
import json
import typing
from typing import Any, Literal

import jsonschema
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bolide.validation.adapter import Adapter
from bolide.validation.fields import Field
from bolide.validation.metaclass import ModelMeta
from bolide.validation.model import Model
from tests.validation.drawn_leaves import Colour
from tests.validation.drawn_wholes import whole

_names = itertools.count()
_SETTINGS: dict[str, Any] = {
    "deadline": None,
    "derandomize": True,
    "suppress_health_check": list(HealthCheck),
}


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


said = st.recursive(st.sampled_from(_SAID), lambda inner: _extend_said(whole(inner)), max_leaves=6)


def schema_samples(schema: dict[str, Any], definitions: dict[str, Any]) -> Any:
    """Draw what *schema*, of the words that ``said`` needs, describes."""
    if "$ref" in schema:
        return st.deferred(
            lambda: schema_samples(definitions[schema["$ref"].rpartition("/")[2]], definitions)
        )
    if "anyOf" in schema:
        return st.one_of(*(schema_samples(option, definitions) for option in schema["anyOf"]))
    if "enum" in schema or "const" in schema:
        return st.sampled_from(schema.get("enum") or [schema["const"]])
    return _SAMPLES[schema["type"]](schema, definitions)


def _integers(schema: dict[str, Any], _definitions: dict[str, Any]) -> Any:
    below = schema.get("exclusiveMaximum")
    return st.integers(schema.get("minimum"), None if below is None else below - 1)


def _arrays(schema: dict[str, Any], definitions: dict[str, Any]) -> Any:
    if "prefixItems" in schema:
        items = (schema_samples(item, definitions) for item in schema["prefixItems"])
        return st.tuples(*items).map(list)
    most = min(schema.get("maxItems", 3), 3)
    items = schema_samples(schema["items"], definitions)
    return st.lists(items, min_size=schema.get("minItems", 0), max_size=most)


def _objects(schema: dict[str, Any], definitions: dict[str, Any]) -> Any:
    more = schema.get("additionalProperties", True)
    if "properties" not in schema:
        values = schema_samples(more, definitions)
        return st.dictionaries(st.text(max_size=2), values, max_size=min(schema.get("maxProperties", 2), 2))
    drawn = {name: schema_samples(each, definitions) for name, each in schema["properties"].items()}
    required = {name: drawn.pop(name) for name in schema.get("required", ())}
    return st.fixed_dictionaries(required, optional=drawn | ({"unknown": st.just(1)} if more else {}))


_SAMPLES: dict[str, Any] = {
    "array": _arrays,
    "boolean": lambda *_: st.booleans(),
    "integer": _integers,
    "null": lambda *_: st.none(),
    "number": lambda schema, _: st.floats(
        schema.get("exclusiveMinimum"),
        allow_nan=False,
        allow_infinity=False,
        exclude_min="exclusiveMinimum" in schema,
    ),
    "object": _objects,
    "string": lambda schema, _: st.text(
        st.characters(codec="utf-8"), min_size=schema.get("minLength", 0), max_size=schema.get("maxLength", 4)
    ),
}


@settings(max_examples=40, **_SETTINGS)
@given(hint=said, data=st.data())
def test_samples_of_the_schema_are_read(hint: Any, data: st.DataObject) -> None:
    """P6: what the schema describes is read, in the strict way too."""
    schema = Adapter(hint).json_schema()
    sample = data.draw(schema_samples(schema, schema.get("$defs", {})))
    jsonschema.Draft202012Validator(schema).validate(sample)
    document = json.dumps(sample).encode()
    Adapter(hint).decode_json(document)
    Adapter(hint, strict=True).decode_json(document)
