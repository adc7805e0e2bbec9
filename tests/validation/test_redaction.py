"""Secrets never show in errors, also not in those of what stands around them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pytest

from bolide.validation.adapter import Adapter
from bolide.validation.aliases import AliasPath
from bolide.validation.decorators import model_validator
from bolide.validation.errors import ValidationError
from bolide.validation.fields import Field
from bolide.validation.model import Model
from bolide.validation.types.secret import SecretStr

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
    ],
)
def test_no_error_shows_a_secret(hint: Any, value: Any) -> None:
    adapter: Adapter[Any] = Adapter(hint)
    with pytest.raises(ValidationError) as caught:
        adapter.validate(value)
    error = caught.value
    assert SECRET not in f"{error} {error!r} {error.errors()} {error.json()}"


def test_everything_else_is_shown_as_it_was_given() -> None:
    with pytest.raises(ValidationError) as caught:
        Adapter(Login).validate({"password": SECRET, "name": "a"})
    missing, extra = caught.value.errors()
    assert missing["input"] == {"password": "**********", "name": "a"}
    assert (extra["loc"], extra["input"]) == (("name",), "a")


def test_constructors_and_assignments_do_not_show_them_either() -> None:
    with pytest.raises(ValidationError) as caught:
        Login(password=SECRET)  # type: ignore[call-arg, arg-type]
    assert SECRET not in str(caught.value)
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
