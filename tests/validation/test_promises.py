"""Promises of models about fields with a record or a collection, and what responses do when one is broken."""

import copy
import pickle
from collections.abc import Callable
from typing import Any

import pytest

from bolide.validation.adapter import Adapter
from bolide.validation.build import build_tree
from bolide.validation.errors import ValidationError
from bolide.validation.fields import Field
from bolide.validation.guard import breaches
from bolide.validation.model import Model
from bolide.validation.response import compile_response_encoder


class Leaf(Model):
    name: str


def make_leaf() -> Any:
    return Leaf(name="made")


class Plain(Model):
    leaf: Leaf
    other: Leaf | None = None
    leaves: list[Leaf] = Field(default_factory=list)
    made: Leaf = Field(default_factory=make_leaf)
    odd: list[Leaf] = ()  # type: ignore[assignment]


def family() -> tuple[Any, Any, Callable[[object], bytes]]:
    """Return two new models, the one with a field of the other, and the encoder of a list of the first."""

    class Part(Model):
        name: str

    class Whole(Model):
        part: Part
        spare: Part | None = None
        parts: list[Part] = []
        labels: dict[str, str] = {}

    return Whole, Part, compile_response_encoder(build_tree(list[Whole]))


class Intruder(Model):
    name: str = "a"
    secret: str = "secret"


def test_nothing_is_broken_by_what_fits() -> None:
    whole, part, encode = family()
    value = whole(part=part(name="a"), parts=[{"name": "b"}])
    value.part = part(name="c")
    value.spare = part(name="d")
    value.spare = None
    value.parts = [part(name="e")]
    value.labels = {"x": "y"}
    copied = value.model_copy(update={"part": part(name="f")})
    assert breaches(whole) == breaches(part) == []
    assert encode([copied]) == (
        b'[{"part":{"name":"f"},"spare":null,"parts":[{"name":"e"}],"labels":{"x":"y"}}]'
    )


FILTERED: list[tuple[str, Any]] = [
    ("part", Intruder()),
    ("part", {"name": "a", "secret": "secret"}),
    ("spare", Intruder()),
    ("parts", (Intruder(),)),
    ("parts", [Intruder()]),
]
REFUSED: list[tuple[str, Any]] = [
    ("parts", {"name": "a"}),
    ("labels", Intruder()),
    *((name, value) for name in ("part", "parts", "labels") for value in (None, 5, "text")),
]


def put(way: str, name: str, value: Any) -> bytes:
    whole, part, encode = family()
    fields: dict[str, Any] = {"part": part(name="a"), "spare": None, "parts": [], "labels": {}}
    target = whole(**fields)
    if way == "assigned":
        setattr(target, name, value)
    elif way == "constructed":
        target = whole.model_construct(**fields | {name: value})
    elif way == "copied":
        target = target.model_copy(update={name: value})
    else:
        make, (cls, values) = target.__reduce__()
        target = make(cls, values | {name: value})
    return encode([target])


WAYS = pytest.mark.parametrize("way", ["assigned", "constructed", "copied", "unpickled"])


@pytest.mark.parametrize(("name", "value"), FILTERED, ids=lambda value: str(value)[:20])
@WAYS
def test_records_that_do_not_fit_are_filtered(way: str, name: str, value: Any) -> None:
    encoded = put(way, name, value)
    assert b'"name":"a"' in encoded
    assert b"secret" not in encoded


@pytest.mark.parametrize(("name", "value"), REFUSED, ids=lambda value: str(value)[:20])
@WAYS
def test_what_cannot_fit_is_an_error(way: str, name: str, value: Any) -> None:
    with pytest.raises(ValidationError) as caught:
        put(way, name, value)
    assert caught.value.errors()[0]["loc"][:3] == ("response", 0, name)


def test_a_subclass_made_after_the_encoder_is_filtered() -> None:
    whole, part, encode = family()
    assert encode([whole(part=part(name="a"))]).startswith(b'[{"part":{"name":"a"}')

    class SecretPart(part):  # type: ignore[misc]
        secret: str = "secret"

    target = whole(part=SecretPart(name="b"), parts=[SecretPart(name="c")])
    assert type(target.part) is SecretPart
    assert encode([target]) == (b'[{"part":{"name":"b"},"spare":null,"parts":[{"name":"c"}],"labels":{}}]')
    assert breaches(part) == ["SecretPart inherits from it"]


def test_a_broken_promise_says_how() -> None:
    whole, part, _ = family()
    target = whole(part=part(name="a"))
    target.parts = (part(name="b"),)
    target.part = Intruder()
    assert breaches(whole) == ["parts got a tuple"]


def test_records_that_only_promise_are_not_looked_into() -> None:
    class Node(Model):
        up: "Node | None" = None
        name: str = ""

    encode = compile_response_encoder(build_tree(Node))
    assert encode(Node(up=Node(name="a"))) == b'{"up":{"up":null,"name":"a"},"name":""}'


def test_a_chain_of_promises_is_followed_to_a_collection() -> None:
    class Node(Model):
        up: "Node | None" = None
        leaves: list[Leaf] = []

    encode = compile_response_encoder(build_tree(Node))
    node = Node(up=Node(up=Node()))
    assert node.up is not None
    assert node.up.up is not None
    node.up.up.leaves.append(Intruder())  # type: ignore[arg-type]
    with_secret = encode(node)
    assert b"secret" not in with_secret
    assert with_secret.count(b'"name":"a"') == 1


def test_defaults_that_do_not_fit_and_factories_promise_nothing() -> None:
    encode = compile_response_encoder(build_tree(Plain))
    plain = Plain(leaf=Leaf(name="a"))
    assert plain.odd == ()  # type: ignore[comparison-overlap]
    assert encode(plain) == (
        b'{"leaf":{"name":"a"},"other":null,"leaves":[],"made":{"name":"made"},"odd":[]}'
    )
    assert breaches(Plain) == []


def test_copies_and_pickles_of_what_fits_break_nothing() -> None:
    plain = Plain(leaf=Leaf(name="a"))
    assert copy.deepcopy(plain) == pickle.loads(pickle.dumps(plain)) == plain
    assert breaches(Plain) == []


def test_an_absent_collection_is_dumped_as_null_whatever_its_type() -> None:
    class Absent(Model):
        tags: set[int] = None  # type: ignore[assignment]
        leaves: list[Leaf] = None  # type: ignore[assignment]
        leaf: Leaf = None  # type: ignore[assignment]
        named: dict[str, Leaf] = None  # type: ignore[assignment]

    expected = b'{"tags":null,"leaves":null,"leaf":null,"named":null}'
    assert Absent().model_dump_json().encode() == expected
    assert Adapter(list[Absent]).dump_json([Absent()]) == b"[" + expected + b"]"
