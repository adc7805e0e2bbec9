"""Where the options of a command come from, and which application it means."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bolide._commands.options import UsageError
from bolide._commands.parser import parse
from bolide._commands.settings import fill_in, read_project
from bolide._commands.targets import Target, find_target
from bolide._commands.watching import Watched

PROJECT = """
[tool.fastapi]
entrypoint = "old.place:app"

[tool.bolide]
port = 1
host = "of-bolide"
access-log = false
ws-allowed-origins = ["https://a.example", "https://b.example"]
ssl-sni = { "a.example" = "a.pem:a.key" }

[tool.bolide.run]
port = 2
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_flag_counts_before_variable_before_project_before_default(folder: Path) -> None:
    (folder / "pyproject.toml").write_text(PROJECT)
    project = read_project(folder)
    environ = {"BOLIDE_PORT": "3", "BOLIDE_RELOAD": "no"}
    assert fill_in("run", parse("run", ["--port", "4"]), environ, project).port == 4
    assert fill_in("run", {}, environ, project).port == 3
    assert fill_in("run", {}, {}, project).port == 2
    assert fill_in("dev", {}, {}, project).port == 1
    assert fill_in("dev", {}, environ, project).reload is False
    assert fill_in("dev", parse("dev", ["--reload"]), environ, project).reload is True
    assert fill_in("run", {}, {}, {}).port == 8000


def test_values_of_the_project_are_read_as_those_of_flags(folder: Path) -> None:
    (folder / "pyproject.toml").write_text(PROJECT)
    options = fill_in("run", {}, {}, read_project(folder))
    assert (options.host, options.access_log) == ("of-bolide", False)
    assert options.ws_allowed_origins == ("https://a.example", "https://b.example")
    assert options.ssl_sni == {"a.example": ("a.pem", "a.key")}
    assert options.entrypoint == "old.place:app"


def test_variables_of_platforms_count_after_those_of_bolide() -> None:
    environ = {"PORT": "5", "WEB_CONCURRENCY": "3", "FORWARDED_ALLOW_IPS": "*"}
    options = fill_in("run", {}, environ, {})
    assert (options.port, options.workers, options.forwarded_allow_ips) == (5, 3, "*")
    assert fill_in("run", {}, {**environ, "BOLIDE_PORT": "6"}, {}).port == 6


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[tool", "pyproject.toml is no TOML: "),
        ("[tool]\nbolide = 3", "[tool.bolide] of pyproject.toml is no table"),
        (
            "[tool.bolide]\nprot = 3",
            "[tool.bolide] of pyproject.toml: there is no option 'prot'; did you mean 'port'?",
        ),
        (
            "[tool.bolide.dev]\nworkers = 3",
            "[tool.bolide.dev] of pyproject.toml: there is no option 'workers'",
        ),
        ("[tool.bolide]\njson = true", "[tool.bolide] of pyproject.toml: there is no option 'json'"),
    ],
)
def test_mistakes_in_the_project_are_sentences(folder: Path, text: str, sentence: str) -> None:
    (folder / "pyproject.toml").write_text(text)
    with pytest.raises(UsageError) as raised:
        read_project(folder)
    assert str(raised.value).startswith(sentence)


@pytest.mark.parametrize(
    ("given", "environ", "project", "sentence"),
    [
        (["--port", "x"], {}, {}, "--port is 'x'; expected a whole number"),
        (["--workers", "x"], {}, {}, "--workers: 'x' is neither a number nor auto"),
        ([], {"BOLIDE_TIMEOUT_KEEP_ALIVE": "x"}, {}, "BOLIDE_TIMEOUT_KEEP_ALIVE is 'x'; expected a number"),
        ([], {"BOLIDE_ACCESS_LOG": "maybe"}, {}, "BOLIDE_ACCESS_LOG is 'maybe'; expected true or false"),
        ([], {}, {"port": "x"}, "port in [tool.bolide] of pyproject.toml is 'x'; expected a whole number"),
    ],
)
def test_values_that_cannot_be_read_are_named_with_their_origin(
    given: list[str], environ: dict[str, str], project: dict[str, object], sentence: str
) -> None:
    with pytest.raises(UsageError) as raised:
        fill_in("run", parse("run", given), environ, project)
    assert str(raised.value) == sentence


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--prot", "1"], "there is no option '--prot'; did you mean '--port'?"),
        (["--por", "1"], "there is no option '--por'; did you mean '--port'?"),
        (["--port"], "--port: expected one argument"),
        (["--reload"], "there is no option '--reload'; bolide dev has it"),
        (["main:app", "more"], "'more' is one argument too many"),
    ],
)
def test_command_lines_that_do_not_fit_are_sentences(words: list[str], sentence: str) -> None:
    with pytest.raises(UsageError) as raised:
        parse("run", words)
    assert str(raised.value) == sentence


FILES = ("app/api.py", "shop/__init__.py", "shop/web/__init__.py", "shop/web/site.py", "tools/serve.py")


@pytest.mark.parametrize(
    ("given", "entrypoint", "app", "name", "app_dir"),
    [
        (None, None, None, "api", "app"),
        (None, "shop.web:site", None, "shop.web:site", "."),
        ("x:y", "shop.web:site", None, "x:y", "."),
        ("shop", None, None, "shop", "."),
        ("shop.web", None, "site", "shop.web:site", "."),
        ("shop/web/site.py", None, None, "shop.web.site", "."),
        ("shop/web/__init__.py", None, "api", "shop.web:api", "."),
        ("tools/serve.py", None, None, "serve", "tools"),
        ("app", None, "api", "api:api", "app"),
    ],
)
def test_application_is_found_by_the_rules_of_fastapi(
    folder: Path, given: str | None, entrypoint: str | None, app: str | None, name: str, app_dir: str
) -> None:
    for each in FILES:
        (folder / each).parent.mkdir(parents=True, exist_ok=True)
        (folder / each).write_text("")
    found = find_target(given, entrypoint=entrypoint, app=app, app_dir=".")
    assert found == Target(name, app_dir if app_dir == "." else str(folder / app_dir))


def test_application_is_named_once() -> None:
    with pytest.raises(UsageError, match="'main:app' says which application it is, and so does --app api"):
        find_target("main:app", entrypoint=None, app="api", app_dir=".")


@pytest.mark.parametrize(
    ("path", "counts"),
    [
        ("main.py", True),
        ("shop/web.py", True),
        (".env", True),
        ("templates/page.html", True),
        ("data.sql", True),
        ("server.log", False),
        ("shop.sqlite3", False),
        (".git/x.py", False),
        ("node_modules/x/y.py", False),
        ("venv/x.py", False),
        ("made/x.py", False),
        ("test_x.py", False),
    ],
)
def test_only_files_that_people_write_are_watched(path: str, counts: bool) -> None:
    watched = Watched(("/.home/shop",), ("*.sql",), ("made", "test_*"))
    assert watched.has(os.path.join("/.home/shop", path)) is counts
    assert not watched.has(os.path.join("/.home/other", path))
