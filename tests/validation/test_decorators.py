"""Decorated validators of models do what Pydantic's do: order, values, errors."""

from __future__ import annotations

import types
from typing import Annotated, Any

import pydantic
import pytest

from bolide.validation.adapter import Adapter
from bolide.validation.build import TypeHintError
from bolide.validation.decorators import field_validator, model_validator
from bolide.validation.errors import ValidationError
from bolide.validation.fields import Field
from bolide.validation.functions import AfterValidator, ValidationInfo
from bolide.validation.model import Model
from bolide.validation.response import compile_response_encoder

BOLIDE = types.SimpleNamespace(
    Model=Model,
    Field=Field,
    field_validator=field_validator,
    model_validator=model_validator,
    AfterValidator=AfterValidator,
    ValidationError=ValidationError,
)
PYDANTIC = types.SimpleNamespace(
    Model=pydantic.BaseModel,
    Field=pydantic.Field,
    field_validator=pydantic.field_validator,
    model_validator=pydantic.model_validator,
    AfterValidator=pydantic.AfterValidator,
    ValidationError=pydantic.ValidationError,
)


def outcome(call: Any, *arguments: Any) -> Any:
    try:
        return repr(call(*arguments))
    except (ValidationError, pydantic.ValidationError) as error:
        return [
            (each["type"], each["loc"], each["msg"], each["input"], repr(each.get("ctx", {})))
            for each in error.errors()
        ]


def ordered_model(api: Any, log: list[str]) -> Any:
    """Return a model whose validators write into *log*, and a subclass that overrides some."""

    def note(text: str, value: Any) -> Any:
        log.append(text)
        return value

    def annotated(value: Any) -> Any:
        return note("annotation", value)

    class Base(api.Model):  # type: ignore[misc]
        a: Annotated[int, api.AfterValidator(annotated)] = api.Field(3, gt=0)

        @api.field_validator("a", mode="before")
        @classmethod
        def before_1(cls, value: Any) -> Any:
            return note("before_1", value)

        @api.field_validator("a")
        @classmethod
        def after_1(cls, value: Any) -> Any:
            return note("after_1", value)

        @api.field_validator("*", mode="wrap")
        @classmethod
        def wrap_1(cls, value: Any, handler: Any) -> Any:
            return note("wrap_1 ends", handler(note("wrap_1 begins", value)))

        @api.field_validator("a", mode="before")
        @classmethod
        def before_2(cls, value: Any) -> Any:
            return note("before_2", value)

        @api.model_validator(mode="before")
        @classmethod
        def model_before_1(cls, value: Any) -> Any:
            return note("model_before_1", value)

        @api.model_validator(mode="before")
        @classmethod
        def model_before_2(cls, value: Any) -> Any:
            return note("model_before_2", value)

        @api.model_validator(mode="after")
        def model_after_1(self) -> Any:
            return note("model_after_1", self)

        @api.model_validator(mode="wrap")
        @classmethod
        def model_wrap(cls, value: Any, handler: Any) -> Any:
            return note("model_wrap ends", handler(note("model_wrap begins", value)))

    class Derived(Base):
        @api.field_validator("a")
        @classmethod
        def after_2(cls, value: Any) -> Any:
            return note("after_2", value)

        @api.field_validator("a")
        @classmethod
        def after_1(cls, value: Any) -> Any:
            return note("Derived.after_1", value)

        @classmethod
        def before_1(cls, value: Any) -> Any:
            return note("Derived.before_1", value)

    return Base, Derived


def test_validators_run_in_pydantics_order() -> None:
    logs: list[list[str]] = []
    for api in (BOLIDE, PYDANTIC):
        log: list[str] = []
        base, derived = ordered_model(api, log)
        instance = base(a=1)
        base.model_validate(instance)
        base()
        derived(a=1)
        derived.model_validate_json('{"a": 2}')
        logs.append(log)
    assert logs[0] == logs[1]
    assert logs[0][:5] == [
        "model_wrap begins",
        "model_before_2",
        "model_before_1",
        "before_2",
        "wrap_1 begins",
    ]


def refusing_models(api: Any) -> Any:
    class Odd(api.Model):  # type: ignore[misc]
        a: int
        b: str = "b"

        @api.field_validator("a")
        @classmethod
        def even(cls, value: int) -> int:
            assert value % 2 == 0, "must be even"
            return value * 10

        @api.field_validator("a", "b", mode="before")
        @classmethod
        def no_star(cls, value: Any) -> Any:
            if value == "*":
                raise ValueError("no star")
            return value

        @api.model_validator(mode="after")
        def not_equal(self) -> Any:
            if self.b == str(self.a):
                raise ValueError("a and b are equal")
            return self

    class Loose(api.Model):  # type: ignore[misc]
        x: int
        y: int = 1

        @api.model_validator(mode="before")
        @classmethod
        def split(cls, value: Any) -> Any:
            if isinstance(value, str):
                x, _, y = value.partition(",")
                return {"x": x, "y": y}
            if value == []:
                raise ValueError("no list")
            return value

        @api.model_validator(mode="wrap")
        @classmethod
        def zero(cls, value: Any, handler: Any) -> Any:
            return cls(x=0) if value is None else handler(value)

    class Outer(api.Model):  # type: ignore[misc]
        odd: Odd
        odds: list[Odd] = []
        either: Odd | Loose | None = None
        loose: dict[str, Loose] = {}

    return Odd, Loose, Outer


INPUTS: tuple[Any, ...] = (
    {},
    {"odd": {"a": 2}},
    {"odd": {"a": 1}, "odds": [{"a": "x"}, {"a": 4}, {"a": 3, "b": 5}, 7]},
    {"odd": {"a": "*", "b": "*"}},
    {"odd": {"a": 2, "b": "20"}, "either": {"a": 2, "b": "20"}},
    {"odd": {"a": 2}, "either": "1,2", "loose": {"k": "3,4", "l": "x", "m": [], "n": {"x": 1}}},
    {"odd": {"a": 2}, "either": "q", "loose": []},
    {"odd": {"a": 2}, "either": {"a": 2, "x": 1}, "loose": {"k": {"x": "1", "y": "2"}, "l": None}},
    {"odd": {"a": 2}, "either": {"a": 2, "x": 1, "y": 5}},
    {"odd": None, "odds": None, "either": 5},
)


@pytest.mark.parametrize("value", INPUTS, ids=str)
def test_models_with_validators_accept_what_pydantics_do(value: Any) -> None:
    ours, theirs = refusing_models(BOLIDE)[2], refusing_models(PYDANTIC)[2]
    assert outcome(ours.model_validate, value) == outcome(theirs.model_validate, value)


def test_json_goes_through_the_same_validators() -> None:
    odd, loose, outer = refusing_models(BOLIDE)
    document = b'{"odd": {"a": 2}, "odds": [{"a": 4}], "either": "1,2", "loose": {"k": "3,4"}}'
    expected = outer.model_construct(
        odd=odd.model_construct(a=20),
        odds=[odd.model_construct(a=40)],
        either=loose.model_construct(x=1, y=2),
        loose={"k": loose.model_construct(x=3, y=4)},
    )
    assert Adapter(outer).fast_decode_json(document) == expected
    assert outer.model_validate_json(document) == expected


def test_validators_of_a_recursive_model_run_at_every_depth() -> None:
    class Node(Model):
        value: int
        children: list[Node] = []

        @model_validator(mode="after")
        def sort(self) -> Node:
            self.children.sort(key=lambda child: child.value)
            return self

    tree = Node.model_validate_json(
        b'{"value": 1, "children": [{"value": 3, "children": [{"value": 9}, {"value": 8}]}, {"value": 2}]}'
    )
    assert [child.value for child in tree.children] == [2, 3]
    assert [child.value for child in tree.children[1].children] == [8, 9]


def test_field_validator_sees_the_fields_before_it() -> None:
    class Signup(Model):
        password: str
        again: str

        @field_validator("again")
        @classmethod
        def same(cls, value: str, info: ValidationInfo) -> str:
            if info.data and value != info.data.get("password"):
                raise ValueError("the passwords differ")
            return value

    assert Signup.model_validate_json('{"password": "x", "again": "x"}').again == "x"
    with pytest.raises(ValidationError, match="the passwords differ"):
        Signup(password="x", again="y")


def test_context_reaches_model_validators() -> None:
    class Item(Model):
        price: int

        @model_validator(mode="before")
        @classmethod
        def discount(cls, value: Any, info: ValidationInfo) -> Any:
            return {"price": value["price"] - (info.context or 0)}

    assert Item.model_validate({"price": 10}, context=3).price == 7
    assert Item.model_validate_json('{"price": 10}', context=4).price == 6
    assert Item.model_validate_json('{"price": 10}').price == 10


def test_mixin_brings_its_validators_along() -> None:
    class Upper:
        @field_validator("name", check_fields=False)
        @classmethod
        def upper(cls, value: str) -> str:
            return value.upper()

    class Item(Upper, Model):
        name: str

    assert Item(name="a").name == "A"


def test_decorated_methods_stay_callable() -> None:
    class Item(Model):
        name: str

        @field_validator("name")
        @classmethod
        def upper(cls, value: str) -> str:
            return value.upper()

        @field_validator("name")
        def exclaim(cls, value: str) -> str:  # noqa: N805 - as users may write it
            return value + "!"

    assert Item.upper("a") == "A"
    assert Item(name="a").name == "A!"


def test_unknown_field_is_an_error_that_names_it() -> None:
    class Item(Model):
        name: str

        @field_validator("nam")
        @classmethod
        def upper(cls, value: str) -> str:
            return value.upper()

    with pytest.raises(TypeHintError, match=r"Item\.upper: there is no field 'nam' to validate"):
        Item(name="a")


def test_instance_method_is_no_field_validator() -> None:
    with pytest.raises(TypeHintError, match="must be a class method, not take self"):

        class Item(Model):
            name: str

            @field_validator("name")
            def upper(self, value: str) -> str:
                return value.upper()


@pytest.mark.parametrize(
    ("decorator", "message"),
    [
        (lambda: field_validator(lambda cls, value: value), "takes names of fields"),  # type: ignore[arg-type]
        (lambda: field_validator("a", mode="later"), "mode='later'"),  # type: ignore[arg-type]
        (lambda: model_validator(mode="plain"), "mode='plain'"),  # type: ignore[arg-type]
    ],
)
def test_wrong_use_of_a_decorator_is_an_error(decorator: Any, message: str) -> None:
    with pytest.raises(TypeHintError, match=message):
        decorator()


def test_responses_write_models_with_validators_without_running_them_again() -> None:
    odd, _, _ = refusing_models(BOLIDE)
    encode = compile_response_encoder(Adapter(list[odd]).tree)

    class Secretive(odd):  # type: ignore[misc,valid-type]
        secret: str = "s"

    assert encode([odd(a=2)]) == b'[{"a":20,"b":"b"}]'
    assert encode([Secretive(a=4)]) == b'[{"a":40,"b":"b"}]'


def test_constraint_after_a_function_holds_for_its_result() -> None:
    def negate(value: int) -> int:
        return -value

    class Item(Model):
        a: Annotated[int, Field(gt=0), AfterValidator(negate), Field(gt=-5)]
        b: Annotated[str, AfterValidator(str.split), Field(max_length=2)] = Field("")

    class PydanticItem(pydantic.BaseModel):
        a: Annotated[int, pydantic.Field(gt=0), pydantic.AfterValidator(negate), pydantic.Field(gt=-5)]
        b: Annotated[str, pydantic.AfterValidator(str.split), pydantic.Field(max_length=2)] = pydantic.Field(
            ""
        )

    for value in ({"a": 3}, {"a": 7, "b": "x y z"}, {"a": -1, "b": "x y"}):
        ours, theirs = outcome(Item.model_validate, value), outcome(PydanticItem.model_validate, value)
        assert str(ours) == str(theirs).replace("PydanticItem", "Item")


def test_a_validator_may_have_a_private_name() -> None:
    class Item(Model):
        a: int

        @field_validator("a")
        @classmethod
        def _double(cls, value: int) -> int:
            return value * 2

        @model_validator(mode="after")
        def _increase(self) -> Any:
            self.a += 1
            return self

    assert Item(a=1).a == 3


def defaulting_models(api: Any) -> Any:
    class Defaults(api.Model):  # type: ignore[misc]
        a: int = api.Field("x", validate_default=True)
        b: list[int] = api.Field(default_factory=lambda data: [data["a"]])
        c: int = api.Field("7", validate_default=True)

    class Copies(api.Model):  # type: ignore[misc]
        a: int
        b: int = api.Field(default_factory=lambda data: data["a"] + 1)

    return Defaults, Copies


@pytest.mark.parametrize("data", [{}, {"a": 3}, {"a": 3, "b": [1], "c": "8"}, {"a": 1, "b": "x"}], ids=str)
def test_defaults_are_validated_and_made_from_data_as_in_pydantic(data: dict[str, Any]) -> None:
    for ours, theirs in zip(defaulting_models(BOLIDE), defaulting_models(PYDANTIC), strict=True):
        expected = outcome(theirs.model_validate, data)
        found = outcome(ours.model_validate, data)
        if isinstance(expected, list):
            # What stands for the input of a default that was never made differs.
            assert [each[:3] for each in found] == [each[:3] for each in expected]
        else:
            assert found == expected


def test_defaults_are_made_from_data_on_the_fast_path_too() -> None:
    _, copies = defaulting_models(BOLIDE)
    assert copies.model_validate_json('{"a": 1}').b == 2
    with pytest.raises(TypeError, match="made from other fields"):
        copies.model_construct(a=1)


def test_filled_defaults_do_not_count_as_set() -> None:
    class Item(Model, track_fields_set=True):
        a: int = Field(1, validate_default=True)
        b: int = 2

    assert Item(b=3).model_fields_set == {"b"}
    assert Item.model_validate_json("{}").model_fields_set == set()


def test_post_init_runs_for_every_new_instance() -> None:
    seen: list[Any] = []

    class Item(Model):
        a: int
        b: int = 0

        def model_post_init(self, context: Any, /) -> None:
            seen.append(context)
            self.b = self.a + 1

    class Outer(Model):
        items: list[Item]

    assert Item(a=1).b == 2
    assert Item.model_validate({"a": 1}, context="here").b == 2
    assert Outer.model_validate_json('{"items": [{"a": 1}]}').items[0].b == 2
    assert Item.model_construct(a=4).b == 5
    assert Item(a=1).model_copy() == Item(a=1)
    assert seen == [None, "here", None, None, None, None]


def test_post_init_may_refuse_the_instance() -> None:
    class Item(Model):
        a: int

        def model_post_init(self, context: Any, /) -> None:
            assert self.a != 5, "no five"

    with pytest.raises(ValidationError, match="Assertion failed, no five"):
        Item(a=5)


def test_an_after_validator_that_forgets_its_result_is_an_error() -> None:
    class Order(Model):
        total: int

        @model_validator(mode="after")
        def check(self) -> Any: ...

    for make in (lambda: Order(total=1), lambda: Order.model_validate_json('{"total": 1}')):
        with pytest.raises(TypeError, match=r"Order\.check returned None; .* ends in `return self`"):
            make()


def test_a_constructor_makes_nothing_but_instances() -> None:
    class Order(Model):
        total: int

        @model_validator(mode="wrap")
        @classmethod
        def only_total(cls, data: Any, handler: Any) -> Any:
            return handler(data).total

    assert Order.model_validate({"total": 1}) == 1
    with pytest.raises(
        TypeError, match=r"Order\(\) is to make an instance, but a model validator returned 1"
    ):
        Order(total=1)
