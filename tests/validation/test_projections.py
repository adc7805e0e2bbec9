"""Models made from other models: Partial, Pick and Omit."""

import datetime
import pickle
import types
from typing import Annotated, Any, Generic, Literal, TypeVar

import msgspec
import pytest

from bolide.validation.adapter import Adapter
from bolide.validation.build import build_tree
from bolide.validation.decorators import field_validator
from bolide.validation.errors import ValidationError
from bolide.validation.fields import Field
from bolide.validation.functions import ValidationInfo
from bolide.validation.hints import TypeHintError
from bolide.validation.model import Model
from bolide.validation.projections import Omit, Partial, Pick
from bolide.validation.response import compile_response_encoder
from bolide.validation.serializers import field_serializer, model_serializer

T = TypeVar("T")


class Address(Model):
    street: str


class Box(Model, Generic[T]):
    value: T
    count: int = 0


class User(Model, extra="forbid"):
    """Somebody who can log in."""

    user_id: int
    name: Annotated[str, Field(min_length=2)]
    password: str = Field(alias="pass")
    born: datetime.date | None = None
    address: Address
    tags: list[str] = Field(default_factory=list)


def user(**changes: Any) -> User:
    fields: dict[str, Any] = {"user_id": 1, "name": "ann", "pass": "x", "address": {"street": "s"}} | changes
    return User(**fields)


def types_of(hint: Any, data: bytes) -> list[tuple[str, tuple[str | int, ...]]]:
    with pytest.raises(ValidationError) as caught:
        Adapter(hint).decode_json(data)
    return [(error["type"], error["loc"]) for error in caught.value.errors()]


def test_a_partial_model_requires_nothing_and_knows_what_was_given() -> None:
    patch: Any = Adapter[Any](Partial[User]).decode_json(b'{"name": "bob", "born": null}')
    assert (patch.name, patch.born, patch.password) == ("bob", None, None)
    assert patch.model_fields_set == {"name", "born"}
    assert patch.model_dump(exclude_unset=True) == {"name": "bob", "born": None}
    assert Adapter[Any](Partial[User]).decode_json(b"{}").model_fields_set == set()


def test_a_partial_model_is_as_strict_as_its_source() -> None:
    data = b'{"name": "a", "pass": null, "address": {}, "other": 1}'
    assert types_of(Partial[User], data) == [
        ("string_too_short", ("name",)),
        ("string_type", ("pass",)),
        ("missing", ("address", "street")),
        ("extra_forbidden", ("other",)),
    ]


def test_a_patch_is_applied_by_copying() -> None:
    before = user()
    patch: Any = Adapter[Any](Partial[User]).decode_json(b'{"address": {"street": "t"}, "tags": ["x"]}')
    after = before.model_copy(update=patch)
    assert after == user(address=Address(street="t"), tags=["x"])
    assert before == user()


def test_a_model_that_does_not_track_is_no_patch() -> None:
    with pytest.raises(TypeError, match="track_fields_set"):
        user().model_copy(update=Address(street="t"))


def test_pick_and_omit_have_the_fields_they_name() -> None:
    assert list(Pick[User, "name", "user_id"].model_fields) == ["user_id", "name"]
    assert list(Omit[User, "password"].model_fields) == ["user_id", "name", "born", "address", "tags"]
    assert types_of(Pick[User, "name"], b'{"name": "a", "user_id": 1}') == [
        ("string_too_short", ("name",)),
        ("extra_forbidden", ("user_id",)),
    ]


def test_a_projection_is_one_class_with_a_speaking_name() -> None:
    assert Partial[User] is Partial[User]
    assert Omit[User, "password", "user_id"] is Omit[User, "user_id", "password"]
    named: list[Any] = [Partial[User], Pick[User, "name"], Omit[User, "user_id", "password"]]
    assert [cls.__name__ for cls in named] == ["PartialUser", "UserWithName", "UserWithoutPasswordAndUserId"]
    partial_of_rest: Any = Partial[Omit[User, "user_id"]]
    assert partial_of_rest.__name__ == "PartialUserWithoutUserId"


def test_a_response_is_filtered_by_a_projection() -> None:
    encode = compile_response_encoder(build_tree(list[Omit[User, Literal["password", "address"]]]))
    assert encode([user()]) == b'[{"user_id":1,"name":"ann","born":null,"tags":[]}]'


def test_a_partial_response_leaves_out_what_is_not_set() -> None:
    encode = compile_response_encoder(build_tree(Partial[User]))
    assert encode(Partial[User](name="bob")) == b'{"name":"bob"}'
    assert encode({"name": "bob", "born": None}) == b'{"name":"bob","born":null}'
    of_any = compile_response_encoder(build_tree(list[Any]))
    assert of_any([Partial[User](name="bob")]) == b'[{"name":"bob"}]'


def test_what_is_not_set_stays_so_when_a_response_is_rebuilt() -> None:
    class Patch(Model):
        user: Partial[User]
        count: int

    encode = compile_response_encoder(build_tree(Patch))
    patch = types.SimpleNamespace(user=Partial[User](tags=["a"]), count="3")
    assert encode(patch) == b'{"user":{"tags":["a"]},"count":3}'


def test_the_dump_of_a_partial_leaves_out_what_is_not_set() -> None:
    class Patch(Model):
        user: Partial[User]

    patch = Patch(user={"name": "bob", "address": {"street": "s"}})
    written = {"user": {"name": "bob", "address": {"street": "s"}}}
    assert patch.model_dump() == written
    assert patch.model_dump_json() == '{"user":{"name":"bob","address":{"street":"s"}}}'
    assert Adapter(Any).dump([patch]) == [written]


def test_the_schema_of_a_partial_names_no_defaults() -> None:
    class Sized(Model):
        size: int = Field(3, gt=0)

    for mode in ("validation", "serialization"):
        assert Partial[Sized].model_json_schema(mode=mode) == {
            "properties": {"size": {"exclusiveMinimum": 0, "title": "Size", "type": "integer"}},
            "title": "PartialSized",
            "type": "object",
        }


def test_mistakes_are_named_at_once() -> None:
    with pytest.raises(TypeHintError, match="Omit: User has no field 'nam'; there are: user_id, name"):
        Omit[User, "nam"]
    with pytest.raises(TypeHintError, match=r"Pick takes a model and names of fields: Pick\[User, "):
        Pick[User]
    with pytest.raises(TypeHintError, match="int'> is no Model"):
        Partial[int]  # type: ignore[type-var]


class Named(Model):
    first: str
    last: str

    @field_validator("*")
    @classmethod
    def trimmed(cls, value: str) -> str:
        if not value.strip():
            raise ValueError("empty")
        return value.strip()


def test_validators_of_fields_are_taken_over() -> None:
    assert Partial[Named](last=" x ").model_dump() == {"last": "x"}
    assert types_of(Pick[Named, "first"], b'{"first": " "}') == [("value_error", ("first",))]


class Sloppy(Model):
    tags: list[str] = None  # type: ignore[assignment]
    address: Address = None  # type: ignore[assignment]
    count: int = None  # type: ignore[assignment]


def test_a_default_of_none_is_written_whatever_the_type_says() -> None:
    encode = compile_response_encoder(build_tree(list[Sloppy]))
    assert encode([Sloppy()]) == b'[{"tags":null,"address":null,"count":null}]'
    assert encode([{"tags": ["a"], "count": 1}]) == b'[{"tags":["a"],"address":null,"count":1}]'
    filled = Sloppy(tags=["a"])
    filled.tags = (1,)  # type: ignore[assignment]
    with pytest.raises(ValidationError):
        encode([filled])


class Card(Model):
    id: int
    number: str = Field("0000", min_length=4)
    a_1: int = 1
    a1: str = "x"

    @field_validator("number")
    @classmethod
    def digits(cls, value: str) -> str:
        if not value.isdigit():
            raise ValueError("no digits")
        return value

    @field_serializer("number")
    def masked(self, value: str) -> str:
        return "*" * len(value)


def test_fields_with_names_alike_make_different_projections() -> None:
    kinds: list[Any] = [Pick, Omit]
    for kind in kinds:
        one, other = kind[Card, "a_1"], kind[Card, "a1"]
        assert one.__name__ != other.__name__
        assert ("a_1" in one.model_fields, "a1" in one.model_fields) == (kind is Pick, kind is Omit)
        assert ("a_1" in other.model_fields, "a1" in other.model_fields) == (kind is Omit, kind is Pick)


def test_serializers_of_fields_are_taken_over() -> None:
    assert Omit[Card, "id", "a1"](number="1234").model_dump() == {"number": "****", "a_1": 1}
    assert Partial[Card](number="1234").model_dump_json() == '{"number":"****"}'
    encode = compile_response_encoder(build_tree(Pick[Card, "id", "number"]))
    assert encode(Card(id=1, number="1234")) == b'{"id":1,"number":"****"}'


def test_constraints_come_before_validators_as_in_the_source() -> None:
    for hint in (Card, Partial[Card], Pick[Card, "id", "number"]):
        assert types_of(hint, b'{"id": 1, "number": "x"}') == [("string_too_short", ("number",))]
        assert types_of(hint, b'{"id": 1, "number": null}') == [("string_type", ("number",))]
        assert hint.model_json_schema()["properties"]["number"]["minLength"] == 4


def test_a_model_that_is_written_whole_has_no_projections() -> None:
    class Secret(Model):
        id: int
        code: str

        @model_serializer
        def hidden(self) -> dict[str, Any]:
            return {"id": self.id}

    with pytest.raises(TypeHintError, match="SecretWithoutId: Secret has a model_serializer"):
        Omit[Secret, "id"]


def test_a_partial_model_does_not_validate_what_stands_for_absent_fields() -> None:
    class Checked(Model, validate_default=True):
        id: int
        size: int = Field(2, validate_default=True)

    assert Partial[Checked]().model_fields_set == set()


def test_projections_are_pickled() -> None:
    hints: list[Any] = [Partial[Card], Pick[Card, "id"], Omit[Card, "a1"], Partial[Omit[Card, "id"]]]
    for hint in hints:
        instance = hint.model_validate({"id": 3})
        restored = pickle.loads(pickle.dumps(instance))
        assert restored == instance
        assert restored.__class__ is hint


class Derived(Model):
    a: int = 1
    b: int = Field(default_factory=lambda data: data["a"] + 1)
    c: int = 1

    @field_validator("c")
    @classmethod
    def above(cls, value: int, info: ValidationInfo) -> int:
        assert info.data is not None
        return value + info.data["a"]


def test_functions_that_read_a_field_which_is_left_out_say_so() -> None:
    message = "does not have the field 'a', which a function of its source reads"
    with pytest.raises(TypeError, match=f"DerivedWithB {message}"):
        Pick[Derived, "b"]()
    with pytest.raises(TypeError, match=f"DerivedWithoutA {message}"):
        Omit[Derived, "a"](b=1, c=2)
    assert Omit[Derived, "c"](a=2).b == 3
    assert Omit[Derived, "b"](a=2, c=2).c == 4


def test_a_projection_of_a_generic_model_gets_the_type_arguments() -> None:
    class Shelf(Model, Generic[T]):
        patch: Partial[Box[T]]
        rest: Omit[Box[T], Literal["count"]] | None = None
        picked: list[Pick[Partial[Box[T]], Literal["value"]]] = []

    data = b'{"patch": {"value": "x"}, "rest": {"value": "y"}, "picked": [{"value": "z"}]}'
    assert types_of(Shelf[int], data) == [
        ("int_parsing", ("patch", "value")),
        ("int_parsing", ("rest", "value")),
        ("int_parsing", ("picked", 0, "value")),
    ]
    assert Shelf[str].model_validate_json(data).picked[0].value == "z"  # type: ignore[attr-defined]
    assert [*Shelf[int].model_json_schema()["$defs"]] == [
        "Box_int_WithoutCount",
        "PartialBox_int_",
        "PartialBox_int_WithValue",
    ]


def test_a_projection_takes_type_arguments_as_its_source_does() -> None:
    projection: Any = Partial[Box]
    assert projection[int] is Partial[Box[int]]
    assert projection[list[T]][int] is Partial[Box[list[int]]]


def test_a_part_of_a_partial_is_partial() -> None:
    parts: list[Any] = [Omit[Partial[Box[int]], "count"], Pick[Partial[Box[int]], "value"]]
    for part in parts:
        assert part().model_dump() == {}
        assert part().model_dump_json() == "{}"
        assert part(value=1).model_dump() == {"value": 1}
        assert part(value=1).model_fields_set == {"value"}


def test_an_instance_of_the_source_is_dumped_with_the_fields_of_the_projection_only() -> None:
    class Account(Model):
        name: str
        password: str = ""

    account = Account(name="a", password="hunter2")
    public: Any = Omit[Account, "password"]
    named: Any = Pick[Account, "name"]
    for hint, value, expected in (
        (public, account, {"name": "a"}),
        (named, account, {"name": "a"}),
        (list[public], [account], [{"name": "a"}]),
        (dict[str, public], {"x": account}, {"x": {"name": "a"}}),
        (public | None, account, {"name": "a"}),
        (Omit[Partial[Account], "password"], account, {"name": "a"}),
        (Partial[Account], account, {"name": "a", "password": "hunter2"}),
    ):
        adapter: Adapter[Any] = Adapter(hint)
        assert adapter.dump(value) == expected
        assert adapter.dump(value, mode="json") == expected
        assert msgspec.json.decode(adapter.dump_json(value)) == expected
        assert msgspec.msgpack.decode(adapter.dump_msgpack(value)) == expected


def test_functions_of_a_partial_do_not_see_what_was_not_given() -> None:
    seen: list[dict[str, Any]] = []

    class Pair(Model):
        low: int = 0
        high: int

        @field_validator("high")
        @classmethod
        def note(cls, high: int, info: ValidationInfo) -> int:
            seen.append({**(info.data or {})})
            return high

    pair: Any = Partial[Pair](high=1)
    assert (pair.low, pair.model_fields_set, pair.model_dump()) == (None, {"high"}, {"high": 1})
    Partial[Pair](low=2, high=1)
    Partial[Pair].model_validate_json('{"high": 1}')
    Pair(high=1)
    assert seen == [{}, {"low": 2}, {}, {"low": 0}]


def test_fields_that_are_added_to_a_partial_keep_their_default_factories() -> None:
    class Pair(Model):
        low: int

    class Patch(Partial[Pair]):  # type: ignore[misc]
        double: int = Field(default_factory=lambda data: data.get("low", 0) * 2)

    assert [Patch(low=2).double, Patch().double] == [4, 0]


class Tree(Model):
    name: str
    children: "list[Partial[Tree]]" = []
    parent: Pick["Tree", Literal["name"]] | None = None
    rest: list[Partial[Omit["Tree", "rest", "children"]]] = []


def test_a_model_may_hold_its_own_projections() -> None:
    data = {
        "name": "a",
        "children": [{"children": [{}, {"name": "c"}]}],
        "parent": {"name": "b"},
        "rest": [{"parent": {"name": "d"}}],
    }
    tree = Tree.model_validate(data)
    assert tree.model_dump() == data
    assert Tree.model_validate_json(tree.model_dump_json()) == tree
    assert isinstance(tree.children[0], Partial[Tree])
    assert isinstance(tree.parent, Pick[Tree, "name"])
    assert isinstance(tree.rest[0], Partial[Omit[Tree, "rest", "children"]])
    assert sorted(Tree.model_json_schema()["$defs"]) == [
        "PartialTree",
        "PartialTreeWithoutChildrenAndRest",
        "TreeWithName",
    ]
    assert types_of(Tree, b'{"name": "a", "children": [{"parent": {}}]}') == [
        ("missing", ("children", 0, "parent", "name"))
    ]


def test_two_models_may_hold_projections_of_each_other() -> None:
    class Owner(Model):
        name: str
        pets: list[Omit["Pet", Literal["owner"]]] = []

    class Pet(Model):
        name: str
        owner: Partial["Owner"]

    pet = Pet.model_validate({"name": "p", "owner": {"pets": [{"name": "q"}]}})
    assert pet.model_dump() == {"name": "p", "owner": {"pets": [{"name": "q"}]}}


def test_a_generic_model_may_hold_its_own_projection() -> None:
    class Chain(Model, Generic[T]):
        value: T
        others: "list[Partial[Chain[T]]]" = []

    chain = Chain[int].model_validate({"value": 1, "others": [{"value": "2"}]})
    assert chain.others[0].value == 2
    assert types_of(Chain[int], b'{"value": 1, "others": [{"value": "x"}]}') == [
        ("int_parsing", ("others", 0, "value"))
    ]


def test_a_projection_of_a_name_that_is_no_model_is_refused() -> None:
    class Bad(Model):
        part: Partial["int"] | None = None

    with pytest.raises(TypeHintError, match=r"Bad.part: <class 'int'> is no Model, of which fields"):
        Bad()


class Size(Model):
    width: int = 1
    height: int = 2


class TrackedSize(Model, track_fields_set=True):
    width: int = 1
    height: int = 2
    inner: Size = Size()


class Parcel(Model):
    number: int = 0
    size: Size = Size()
    sizes: list[Size] = []
    tracked: TrackedSize = TrackedSize()


@pytest.mark.parametrize(
    ("given", "dumped"),
    [
        ({"number": 1}, {"number": 1}),
        ({"size": {"width": 5}}, {"size": {"width": 5, "height": 2}}),
        ({"sizes": [{}]}, {"sizes": [{"width": 1, "height": 2}]}),
        ({"tracked": {"width": 1}}, {"tracked": {"width": 1}}),
        ({"tracked": {"inner": {}}}, {"tracked": {"inner": {"width": 1, "height": 2}}}),
    ],
)
def test_models_in_a_partial_that_do_not_know_what_was_given_are_written_whole(
    given: dict[str, Any], dumped: dict[str, Any]
) -> None:
    patch: Any = Adapter[Any](Partial[Parcel]).validate(given)
    assert patch.model_dump(exclude_unset=True) == dumped
    assert msgspec.json.decode(patch.model_dump_json(exclude_unset=True)) == dumped
    assert Adapter[Any](list[Partial[Parcel]]).dump([patch], exclude_unset=True) == [dumped]


def test_models_beside_a_partial_have_to_know_what_was_given() -> None:
    class Both(Model, track_fields_set=True):
        patch: Partial[Parcel]
        size: Size = Size()

    both: Any = Both(patch=Partial[Parcel](number=1))
    with pytest.raises(TypeError, match=r"declare it as class Size\(Model, track_fields_set=True\)"):
        both.model_dump(exclude_unset=True)
