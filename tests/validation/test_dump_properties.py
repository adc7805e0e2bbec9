"""Whatever way a dump takes, it says the same."""

from __future__ import annotations

import json
from typing import Annotated, Any

import msgspec
import pydantic
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from bolide.validation.adapter import Adapter
from bolide.validation.build import build_tree
from bolide.validation.computed_fields import computed_field
from bolide.validation.dump_options import SerializationError
from bolide.validation.errors import ValidationError
from bolide.validation.fields import Field
from bolide.validation.model import Model
from bolide.validation.serializers import PlainSerializer, WrapSerializer
from bolide.validation.tree import CustomNode, FunctionNode, Node
from tests.validation.drawn_values import json_document, json_values
from tests.validation.strategies import hints


def is_free(node: Node) -> bool:
    """Tell whether a value may be anything, whatever the type says: a function makes it, or nobody looks."""
    if isinstance(node, CustomNode):
        return node.spec.label == "any"
    return isinstance(node, FunctionNode) and node.mode in ("wrap", "plain")


@settings(deadline=None, max_examples=15, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_every_way_of_dumping_says_the_same(data: st.DataObject) -> None:
    """P5: dumps, selecting dumps, text and MessagePack, of what functions did not make another type of."""
    tree = build_tree(data.draw(hints(rich=data.draw(st.booleans()))))
    assume(not tree.reaches(tree.root, is_free))
    document = json_document(data.draw(json_values(tree, tree.root)))
    adapter: Adapter[Any] = Adapter(tree)
    try:
        value = adapter.decode_json(document)
    except ValidationError:
        return
    dumped = adapter.dump(value, warnings="error")
    assert repr(adapter.dump(value, exclude=set(), warnings="error")) == repr(dumped)
    in_json = adapter.dump(value, mode="json", by_alias=True, warnings="error")
    assert repr(adapter.dump(value, mode="json", by_alias=True, exclude=set())) == repr(in_json)
    text = adapter.dump_json(value, by_alias=True)
    assert text == adapter.dump_json(value, by_alias=True, warnings="error")
    assert json.loads(text) == msgspec.json.decode(msgspec.json.encode(in_json))
    try:
        packed = adapter.dump_msgpack(value, by_alias=True)
        again = adapter.decode_json(text)
    except (SerializationError, ValidationError):  # no integers of more than 64 bits, hidden secrets
        return
    assert repr(adapter.decode_msgpack(packed)) == repr(again)


class OurPart(Model):
    name: str = "n"
    size: int | None = None


class OurWhole(Model):
    part: OurPart
    parts: list[OurPart] = Field(default_factory=list)
    named: dict[str, OurPart] = Field(default_factory=dict)
    pair: tuple[int, OurPart] | None = None
    either: OurPart | int = 0
    loud: Annotated[str, PlainSerializer(str.upper)] = "x"
    wrapped: Annotated[OurPart, WrapSerializer(lambda value, handler: {"wrapped": handler(value)})]

    @computed_field
    @property
    def first(self) -> OurPart | None:
        return self.parts[0] if self.parts else None


class TheirPart(pydantic.BaseModel):
    name: str = "n"
    size: int | None = None


class TheirWhole(pydantic.BaseModel):
    part: TheirPart
    parts: list[TheirPart] = pydantic.Field(default_factory=list)
    named: dict[str, TheirPart] = pydantic.Field(default_factory=dict)
    pair: tuple[int, TheirPart] | None = None
    either: TheirPart | int = 0
    loud: Annotated[str, pydantic.PlainSerializer(str.upper)] = "x"
    wrapped: Annotated[TheirPart, pydantic.WrapSerializer(lambda value, handler: {"wrapped": handler(value)})]

    @pydantic.computed_field  # type: ignore[prop-decorator]
    @property
    def first(self) -> TheirPart | None:
        return self.parts[0] if self.parts else None


PARTS = st.fixed_dictionaries(
    {"name": st.sampled_from(["n", "a"])}, optional={"size": st.sampled_from([None, 1])}
)
WHOLES = st.fixed_dictionaries(
    {"part": PARTS, "wrapped": PARTS},
    optional={
        # Pydantic counts positions modulo the length: {3} leaves out the only item of a list.
        "parts": st.lists(PARTS, min_size=2, max_size=3),
        "named": st.dictionaries(st.sampled_from(["a", "b"]), PARTS),
        "pair": st.tuples(st.just(1), PARTS),
        "either": st.one_of(PARTS, st.just(5)),
    },
)
OF_PART = st.one_of(
    st.just(True), st.sets(st.sampled_from(["name", "size"]), min_size=1), st.just({"name": True})
)
OF_ITEMS = st.one_of(
    st.just(True), st.dictionaries(st.sampled_from([0, 1, -1, "__all__"]), OF_PART, min_size=1)
)
OF_ENTRIES = st.one_of(
    st.just(True), st.dictionaries(st.sampled_from(["a", "b", "__all__"]), OF_PART, min_size=1)
)
TREES = st.one_of(
    st.none(),
    st.sets(st.sampled_from(["part", "parts", "pair", "loud", "first"])),
    st.fixed_dictionaries(
        {},
        optional={
            **dict.fromkeys(("part", "either", "wrapped", "first"), OF_PART),
            **dict.fromkeys(("parts", "pair"), OF_ITEMS),
            "named": OF_ENTRIES,
            "loud": st.just(True),
        },
    ),
)


@settings(deadline=None, max_examples=150, suppress_health_check=list(HealthCheck))
@given(
    values=WHOLES,
    include=TREES,
    exclude=TREES,
    flags=st.sets(st.sampled_from(["exclude_none", "exclude_defaults", "exclude_computed_fields"])),
)
def test_selections_are_those_of_pydantic(
    values: dict[str, Any], include: Any, exclude: Any, flags: set[str]
) -> None:
    options: dict[str, Any] = {"include": include, "exclude": exclude, **dict.fromkeys(flags, True)}
    ours, theirs = OurWhole.model_validate(values), TheirWhole.model_validate(values)
    assert ours.model_dump(**options) == theirs.model_dump(**options)
    assert ours.model_dump(mode="json", **options) == theirs.model_dump(mode="json", **options)
    assert json.loads(ours.model_dump_json(**options)) == json.loads(theirs.model_dump_json(**options))
