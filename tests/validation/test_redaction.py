"""Secrets never show in errors, also not in those of what stands around them."""

from __future__ import annotations

import collections
import dataclasses
import subprocess
import sys
import types
from typing import Annotated, Any, Literal, NamedTuple

import attrs
import msgspec
import pydantic
import pydantic.dataclasses
import pytest

from bolide.validation.adapter import Adapter
from bolide.validation.aliases import AliasPath
from bolide.validation.decorators import field_validator, model_validator
from bolide.validation.encode_any import encode_any
from bolide.validation.errors import HIDDEN, CustomError, ValidationError
from bolide.validation.fields import Field
from bolide.validation.functions import AfterValidator, BeforeValidator, ValidationInfo
from bolide.validation.model import Model
from bolide.validation.response import compile_response_encoder
from bolide.validation.root_model import RootModel
from bolide.validation.types.json_text import Json
from bolide.validation.types.secret import Secret, SecretStr

SECRET = "hunter2"


class Login(Model, extra="forbid", validate_assignment=True):
    user: str
    password: SecretStr = Field(min_length=3)


class Nested(Model):
    kind: Literal["nested"]
    deep: SecretStr = Field(validation_alias=AliasPath("auth", "token"))
    logins: list[Login] = []
    keys: dict[str, SecretStr] = {}
    count: int


class Other(Model):
    kind: Literal["other"]
    name: str


class Checked(Model):
    password: SecretStr

    @model_validator(mode="after")
    def refuse(self) -> Checked:
        raise ValueError("no")


def refuse(value: Any) -> Any:
    raise ValueError(f"{value} is too weak")


def quote(value: str) -> str:
    raise CustomError("weak", "{value} is too weak", {"value": value})


class Quoting(Model):
    password: SecretStr

    @field_validator("password")
    @classmethod
    def check(cls, value: SecretStr) -> SecretStr:
        raise ValueError(f"{value.get_secret_value()} is too weak")


class Foreign(pydantic.BaseModel):
    count: int
    password: pydantic.SecretStr = pydantic.Field(validation_alias="token")
    inner: list[Foreign] = []


class ForeignRoot(pydantic.RootModel[list[pydantic.SecretStr]]):
    pass


@pydantic.dataclasses.dataclass
class ForeignData:
    count: int
    password: pydantic.SecretStr | None


class HoldsForeign(Model):
    foreign: Foreign
    count: int


class CheckedAfter(Model, validate_assignment=True):
    count: int
    password: SecretStr

    @model_validator(mode="after")
    def refuse(self) -> CheckedAfter:
        if self.count:
            raise ValueError(f"{self.password.get_secret_value()} is not allowed")
        return self


class CheckedBefore(Model):
    password: SecretStr

    @model_validator(mode="before")
    @classmethod
    def refuse(cls, value: Any) -> Any:
        raise CustomError("refused", "{what} is refused", {"what": value})


class CheckedBeside(Model):
    password: SecretStr
    count: int

    @field_validator("count")
    @classmethod
    def compare(cls, value: int, info: ValidationInfo) -> int:
        raise ValueError(f"not in {info.data}{info.data['password'].get_secret_value()}" if info.data else "")


class Pair(NamedTuple):
    count: int
    password: SecretStr


class HoldsPair(Model):
    pair: Pair
    count: int


class Extras(Model, extra="allow"):
    count: int
    __pydantic_extra__: dict[str, SecretStr]


class Deep(Model):
    count: int
    password: SecretStr = Field(validation_alias=AliasPath("auth", "token", "text"))


class Holder(Model):
    login: Login
    logins: list[Login] = []
    by_name: dict[str, Login] = {}
    count: int


Either: Any = Annotated[Nested | Other, Field(discriminator="kind")]


@pytest.mark.parametrize(
    ("hint", "value"),
    [
        (Login, {"password": SECRET}),
        (Login, {"user": "a", "password": SECRET, "more": 1}),
        (Login, {"user": 1, "password": SECRET}),
        (list[Login], [{"password": SECRET}]),
        (dict[str, Login], {"a": {"password": SECRET}}),
        (Nested, {"kind": "nested", "auth": {"token": SECRET}, "logins": [{"password": SECRET}]}),
        (Nested, {"kind": "nested", "count": 1, "keys": {"a": SECRET, "b": 1}}),
        (Nested, {"kind": "nested", "count": 1, "keys": [SECRET]}),
        (Either, {"kind": "unknown", "auth": {"token": SECRET}}),
        (Nested | Other, {"auth": {"token": SECRET}}),
        (Checked, {"password": SECRET}),
        (Annotated[list[SecretStr], Field(max_length=1)], [SECRET, SECRET]),
        (SecretStr | int, [SECRET]),
        (Login, [SECRET]),
        (Login, f"password={SECRET}"),
        (Login, {"user": "a", "password": SECRET, "note": {"password": SECRET}}),
        (Quoting, {"password": SECRET}),
        (Annotated[SecretStr, AfterValidator(refuse)], SECRET),
        (Annotated[SecretStr, BeforeValidator(refuse)], SECRET),
        (Secret[Annotated[str, AfterValidator(quote)]], SECRET),
        (dict[SecretStr, int], {SECRET: "x"}),
        (Secret[Either], {"kind": SECRET}),
        (list[pydantic.SecretStr], [SECRET, 5]),
        (CheckedAfter, {"password": SECRET, "count": 1}),
        (list[CheckedAfter], [{"password": SECRET, "count": 1}]),
        (CheckedBefore, {"password": SECRET}),
        (CheckedBefore, {"password": f"{SECRET}'\n\""}),
        (CheckedBefore, SECRET),
        (CheckedBeside, {"password": SECRET, "count": 1}),
        (Pair, [1, SECRET, 3]),
        (Pair, [SECRET]),
        (HoldsPair, {"pair": [1, SECRET]}),
        (Extras, {"more": SECRET}),
        (dict[str, Extras], {"a": {"more": SECRET}}),
        (Deep, {"auth": [SECRET]}),
        (Deep, {"auth": {"token": SECRET}}),
        (Deep, collections.OrderedDict(auth=SECRET)),
        (Holder, {"login": SECRET}),
        (Holder, {"login": [SECRET], "logins": SECRET, "by_name": {"a": SECRET}}),
        (Annotated[list[Login], Field(max_length=1)], [SECRET, SECRET]),
        (HoldsForeign, {"foreign": [SECRET]}),
        (HoldsForeign, {"foreign": {"token": SECRET}}),
        (HoldsForeign, {"foreign": {"token": SECRET, "count": 1}}),
        (Foreign, {"token": SECRET}),
        (Foreign, {"count": 1, "token": "a", "inner": [{"token": SECRET}]}),
        (list[Foreign], [{"token": SECRET}]),
        (Json[Foreign], f'{{"token": "{SECRET}"}}'),
        (Json[Login], f'{{"password": "{SECRET}"}}'),
        (Json[Login], f'{{"password": "{SECRET}'),
        (list[Json[Login]], [f'{{"password": "{SECRET}']),
        (ForeignData, {"password": SECRET}),
        (ForeignRoot, [SECRET, 1]),
        (ForeignRoot, SECRET),
        (Annotated[pydantic.SecretStr, pydantic.StringConstraints(min_length=20)], SECRET),
    ],
)
def test_no_error_shows_a_secret(hint: Any, value: Any) -> None:
    adapter: Adapter[Any] = Adapter(hint)
    with pytest.raises(ValidationError) as caught:
        adapter.validate(value)
    error = caught.value
    assert SECRET not in f"{error} {error!r} {error.errors()} {error.json()}"


def test_what_the_type_says_is_shown_though_a_secret_is_the_same() -> None:
    with pytest.raises(ValidationError) as caught:
        Adapter(Annotated[list[SecretStr | int], Field(max_length=2)]).validate([1, 2, 3])
    (error,) = caught.value.errors()
    assert error["msg"] == "List should have at most 2 items after validation, not 3"
    assert error["ctx"] == {"field_type": "List", "max_length": 2, "actual_length": 3}


def test_everything_else_is_shown_as_it_was_given() -> None:
    with pytest.raises(ValidationError) as caught:
        Adapter(Login).validate({"password": SECRET, "name": "a"})
    missing, extra = caught.value.errors()
    assert missing["input"] == {"password": "**********", "name": "a"}
    assert (extra["loc"], extra["input"]) == (("name",), "a")


def test_what_stands_beside_secrets_is_shown() -> None:
    with pytest.raises(ValidationError) as caught:
        Adapter(Holder).validate({"login": {"user": "a", "password": SECRET}, "logins": [{"user": 1}]})
    user, _, count = caught.value.errors()
    assert (user["loc"], user["input"]) == (("logins", 0, "user"), 1)
    assert count["input"] == {"login": {"user": "a", "password": "**********"}, "logins": [{"user": 1}]}


def test_input_that_contains_itself_is_shown_once() -> None:
    given: dict[str, Any] = {"password": SECRET}
    given["more"] = [given, given]
    with pytest.raises(ValidationError) as caught:
        Adapter(Login).validate(given)
    assert SECRET not in str(caught.value)


def test_of_what_pydantic_reads_only_secrets_are_hidden() -> None:
    with pytest.raises(ValidationError) as caught:
        Adapter(HoldsForeign).validate({"foreign": {"token": SECRET, "count": "x"}})
    wrong, missing = caught.value.errors()
    assert (wrong["loc"], wrong["input"]) == (("foreign", "count"), "x")
    assert missing["input"] == {"foreign": {"token": "**********", "count": "x"}}


def test_the_text_of_a_validator_is_shown_without_the_secret() -> None:
    with pytest.raises(ValidationError) as caught:
        Quoting.model_validate({"password": SECRET})
    assert caught.value.errors()[0]["msg"] == "Value error, ********** is too weak"
    with pytest.raises(ValidationError) as caught:
        Login.model_validate({"user": "a", "password": "ab"})
    assert caught.value.errors()[0]["msg"] == "Value should have at least 3 items after validation, not 2"


def test_constructors_and_assignments_do_not_show_them_either() -> None:
    with pytest.raises(ValidationError) as caught:
        Login(password=SECRET)  # type: ignore[call-arg, arg-type]
    assert SECRET not in str(caught.value)
    checked = CheckedAfter(count=0, password=SecretStr(SECRET))
    with pytest.raises(ValidationError) as caught:
        checked.count = 1
    assert caught.value.errors()[0]["msg"] == "Value error, ********** is not allowed"
    login = Login(user="a", password=SecretStr(SECRET))
    with pytest.raises(ValidationError) as caught:
        login.user = 5  # type: ignore[assignment]
    assert SECRET not in str(caught.value)


def test_recursive_models_are_looked_through() -> None:
    class Tree(Model):
        children: list[Tree] = []
        secret: SecretStr
        name: str

    with pytest.raises(ValidationError) as caught:
        Tree.model_validate({"name": "a", "secret": SECRET, "children": [{"secret": SECRET}]})
    assert SECRET not in str(caught.value.errors())


def test_a_refused_assignment_shows_no_secret() -> None:
    class Frozen(Model, frozen=True):
        password: SecretStr
        inner: Any = None

    class FrozenField(Model):
        login: Frozen = Field(frozen=True)

    class Wrapped(RootModel[SecretStr], frozen=True):
        pass

    login = Frozen(password="old")
    for instance, name, value in (
        (login, "password", "hunter2"),
        (login, "inner", {"password": "hunter2"}),
        (FrozenField(login=login), "login", {"password": "hunter2"}),
        (Wrapped("old"), "root", "hunter2"),
    ):
        with pytest.raises(ValidationError) as refused:
            setattr(instance, name, value)
        assert "hunter2" not in str(refused.value.errors())
        assert HIDDEN in str(refused.value.errors())


@dataclasses.dataclass
class Carrier:
    password: SecretStr


@attrs.define
class AttrsCarrier:
    password: SecretStr


class TupleCarrier(NamedTuple):
    password: SecretStr


class StructCarrier(msgspec.Struct):
    password: SecretStr
    other: types.SimpleNamespace | None = None  # what is no type for input


@pytest.mark.parametrize("cls", [Carrier, AttrsCarrier, TupleCarrier, StructCarrier])
@pytest.mark.parametrize(
    "around",
    [
        lambda it: it,
        lambda it: [it],
        lambda it: {"a": (it,)},
        lambda it: iter([it]),
        lambda it: RootModel[Any](it),
        lambda it: collections.deque([it]),
    ],
    ids=["itself", "list", "dict", "iterator", "root model", "deque"],
)
def test_what_is_declared_a_secret_stays_one_without_a_declared_type(cls: Any, around: Any) -> None:
    assert b"hunter2" not in encode_any(around(cls("hunter2")))
    for hint in (Any, object, list[Any]):
        encode: Any = compile_response_encoder(Adapter(hint).tree)
        given = [around(cls("hunter2"))] if hint == list[Any] else around(cls("hunter2"))
        assert b"hunter2" not in encode(given)
        assert HIDDEN.encode() in Adapter(hint).dump_json(
            [around(cls("hunter2"))] if hint == list[Any] else around(cls("hunter2")), warnings=False
        )


def test_secrets_are_planned_for_as_soon_as_their_module_is_imported() -> None:
    code = (
        "import dataclasses\n"
        "from bolide.types import SecretStr\n"
        "from bolide.validation.encode_any import encode_any\n"
        "@dataclasses.dataclass\n"
        "class Carrier:\n"
        "    password: SecretStr\n"
        "print(encode_any(Carrier('hunter2')))\n"
    )
    ran = subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True)
    assert ran.stdout.strip() == """b'{"password":"**********"}'""", ran.stderr
