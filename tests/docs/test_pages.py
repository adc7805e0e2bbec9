"""Every example of the documentation runs, and answers what the page says it answers.

The blocks of a page share one module, in order, as if a reader typed them into ``main.py`` (the README says
``app.py``). Functions named ``test_*`` are called. In ``console`` blocks, ``$ curl`` is sent to the page's
``app`` and compared with what is shown below it; ``$ bolide`` is checked against the command line's parser.
"""

from __future__ import annotations

import importlib
import inspect
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

import pytest

from bolide._commands.options import UsageError
from bolide._commands.parser import parse
from bolide.convertors import CONVERTOR_TYPES
from bolide.testclient import TestClient
from tests.docs.pages import (
    PAGES,
    ROOT,
    Block,
    Command,
    anchors,
    commands,
    links,
    read_blocks,
    read_table,
)

MAX_BLOCK_LINES = 25
QUICKSTART = ROOT / "docs" / "examples" / "quickstart" / "app.py"


def page_id(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[ModuleType]:
    """Make an empty module, importable under the names that pages use, in an empty directory."""
    monkeypatch.chdir(tmp_path)
    made = ModuleType("main")
    for name in ("main", "app"):
        monkeypatch.setitem(sys.modules, name, made)
    convertors = set(CONVERTOR_TYPES)
    yield made
    for name in CONVERTOR_TYPES.keys() - convertors:
        del CONVERTOR_TYPES[name]


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_examples_run_and_answer_what_the_page_shows(page: Path, module: ModuleType) -> None:
    run_page(page, module)


def run_page(page: Path, module: ModuleType) -> None:
    """Run what stands in *page* as if it stood in *module*."""
    for block in read_blocks(page):
        if block.language == "python":
            code = compile(block.source, str(page), "exec", dont_inherit=True)
            if block.is_run:
                exec(code, vars(module))  # noqa: S102 - running the examples is what this tests
        elif block.language == "console" and block.is_run:
            for command in commands(block):
                check_command(command, module)
    for test in _own_tests(module):
        test()


def _own_tests(module: ModuleType) -> list[Any]:
    functions = [value for name, value in vars(module).items() if name.startswith("test_")]
    return [each for each in functions if not inspect.signature(each).parameters]


def check_command(command: Command, module: ModuleType) -> None:
    """Check a command that a page shows, and its output where it can be had without a server."""
    match command.words:
        case ("curl", *arguments):
            check_curl(arguments, command, module.app)
        case ("bolide", "source", _, route):
            method, _, path = route.partition(" ")
            source = module.app.handler_source(method, path)
            assert command.output in ("", source), f"line {command.line}: {source}"
        case ("bolide", *arguments):
            parse(arguments[0], arguments[1:])
        case _:
            pass


def check_curl(arguments: list[str], command: Command, app: Any) -> None:
    """Send what curl would send; compare the body with the page, as JSON if the page formats it."""
    options: dict[str, Any] = {"headers": {}, "method": "GET", "content": None, "url": ""}
    rest = iter(arguments)
    for word in rest:
        match word:
            case "-H":
                name, _, value = next(rest).partition(":")
                options["headers"][name] = value.strip()
            case "-d":
                options["content"], options["method"] = next(rest), "POST"
            case "-X":
                options["method"] = next(rest)
            case _:
                assert not word.startswith("-"), f"curl option {word} is not known to this test"
                options["url"] = word
    parts = urlsplit(options.pop("url"))
    assert parts.netloc == "127.0.0.1:8000"
    method = options.pop("method")
    response = TestClient(app).request(method, f"{parts.path}?{parts.query}", **options)
    shown = command.output.strip()
    assert response.text == shown or response.json() == json.loads(shown), f"line {command.line}"


@pytest.mark.parametrize(
    ("text", "error"),
    [
        pytest.param("```python\nassert app.title == 'Other'\n```\n", AssertionError, id="wrong example"),
        pytest.param(
            "```python\ndef test() -> None: ...\ndef test_it(): 1 / 0\n```\n", ZeroDivisionError, id="test"
        ),
        pytest.param(
            "```console\n$ curl http://127.0.0.1:8000/\n2\n```\n", AssertionError, id="wrong answer"
        ),
        pytest.param(
            "```console\n$ bolide run app:app --por 1 --prot 2\n```\n", UsageError, id="wrong option"
        ),
        pytest.param(
            '```console\n$ bolide source app:app "GET /"\npass\n```\n', AssertionError, id="wrong code"
        ),
        pytest.param("<!-- not run: shown -->\n```python\n1 +\n```\n", SyntaxError, id="no Python"),
    ],
)
def test_wrong_examples_are_found(
    text: str, error: type[BaseException], module: ModuleType, tmp_path: Path
) -> None:
    page = tmp_path / "page.md"
    begin = "```python\nfrom bolide import Bolide\napp = Bolide()\n```\n"
    begin += "```python\n@app.get('/')\nasync def one() -> int: return 1\n```\n"
    page.write_text(begin)
    run_page(page, module)
    page.write_text(begin + text)
    with pytest.raises(error):
        run_page(page, module)


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_blocks_are_short(page: Path) -> None:
    def lines(block: Block) -> int:
        return len(block.text.splitlines())

    quickstart = QUICKSTART.read_text(encoding="utf-8")
    blocks = [b for b in read_blocks(page) if b.language == "python" and b.text != quickstart]
    assert [f"line {b.line}: {lines(b)}" for b in blocks if lines(b) > MAX_BLOCK_LINES] == []


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_links_lead_to_files(page: Path) -> None:
    assert [str(file) for file, _ in links(page) if not file.exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_links_into_pages_lead_to_headings(page: Path) -> None:
    wanted = [(file, fragment) for file, fragment in links(page) if fragment]
    assert [f"{file.name}#{fragment}" for file, fragment in wanted if fragment not in anchors(file)] == []


def test_every_page_is_in_the_index() -> None:
    index = ROOT / "docs" / "README.md"
    listed = {file for file, _ in links(index)}
    assert [page_id(page) for page in PAGES[1:] if page != index and page not in listed] == []


def test_readme_shows_the_whole_quickstart() -> None:
    first = read_blocks(ROOT / "README.md")[0]
    assert first.text == QUICKSTART.read_text(encoding="utf-8")
    assert len(first.text.splitlines()) <= 40


def test_how_to_tests_pass_under_pytest(tmp_path: Path) -> None:
    blocks = [b for b in read_blocks(ROOT / "docs" / "how-to" / "test.md") if b.language == "python"]
    files: dict[str, str] = {}
    for block in blocks:
        name = block.text.partition("\n")[0].removeprefix("# ")
        files[name] = files.get(name, "") + block.text
    assert list(files) == ["main.py", "test_main.py"]
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "error"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout
    count = sum(text.count("def test_") for text in files.values())
    assert f"{count} passed" in done.stdout


def test_every_known_page_was_found() -> None:
    assert {"README.md", "docs/README.md", "docs/tutorial.md"} <= {page_id(page) for page in PAGES}


def test_tables_are_read_with_their_cells_unescaped(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("| a | b |\n|---|---|\n| `x \\| y` | 1 |\n\nend\n")
    assert read_table(page, header="a") == [("x | y", "1")]


def test_links_are_read_with_their_fragments(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# A `b` c, d\n[x](#a-b-c-d) [y](other.md) [z](https://example.com/#q)\n")
    assert list(links(page)) == [(page, "a-b-c-d"), (tmp_path / "other.md", "")]
    assert anchors(page) == {"a-b-c-d"}


def test_blocks_know_their_lines_and_whether_they_run(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("one\n\n```python\nx = 1\n```\n\n<!-- not run: example -->\n```python\ny\n```\n")
    first, second = read_blocks(page)
    assert (first.text, first.line, first.is_run) == ("x = 1\n", 4, True)
    assert (second.text, second.line, second.is_run) == ("y\n", 9, False)


def test_documented_modules_can_be_imported() -> None:
    for name in ("bolide.responses", "bolide.requests", "bolide.exceptions", "bolide.concurrency"):
        assert importlib.import_module(name).__all__
