"""Tables of the reference say what the code says."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Iterator, Mapping

import pytest

import bolide.types
from bolide import Body, Bolide, Header, Query, Request
from bolide._check.findings import KINDS
from bolide._commands.options import Option
from bolide._commands.table import options_of
from bolide._declaring.layers import LayerOptions
from bolide.param_functions import ParamOptions
from bolide.routing import RouteOptions
from bolide.server_adapters.config import ServerConfig
from bolide.server_adapters.native import Address, serve
from bolide.validation.config import DEFAULT_CONFIG, ConfigDict
from bolide.validation.custom_types import TypeSpec
from bolide.validation.errors import MESSAGES
from bolide.validation.fields import Field, FieldOptions
from tests.docs.pages import PAGES, ROOT, code_words, read_table

PARAMETERS = ROOT / "docs" / "reference" / "parameters.md"
RESPONSES = ROOT / "docs" / "reference" / "responses.md"
ERRORS = ROOT / "docs" / "reference" / "errors.md"
ERROR_TYPES = ROOT / "docs" / "reference" / "error-types.md"
APPLICATION = ROOT / "docs" / "reference" / "application.md"
LAYERS = ROOT / "docs" / "reference" / "layers.md"
COMMAND_LINE = ROOT / "docs" / "reference" / "command-line.md"
FIELDS = ROOT / "docs" / "reference" / "fields.md"
CUSTOM_TYPES = ROOT / "docs" / "guide" / "custom-types.md"
MODEL_OPTIONS = ROOT / "docs" / "reference" / "model-options.md"
CHECK = ROOT / "docs" / "reference" / "check.md"
SERVE = ROOT / "docs" / "how-to" / "serve.md"
WEBSOCKETS = ROOT / "docs" / "reference" / "websockets.md"
WHERE = {"app_dir", "factory", "entrypoint", "app"}
"""Options of all commands that look at an application."""

# Requests that the native server answers itself; the one for 408 never ends.
REFUSED = {
    "400": b"GET / HTTP/1.1\r\n\r\n",
    "408": b"GET / HTTP/1.1\r\n",
    "414": b"GET /" + b"a" * 8192 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
    "417": b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nExpect: tea\r\n\r\n",
    "431": b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 8192 + b"\r\n\r\n",
    "501": b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
    "505": b"GET / HTTP/2.0\r\nHost: a\r\n\r\n",
}


def test_error_types_and_texts_are_those_of_the_engine() -> None:
    assert read_table(ERROR_TYPES, header="type") == list(MESSAGES.items())


def test_native_server_answers_as_the_errors_page_says() -> None:
    documented = [row[1:] for row in read_table(ERRORS, header="failure of the request")]
    assert documented == asyncio.run(_answers(list(REFUSED.values())))


async def _answers(requests: list[bytes]) -> list[tuple[str, str]]:
    """Send each request to a native server on a connection of its own; return status and body."""
    address: asyncio.Future[Address] = asyncio.get_running_loop().create_future()
    config = ServerConfig(port=0, access_log=False, timeout_request_header=0.2)
    stop = asyncio.Event()
    serving = asyncio.create_task(serve(Bolide(), config, on_ready=address.set_result, stop=stop))
    answers = [await _answer(request, await address) for request in requests]
    stop.set()
    await serving
    return answers


async def _answer(request: bytes, address: Address) -> tuple[str, str]:
    host, port = address
    reader, writer = await asyncio.open_connection(host, port)
    writer.write(request)
    head, _, body = (await reader.read()).decode().partition("\r\n\r\n")
    writer.close()
    await writer.wait_closed()
    return head.split(" ")[1], body


@pytest.mark.parametrize("name", ["run", "source", "check", "routes", "openapi"])
def test_command_line_page_has_every_option_with_its_default(name: str) -> None:
    documented = [row[:2] for row in read_table(COMMAND_LINE, header=f"option of `{name}`")]
    options = [each for each in options_of(name) if each.name not in WHERE]
    assert documented == [(_spelling(option), _default(option)) for option in options]


def test_command_line_page_has_what_only_development_has() -> None:
    documented = [row[:2] for row in read_table(COMMAND_LINE, header="option of `dev`")]
    of_run = [each.name for each in options_of("run")]
    options = [each for each in options_of("dev") if each.name not in of_run]
    assert documented == [(_spelling(option), _default(option)) for option in options]
    defaults = {each.name: each.default for each in options_of("run")}
    changed = [each for each in options_of("dev") if each.default != defaults.get(each.name, each.default)]
    rows = read_table(COMMAND_LINE, header="option with another default in `dev`")
    assert rows == [(_spelling(option), _default(option)) for option in changed]


def test_command_line_page_has_the_options_that_say_where_the_application_is() -> None:
    documented = [row[:2] for row in read_table(COMMAND_LINE, header="option of every command")]
    assert documented == [(_spelling(each), _default(each)) for each in options_of("routes")[:-1]]
    assert {each.name for each in options_of("routes")[:-1]} == WHERE


def _spelling(option: Option) -> str:
    flags = [option.flag]
    if option.short:
        flags.insert(0, option.short)
    if option.negatable:
        flags.append(f"--no-{option.flag[2:]}")
    return ", ".join(f"{flag} {option.metavar}".rstrip() for flag in flags)


def _default(option: Option) -> str:
    """Return the default as the page spells it."""
    if isinstance(option.default, bool):
        return "on" if option.default else "off"
    return "none" if option.default in (None, "", (), {}) else f"{option.default}".removesuffix(".0")


def test_check_page_has_every_kind_of_finding() -> None:
    documented = read_table(CHECK, header="code")
    kinds = [(code, kind.summary, kind.advice) for code, kind in KINDS.items()]
    assert documented == [tuple(text.replace("`", "") for text in row) for row in kinds]


def test_server_settings_are_options_of_the_command_line() -> None:
    options = {each.name for each in options_of("run")}
    assert set(ServerConfig.__dataclass_fields__) <= options


def test_how_to_serve_shows_the_same_defaults() -> None:
    rows = read_table(SERVE, header="limit") + read_table(SERVE, header="timeout")
    shown = {option.removeprefix("--").replace("-", "_"): default.split()[0] for option, default, *_ in rows}
    assert shown == {name: str(getattr(ServerConfig(), name)) for name in shown}
    assert len(shown) == 8


def test_websockets_page_shows_the_same_defaults() -> None:
    rows = read_table(WEBSOCKETS, header="limit")
    shown = {option.removeprefix("--").replace("-", "_"): default.split()[0] for option, default, *_ in rows}
    assert shown == {name: str(getattr(ServerConfig(), name)) for name in shown}
    assert len(shown) == 5


def test_application_page_has_every_argument_with_its_default() -> None:
    parameters = inspect.signature(Bolide).parameters.values()
    documented = [row[:2] for row in read_table(APPLICATION, header="argument of `Bolide`")]
    named = [each for each in parameters if each.kind is not each.VAR_KEYWORD]
    assert documented == [(each.name, repr(each.default)) for each in named]


def test_layers_page_has_every_option_of_layers() -> None:
    documented = [row[0] for row in read_table(LAYERS, header="option of a layer")]
    assert documented == list(LayerOptions.__annotations__)


def test_application_page_has_every_public_attribute_of_the_request() -> None:
    rows = read_table(APPLICATION, header="attribute")
    names = [name for row in rows for name in row[0].split(", ")]
    documented = {name.removeprefix("await ").removesuffix("()") for name in names}
    assert documented == {name for name in dir(Request) if not name.startswith("_")} - set(dir(Mapping))


def test_responses_page_has_every_option_of_routes() -> None:
    documented = [name for row in read_table(RESPONSES, header="option") for name in row[0].split(", ")]
    own = RouteOptions.__annotations__.keys() - LayerOptions.__annotations__.keys()
    assert sorted(documented) == sorted(own)


def test_parameters_page_has_every_option_of_parameters() -> None:
    first = [row[0].partition(" (")[0] for row in read_table(PARAMETERS, header="option")]
    documented = [name for names in first for name in names.split(", ")]
    functions = (Query, Header, Body)
    named = {name for function in functions for name in inspect.signature(function).parameters}
    assert sorted(documented) == sorted((named - {"options"}) | ParamOptions.__annotations__.keys())


def test_fields_page_has_every_option_of_field() -> None:
    documented = [
        name for row in read_table(FIELDS, header="option of `Field`") for name in row[0].split(", ")
    ]
    named = [name for name in inspect.signature(Field).parameters if name != "options"]
    assert sorted(documented) == sorted([*named, *FieldOptions.__annotations__])


def test_model_options_page_has_every_option_with_its_default() -> None:
    rows = read_table(MODEL_OPTIONS, header="option of a model")
    documented = {name: default for names, defaults, _ in rows for name, default in _pairs(names, defaults)}
    ignored = {"protected_namespaces", "defer_build", "cache_strings"}
    assert documented.keys() | ignored | {"populate_by_name"} == ConfigDict.__annotations__.keys()
    assert documented == {name: repr(getattr(DEFAULT_CONFIG, name)).replace("'", '"') for name in documented}


def _pairs(names: str, defaults: str) -> Iterator[tuple[str, str]]:
    """Yield each of *names* with its default; one default may stand for all."""
    values = defaults.split(", ")
    split = names.split(", ")
    yield from zip(split, values * len(split) if len(values) == 1 else values, strict=True)


def test_every_public_name_of_the_engine_is_on_a_page() -> None:
    pages = [page for page in PAGES if page.name != "pydantic-names.md"]
    documented = set().union(*map(code_words, pages))
    engine = {name for name, home in bolide._EXPORTS.items() if home.startswith("bolide.validation.")}
    assert (engine | {*bolide.types.__all__}) - documented == set()


def test_custom_types_page_has_fields_that_a_type_spec_has() -> None:
    documented = {row[0] for row in read_table(CUSTOM_TYPES, header="field of `TypeSpec`")}
    assert {"wire", "load", "dump"} <= documented <= set(TypeSpec.__struct_fields__)
