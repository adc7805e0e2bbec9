"""What is written differently than msgspec would, wherever it stands."""

from __future__ import annotations

import json

import pytest

from bolide.validation.adapter import Adapter
from bolide.validation.build import build_tree
from bolide.validation.dump_options import SerializationError
from bolide.validation.encode_any import encode_any
from bolide.validation.model import Model
from bolide.validation.response import compile_response_encoder
from bolide.validation.types.secret import SecretBytes, SecretStr

HIDDEN = "**********"


class Login(Model):
    password: SecretStr


class OldLogin(Model):
    password: SecretStr | None = None


class Careless(Model):
    password: SecretStr = "changeme"  # type: ignore[assignment]


class Ring(Model):
    keys: list[SecretBytes]


def written(model: Model) -> list[object]:
    """Return *model* as every way of writing writes it."""
    return [
        model.model_dump(warnings=False),
        model.model_dump(mode="json", warnings=False),
        json.loads(model.model_dump_json(warnings=False)),
        json.loads(compile_response_encoder(build_tree(type(model)))(model)),
        json.loads(encode_any([model])[1:-1]),
    ]


def test_what_should_be_a_secret_and_is_none_is_hidden_everywhere() -> None:
    login = Login(password="x")
    login.password = "PLAIN"  # type: ignore[assignment]
    assert written(login) == [{"password": HIDDEN}] * 5
    assert written(Login.model_construct(password="PLAIN")) == [{"password": HIDDEN}] * 5
    assert written(login.model_copy(update={"password": "OTHER"})) == [{"password": HIDDEN}] * 5
    old = OldLogin()
    old.password = "PLAIN"  # type: ignore[assignment]
    assert written(old) == [{"password": HIDDEN}] * 5


def test_defaults_that_are_no_secrets_are_hidden_too() -> None:
    assert written(Careless()) == [{"password": HIDDEN}] * 5


def test_secrets_in_collections_are_hidden_too() -> None:
    ring = Ring(keys=[])
    ring.keys.append(b"PLAIN")  # type: ignore[arg-type]
    assert written(ring) == [{"keys": [HIDDEN]}] * 5


def test_secrets_stay_secrets_in_python_and_none_stays_none() -> None:
    assert Login(password="x").model_dump() == {"password": SecretStr("x")}
    assert written(OldLogin()) == [{"password": None}] * 5


def test_a_complaint_about_a_secret_does_not_show_it() -> None:
    adapter = Adapter[Login](Login)
    login = Login.model_construct(password="PLAIN")
    with pytest.warns(UserWarning, match=r"^expected SecretStr, got a str$"):
        adapter.dump(login)
    with pytest.raises(SerializationError, match=r"^expected SecretStr, got a str$"):
        adapter.dump_json(login, warnings="error")
