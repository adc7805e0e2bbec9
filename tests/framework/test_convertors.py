"""Convertors of path parameters: the registry, and the way back into URLs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any
from uuid import UUID

import pytest

from bolide import Bolide, Path, Request
from bolide._routing.templates import parse_template
from bolide.convertors import CONVERTOR_TYPES, Convertor, register_url_convertor
from bolide.exceptions import BolideError
from bolide.testclient import TestClient


class HexConvertor(Convertor[int]):
    regex = "[0-9a-f]+"

    def convert(self, value: str) -> int:
        return int(value, 16)

    def to_string(self, value: int) -> str:
        return f"{value:x}"


class NoRegex(HexConvertor):
    regex = ""


class BadRegex(HexConvertor):
    regex = "("


@pytest.fixture
def hexadecimal() -> Iterator[None]:
    register_url_convertor("hex", HexConvertor())
    yield
    del CONVERTOR_TYPES["hex"]


@pytest.mark.usefixtures("hexadecimal")
def test_own_convertor_decides_what_matches() -> None:
    template = parse_template("/colours/{colour:hex}")
    pattern = template.segments[1].pattern
    assert pattern is not None
    assert pattern.match("ff00") == ["ff00"]
    assert pattern.match("xyz") is None
    assert template.convertors["colour"].convert("ff") == 255


@pytest.mark.usefixtures("hexadecimal")
def test_endpoint_receives_what_an_own_convertor_makes() -> None:
    app = Bolide()

    @app.get("/one/{colour:hex}")
    async def one(colour: int, request: Request) -> list[Any]:
        return [colour, request.path_params]

    @app.get("/two/{colour:hex}")
    async def two(number: Annotated[int, Path(alias="colour", le=255)]) -> int:
        return number

    client = TestClient(app)
    assert client.get("/one/ff").json() == [255, {"colour": 255}]
    assert client.get("/two/ff").json() == 255
    assert client.get("/two/100").json()["detail"][0]["type"] == "less_than_equal"
    assert client.get("/two/xyz").status_code == 404


@pytest.mark.parametrize(
    ("target", "value"),
    [
        ("/numbers/007", "int 7"),
        ("/floats/1", "float 1.0"),
        ("/ids/00000000-0000-0000-0000-000000000003", "UUID 00000000-0000-0000-0000-000000000003"),
        ("/paths/a/b", "str a/b"),
        ("/typed/007", "str 007"),
    ],
)
def test_the_convertor_decides_where_no_type_does(target: str, value: str) -> None:
    app = Bolide()

    def describe(x: object) -> str:
        return f"{type(x).__name__} {x}"

    @app.get("/numbers/{x:int}")
    async def number(x) -> str:  # type: ignore[no-untyped-def]
        return describe(x)

    @app.get("/floats/{x:float}")
    async def fraction(x: Any) -> str:
        return describe(x)

    @app.get("/ids/{x:uuid}")
    async def identifier(y: Annotated[Any, Path(alias="x")]) -> str:
        return describe(y)

    @app.get("/paths/{x:path}")
    async def path(x: Any) -> str:
        return describe(x)

    @app.get("/typed/{x:int}")
    async def typed(x: str) -> str:
        return describe(x)

    assert TestClient(app).get(target).json() == value


@pytest.mark.parametrize(
    ("key", "convertor", "reason"),
    [
        pytest.param("int", HexConvertor(), "is one of Bolide's own", id="built in"),
        pytest.param("a-b", HexConvertor(), "letters, digits and underscores", id="name"),
        pytest.param("hex", HexConvertor, "expected an instance of a Convertor", id="class"),
        pytest.param("hex", NoRegex(), "NoRegex has no regex", id="no regex"),
        pytest.param("hex", BadRegex(), r"regex '\(' is malformed", id="malformed regex"),
    ],
)
def test_mistakes_are_refused(key: str, convertor: Any, reason: str) -> None:
    with pytest.raises(BolideError, match=reason):
        register_url_convertor(key, convertor)


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("str", "a b", "a b"),
        ("path", "a/b", "a/b"),
        ("int", "7", 7),
        ("float", "1.5", 1.5),
        ("float", "3", 3.0),
        ("uuid", "6f9619ff-8b86-d011-b42d-00cf4fc964ff", UUID("6F9619FF8B86D011B42D00CF4FC964FF")),
    ],
)
def test_values_go_into_urls_and_come_back(key: str, text: str, value: object) -> None:
    convertor = CONVERTOR_TYPES[key]
    assert re.fullmatch(convertor.regex, text)
    assert convertor.convert(text) == value
    assert convertor.to_string(value) == text


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("str", "a/b"),
        ("str", ""),
        ("int", -1),
        ("float", -1.0),
        ("float", float("nan")),
        ("float", float("inf")),
    ],
)
def test_values_without_a_text_are_refused(key: str, value: object) -> None:
    with pytest.raises(ValueError, match="must"):
        CONVERTOR_TYPES[key].to_string(value)
