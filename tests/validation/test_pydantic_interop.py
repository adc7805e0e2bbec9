"""Pydantic's models, dataclasses and types wherever a hint may stand: Pydantic reads and writes them."""

import datetime
import json
import sys
from collections.abc import Callable
from typing import Annotated, Any, Literal

import annotated_types
import pydantic
import pydantic.dataclasses
import pydantic.networks
import pytest

from bolide.validation.adapter import Adapter
from bolide.validation.build import build_tree
from bolide.validation.dump_options import SerializationError
from bolide.validation.errors import ValidationError
from bolide.validation.fields import Field
from bolide.validation.hints import TypeHintError
from bolide.validation.model import Model
from bolide.validation.response import compile_response_encoder
from bolide.validation.tree import FloatNode, IntNode, Node, StrNode
from tests.identifiers import stable_id


class User(pydantic.BaseModel):
    name: str = pydantic.Field(min_length=2, alias="userName")
    born: datetime.date | None = None


class Admin(User):
    password: str = "secret"


@pydantic.dataclasses.dataclass
class Point:
    x: int
    y: int = 0


class Team(Model):
    title: str
    lead: User
    members: list[User] = []
    places: dict[str, Point] = {}


class Outer(pydantic.BaseModel):
    users: list[User]


def errors_of(hint: Any, data: bytes) -> list[dict[str, Any]]:
    with pytest.raises(ValidationError) as caught:
        Adapter(hint).decode_json(data)
    return [dict(error) for error in caught.value.errors()]


def test_a_model_is_a_whole_document() -> None:
    user: User = Adapter[User](User).decode_json(b'{"userName": "ann", "born": "2020-01-02"}')
    assert type(user) is User
    assert (user.name, user.born) == ("ann", datetime.date(2020, 1, 2))


def test_errors_are_those_that_pydantic_reports_for_python_values() -> None:
    assert errors_of(User, b'{"userName": "a", "born": 1.5}') == [
        {
            "type": "string_too_short",
            "loc": ("userName",),
            "msg": "String should have at least 2 characters",
            "input": "a",
            "ctx": {"min_length": 2},
        },
        {
            "type": "date_from_datetime_inexact",
            "loc": ("born",),
            "msg": "Datetimes provided to dates should have zero time - e.g. be exact dates",
            "input": 1.5,
        },
    ]


def test_trees_mix_both_kinds_and_report_all_errors_in_order() -> None:
    team: Team = Adapter[Team](Team).decode_json(
        b'{"title": "t", "lead": {"userName": "ann"}, "members": [{"userName": "bob"}],'
        b' "places": {"a": {"x": "3"}}}'
    )
    assert team == Team(
        title="t", lead=User(userName="ann"), members=[User(userName="bob")], places={"a": Point(3)}
    )
    bad = (
        b'{"title": 1, "lead": {}, "members": [{"userName": "bob"}, {"userName": "b"}], "places": {"a": {}}}'
    )
    assert [(error["type"], error["loc"]) for error in errors_of(Team, bad)] == [
        ("string_type", ("title",)),
        ("missing", ("lead", "userName")),
        ("string_too_short", ("members", 1, "userName")),
        ("missing", ("places", "a", "x")),
    ]


def test_instances_pass_and_are_written_by_pydantic() -> None:
    lead = User(userName="ann", born=datetime.date(2020, 1, 2))
    team = Team(title="t", lead=lead)
    assert team.lead is lead
    assert Adapter[Team](Team).dump_json(team, by_alias=True) == (
        b'{"title":"t","lead":{"userName":"ann","born":"2020-01-02"},"members":[],"places":{}}'
    )


@pytest.mark.parametrize(
    ("hint", "value", "encoded"),
    [
        (User, User(userName="ann"), b'{"userName":"ann","born":null}'),
        (User, Admin(userName="ann"), b'{"userName":"ann","born":null}'),
        (list[User], [Admin(userName="ann")], b'[{"userName":"ann","born":null}]'),
        (User, {"userName": "ann", "password": "secret"}, b'{"userName":"ann","born":null}'),
        (Point, Point(1), b'{"x":1,"y":0}'),
        (Outer, Outer(users=[Admin(userName="ann")]), b'{"users":[{"userName":"ann","born":null}]}'),
        (Any, {"user": User(userName="ann")}, b'{"user":{"userName":"ann","born":null}}'),
        (pydantic.HttpUrl, pydantic.HttpUrl("http://a.b"), b'"http://a.b/"'),
        (pydantic.SecretStr, pydantic.SecretStr("x"), b'"**********"'),
    ],
    ids=stable_id,
)
def test_responses_hold_what_is_declared_and_nothing_else(hint: Any, value: Any, encoded: bytes) -> None:
    assert compile_response_encoder(build_tree(hint))(value) == encoded


def test_a_subclass_in_a_field_of_a_response_is_filtered() -> None:
    team = Team(title="t", lead=Admin(userName="ann"), members=[Admin(userName="bob")])
    assert compile_response_encoder(build_tree(Team))(team) == (
        b'{"title":"t","lead":{"userName":"ann","born":null},'
        b'"members":[{"userName":"bob","born":null}],"places":{}}'
    )


def shout(text: str) -> str:
    return text.upper()


@pytest.mark.parametrize(
    ("hint", "data", "value"),
    [
        (pydantic.PositiveInt, b"3", 3),
        (pydantic.conint(gt=1, multiple_of=2), b"4", 4),
        (Annotated[str, pydantic.AfterValidator(shout)], b'"a"', "A"),
        (Annotated[str, pydantic.StringConstraints(to_upper=True)], b'"a"', "A"),
        (pydantic.SecretStr, b'"x"', pydantic.SecretStr("x")),
        (pydantic.HttpUrl, b'"http://a.b"', pydantic.HttpUrl("http://a.b")),
        (pydantic.Json[list[int]], b'"[1,2]"', [1, 2]),
        (
            pydantic.AwareDatetime,
            b'"2020-01-01T00:00:00Z"',
            datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC),
        ),
        (list[pydantic.ByteSize], b'["1kb"]', [1000]),
        (dict[str, Annotated[int, annotated_types.Gt(1), pydantic.Strict()]], b'{"a":2}', {"a": 2}),
        (User | int, b"3", 3),
        (User | None, b"null", None),
    ],
    ids=stable_id,
)
def test_types_of_pydantic_stand_in_hints(hint: Any, data: bytes, value: Any) -> None:
    assert Adapter(hint).decode_json(data) == value


def test_metadata_of_pydantic_is_checked() -> None:
    assert [error["type"] for error in errors_of(pydantic.conint(gt=1, multiple_of=2), b"3")] == [
        "multiple_of"
    ]
    assert [error["type"] for error in errors_of(list[pydantic.StrictInt], b'["1"]')] == ["int_type"]


def test_fields_of_pydantic_in_models_are_refused() -> None:
    with pytest.raises(TypeHintError, match="Field\\(\\) of Pydantic; import Field from bolide"):
        build_tree(Annotated[int, pydantic.Field(gt=1)])


def test_options_of_bolide_stand_beside() -> None:
    class Item(Model):
        url: pydantic.HttpUrl = Field(alias="link")

    item: Item = Adapter[Item](Item).decode_json(b'{"link": "http://a.b"}')
    assert str(item.url) == "http://a.b/"


def test_what_pydantic_cannot_read_is_an_error_before_the_first_value(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Strange:
        pass

    class Open(pydantic.BaseModel):
        a: "Undefined"  # type: ignore[name-defined] # noqa: F821

    class Holder(Model):
        items: list[Open] = []

    class Mail(Model):
        address: pydantic.EmailStr

    with pytest.raises(TypeHintError, match="Strange cannot be read by Pydantic: Unable to generate"):
        Adapter(Annotated[Strange, pydantic.GetPydanticSchema()])
    with pytest.raises(
        TypeHintError, match=r"Holder\.items: .*Open cannot be read by Pydantic: name 'Undefined'"
    ):
        Adapter(Holder)
    monkeypatch.setitem(sys.modules, "email_validator", None)
    monkeypatch.setattr(pydantic.networks, "email_validator", None, raising=False)
    with pytest.raises(
        TypeHintError, match=r"Mail\.address: EmailStr cannot be read by Pydantic: email-validator"
    ):
        Adapter(Mail)


@pytest.mark.parametrize(
    ("hint", "node"),
    [
        (pydantic.StrictInt, IntNode(strict=True)),
        (Annotated[str, pydantic.StringConstraints(min_length=1)], StrNode(min_length=1)),
        (Annotated[float, pydantic.AllowInfNan(False)], FloatNode(finite=True)),
    ],
)
def test_constraints_of_pydantic_are_read_without_it(hint: Any, node: Node) -> None:
    assert build_tree(hint).root == node


def test_constraints_of_pydantics_own_types_are_left_to_it() -> None:
    secret: Any = Annotated[pydantic.SecretStr, pydantic.StringConstraints(min_length=2)]
    assert [error["type"] for error in errors_of(secret, b'"a"')] == ["too_short"]


def test_forward_references_may_be_open_until_the_first_value() -> None:
    class Node(pydantic.BaseModel):
        children: "list[Node]" = []

    assert Adapter(Node).decode_json(b'{"children": [{}]}') == Node(children=[Node()])


def test_dumps_hold_dictionaries() -> None:
    team = Team(title="t", lead=User(userName="ann"), places={"a": Point(1)})
    dumped: dict[str, Any] = {
        "title": "t",
        "lead": {"userName": "ann", "born": None},
        "members": [],
        "places": {"a": {"x": 1, "y": 0}},
    }
    assert team.model_dump(mode="json", by_alias=True) == dumped


class Tree(pydantic.BaseModel):
    children: "list[Tree]" = []


def test_schemas_are_pydantics_with_definitions_beside() -> None:
    schema = Adapter[Team](Team).json_schema()
    assert sorted(schema["$defs"]) == ["Point", "User"]
    assert schema["properties"]["lead"]["$ref"] == "#/$defs/User"
    assert schema["$defs"]["User"]["properties"]["userName"] == {
        "minLength": 2,
        "title": "Username",
        "type": "string",
    }
    assert Adapter[Any](Tree).json_schema() == {
        "$ref": "#/$defs/Tree",
        "$defs": {
            "Tree": {
                "properties": {
                    "children": {
                        "default": [],
                        "items": {"$ref": "#/$defs/Tree"},
                        "title": "Children",
                        "type": "array",
                    }
                },
                "title": "Tree",
                "type": "object",
            }
        },
    }
    assert Adapter[Any](list[pydantic.PositiveInt]).json_schema() == {
        "type": "array",
        "items": {"type": "integer", "exclusiveMinimum": 0},
    }


class Shelf(Model):
    owner: User
    users: list[User] = []
    by_name: dict[str, User] = {}
    either: User | int = 1
    point: Point | None = None
    anything: Any = None


class TheirShelf(pydantic.BaseModel):
    owner: User
    users: list[User] = []
    by_name: dict[str, User] = {}
    either: User | int = 1
    point: Point | None = None
    anything: Any = None


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"by_alias": True},
        {"exclude_none": True},
        {"exclude_defaults": True},
        {"exclude_computed_fields": True},
        {"round_trip": True},
        {"include": {"owner": {"name"}, "users": {0: {"born"}}, "either": {"name"}, "point": {"y"}}},
        {"exclude": {"owner": {"born"}, "users": {"__all__": {"name"}}, "by_name": {"k": {"name"}}}},
        {"exclude": {"anything": {"password"}}},
    ],
    ids=stable_id,
)
def test_parts_are_dumped_by_their_declared_type_with_the_options_of_the_call(options: Any) -> None:
    admin = Admin(userName="ann", born=datetime.date(2020, 1, 2))
    values: dict[str, Any] = {
        "owner": admin,
        "users": [admin],
        "by_name": {"k": admin},
        "either": admin,
        "point": Point(1),
        "anything": admin,
    }
    ours, theirs = Shelf.model_construct(**values), TheirShelf.model_construct(**values)
    assert ours.model_dump(**options) == theirs.model_dump(**options)
    assert ours.model_dump(mode="json", **options) == theirs.model_dump(mode="json", **options)
    assert ours.model_dump_json(**options) == theirs.model_dump_json(**options)


def test_serializers_of_pydantics_parts_get_the_context() -> None:
    def add(value: int, info: pydantic.SerializationInfo) -> int:
        return value + (info.context or 0)

    adapter: Adapter[Any] = Adapter(list[Annotated[int, pydantic.PlainSerializer(add)] | None])
    assert adapter.dump([1, None], context=3) == [4, None]
    assert adapter.dump_json([1, None], context=3) == b"[4,null]"
    assert compile_response_encoder(adapter.tree)([1, None]) == b"[1,null]"


def test_what_pydantic_does_not_dump_is_a_serialization_error() -> None:
    with pytest.raises(SerializationError, match="Expected `User`"):
        Adapter[Any](User).dump({"name": "ann"}, warnings="error")


def test_unset_fields_of_pydantics_models_are_left_out() -> None:
    assert Adapter[Any](list[User]).dump([User(userName="ann")], exclude_unset=True) == [{"name": "ann"}]


def test_parts_are_read_with_the_options_of_the_call() -> None:
    class Dated(pydantic.BaseModel):
        day: datetime.date
        count: int

        @pydantic.field_validator("count")
        @classmethod
        def add(cls, value: int, info: pydantic.ValidationInfo) -> int:
            return value + (info.context or 0)

    class Row:
        day = datetime.date(2030, 1, 1)
        count = 1

    expected = Dated.model_construct(day=datetime.date(2030, 1, 1), count=1)
    lax, strict = Adapter[Any](list[Dated]), Adapter[Any](list[Dated], strict=True)
    document = b'[{"day": "2030-01-01", "count": 1}]'
    for adapter in (lax, strict):
        assert adapter.decode_json(document) == [expected]
        assert adapter.decode_json(document, context=2)[0].count == 3
    assert lax.validate([{"day": "2030-01-01", "count": "1"}]) == [expected]
    assert lax.validate([Row()], from_attributes=True) == [expected]
    for refuse, value in [(strict, {"day": "2030-01-01", "count": "1"}), (lax, Row())]:
        with pytest.raises(ValidationError):
            refuse.validate([value])
    with pytest.raises(ValidationError):
        Adapter[Any](Dated, strict=True).decode_json(b'{"day": "2030-01-01", "count": "1"}')


def test_a_reference_has_no_title_of_its_own() -> None:
    assert Adapter[Any](Team).json_schema()["properties"]["lead"] == {"$ref": "#/$defs/User"}


def test_properties_of_parts_are_named_as_the_call_says() -> None:
    adapter: Adapter[Any] = Adapter(list[User])
    assert adapter.json_schema()["$defs"]["User"]["properties"].keys() == {"userName", "born"}
    assert adapter.json_schema(by_alias=False)["$defs"]["User"]["properties"].keys() == {"name", "born"}


def test_marks_of_pydantic_beside_a_type_of_ours_count() -> None:
    class Item(Model):
        name: Annotated[
            str, pydantic.StringConstraints(strip_whitespace=True, to_upper=True, pattern="^[a-z]+$")
        ]
        count: Annotated[int, pydantic.Strict()] = 1
        price: Annotated[float, pydantic.AllowInfNan(False)] = 1.0
        sizes: Annotated[list[int], pydantic.FailFast()] = []

    assert Item(name=" a ").name == "A"
    with pytest.raises(ValidationError) as caught:
        Item(name=" 1 ", count="1", price=float("inf"), sizes=["a", "b"])  # type: ignore[arg-type, list-item]
    assert [(error["loc"], error["type"]) for error in caught.value.errors()] == [
        (("name",), "string_pattern_mismatch"),
        (("count",), "int_type"),
        (("price",), "finite_number"),
        (("sizes", 0), "int_parsing"),
    ]


class TaggedItem(pydantic.BaseModel):
    kind: Literal["item"]
    size: int = 1


class TaggedNote(pydantic.BaseModel):
    kind: Literal["note"]
    text: str = ""


@pydantic.dataclasses.dataclass
class TaggedPoint:
    kind: Literal["point"]
    x: int = 0


class TaggedOwn(Model):
    kind: Literal["own"]
    n: int = 0


BY_KIND: Any = Annotated[TaggedItem | TaggedNote | TaggedPoint, Field(discriminator="kind")]
BY_KIND_THEIRS: Any = Annotated[TaggedItem | TaggedNote | TaggedPoint, pydantic.Field(discriminator="kind")]


@pytest.mark.parametrize(
    "value",
    [
        {"kind": "item", "size": "2"},
        {"kind": "item", "size": "x"},
        {"kind": "point", "x": 3},
        {"kind": "other"},
        {},
        5,
    ],
    ids=stable_id,
)
def test_discriminated_unions_of_pydantics_models_are_pydantics(value: Any) -> None:
    def read(validate: Callable[[Any], Any]) -> Any:
        try:
            return validate(value)
        except ValueError as error:
            failure: Any = error
            return [(each["type"], each["loc"], each["msg"]) for each in failure.errors()]

    ours = read(Adapter(BY_KIND).validate)
    assert ours == read(pydantic.TypeAdapter(BY_KIND_THEIRS).validate_python)
    assert ours == read(lambda value: Adapter(BY_KIND).decode_json(json.dumps(value).encode()))


def test_discriminated_unions_mix_models_of_both() -> None:
    class Holder(Model):
        part: TaggedItem | TaggedOwn = Field(discriminator="kind")

    for part in (TaggedItem(kind="item", size=2), TaggedOwn(kind="own", n=3)):
        holder = Holder(part=part.model_dump())  # type: ignore[arg-type]
        assert holder.part == part
        assert Holder.model_validate_json(holder.model_dump_json()) == holder
    mapping = Holder.model_json_schema()["properties"]["part"]["discriminator"]["mapping"]
    assert mapping == {"item": "#/$defs/TaggedItem", "own": "#/$defs/TaggedOwn"}


def test_the_schema_of_a_discriminated_union_of_pydantics_models_is_pydantics() -> None:
    assert Adapter(BY_KIND).json_schema() == pydantic.TypeAdapter(BY_KIND_THEIRS).json_schema()


def test_a_model_of_pydantic_without_the_discriminator_is_named() -> None:
    with pytest.raises(TypeHintError, match="'nope', which TaggedItem has no field for"):
        Adapter(Annotated[TaggedItem | TaggedOwn, Field(discriminator="nope")])
