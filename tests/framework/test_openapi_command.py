"""``bolide openapi``: the document printed, written and compared with a file."""

import json
import os
import stat
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import pytest
import yaml

from bolide._commands.document_diff import document_diff
from bolide.cli import main

APP = """
    from bolide import Bolide

    app = Bolide(title="Tried")
    wrong = Bolide(openapi_external_docs={"url": "/docs", "x-own": object()})
    broken = Bolide()

    def make() -> Bolide:
        return app

    @app.get("/items/{item_id}", description="404: \\u00fcberall")
    async def read_item(item_id: int) -> int:
        return item_id

    @broken.get("/items")
    async def read_items(*names: str) -> None: ...
"""


@dataclass(frozen=True)
class Done:
    """What a run of the command left: exit code and what it printed."""

    returncode: int
    stdout: str
    stderr: str


Run: TypeAlias = Callable[..., Done]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "main.py").write_text(textwrap.dedent(APP))
    return tmp_path


@pytest.fixture
def run(project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Run]:
    """Return a function that runs the command in *project*, in this process."""
    monkeypatch.chdir(project)
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.delitem(sys.modules, "main", raising=False)

    def run(*arguments: str) -> Done:
        code = main(["openapi", *arguments])
        return Done(code, *capsys.readouterr())

    yield run
    sys.modules.pop("main", None)


def run_alone(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a process of its own."""
    command = [sys.executable, "-m", "bolide", "openapi", *arguments]
    return subprocess.run(command, cwd=project, capture_output=True, text=True, timeout=30)


def test_document_is_printed_indented_and_the_same_each_time(run: Run) -> None:
    done = run("main:app")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith('{\n  "openapi": "3.1.0",\n  "info": {\n    "title": "Tried",\n')
    assert done.stdout.endswith("\n}\n")
    assert "404: \u00fcberall" in done.stdout
    assert run("main:make", "--factory").stdout == done.stdout


def test_yaml_holds_the_same_data_as_json(run: Run) -> None:
    shown = run("main:app", "--format", "yaml").stdout
    assert shown.startswith("openapi: 3.1.0\ninfo:\n  title: Tried\n")
    document = yaml.safe_load(shown)
    assert document == json.loads(run("main:app").stdout)
    assert list(document["paths"]["/items/{item_id}"]["get"]["responses"]) == ["200", "422"]


def test_suffix_of_the_file_says_the_format_unless_an_option_does(project: Path, run: Run) -> None:
    for name, options, first in (
        ("a.json", [], '{\n  "openapi": "3.1.0",'),
        ("b.yaml", [], "openapi: 3.1.0\n"),
        ("c.YML", [], "openapi: 3.1.0\n"),
        ("d.yaml", ["--format", "json"], '{\n  "openapi": "3.1.0",'),
        ("e", [], '{\n  "openapi": "3.1.0",'),
    ):
        done = run("main:app", "--output", name, *options)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        assert (project / name).read_text().startswith(first)


def test_written_file_is_up_to_date_however_it_is_laid_out(project: Path, run: Run) -> None:
    for name in ("a.json", "b.yaml"):
        run("main:app", "--output", name)
        done = run("main:app", "--check", name)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    document = json.loads((project / "a.json").read_text())
    (project / "a.json").write_text(json.dumps(document, sort_keys=True, separators=(",", ":")))
    assert run("main:app", "--check", "a.json").returncode == 0


def test_file_that_is_out_of_date_is_shown_with_what_differs(project: Path, run: Run) -> None:
    run("main:app", "--output", "openapi.json")
    text = (project / "openapi.json").read_text()
    text = text.replace('"title": "Tried",', "").replace('"summary": "Read Item"', '"summary": "Read"')
    (project / "openapi.json").write_text(text)
    done = run("main:app", "--check", "openapi.json")
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.splitlines() == [
        "openapi.json is out of date; write it with: bolide openapi main:app --output openapi.json",
        "--- openapi.json",
        "+++ main:app",
        "@@ info @@",
        '+  "title": "Tried"',
        "@@ paths > /items/{item_id} > get @@",
        '-  "summary": "Read"',
        '+  "summary": "Read Item"',
    ]


def test_long_differences_are_cut(project: Path, run: Run) -> None:
    (project / "openapi.json").write_text(json.dumps({"paths": {f"/{i}": {} for i in range(200)}}))
    lines = run("main:app", "--check", "openapi.json").stdout.splitlines()
    assert len(lines) == 104
    assert lines[-1].startswith("... and ")
    assert lines[-1].endswith(" lines more")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        pytest.param(None, "openapi.json does not exist; write it with: bolide openapi main:app", id="none"),
        pytest.param("<<<<<<< HEAD\n", "openapi.json is no JSON: JSON is malformed", id="not JSON"),
        pytest.param("[]", "openapi.json is out of date; write it with: bolide openapi", id="other data"),
    ],
)
def test_file_that_holds_no_document_is_out_of_date(
    project: Path, run: Run, content: str | None, sentence: str
) -> None:
    if content is not None:
        (project / "openapi.json").write_text(content)
    done = run("main:app", "--check", "openapi.json")
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith(sentence)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        pytest.param([":app"], "':app' does not name an application; write it as", id="no module name"),
        pytest.param(["nowhere:app"], "there is no module 'nowhere' in ", id="no module"),
        pytest.param(["main:broken"], "parameter '*names: str' cannot be bound to a request", id="route"),
        pytest.param(["main:wrong"], "the document holds what JSON cannot: ", id="no JSON"),
        pytest.param(
            ["main:app", "--output", "no/where"], "cannot write no/where: No such file", id="no folder"
        ),
        pytest.param(["main:app", "--output", "."], ": Is a directory", id="write a folder"),
        pytest.param(["main:app", "--check", "."], "cannot read .: Is a directory", id="read a folder"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_exit_code_2(
    run: Run, arguments: list[str], sentence: str
) -> None:
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith(("bolide: ", "bolide: main.py:"))
    assert sentence in line


def test_output_and_check_exclude_each_other(project: Path) -> None:
    done = run_alone(project, "main:app", "--output", "a", "--check", "b")
    assert done.returncode == 2
    assert "not allowed with argument --output" in done.stderr


def test_without_pyyaml_the_error_names_the_extra(project: Path) -> None:
    (project / "yaml.py").write_text("raise ImportError('none here')\n")
    for arguments in (["--format", "yaml"], ["--check", "openapi.yaml"]):
        (project / "openapi.yaml").write_text("openapi: 3.1.0\n")
        done = run_alone(project, "main:app", *arguments)
        assert done.returncode == 2
        assert done.stderr == "bolide: YAML needs PyYAML; install it with: pip install 'bolide[yaml]'\n"


def test_file_is_replaced_whole_and_keeps_its_mode_and_the_links_to_it(project: Path, run: Run) -> None:
    kept = project / "kept.json"
    kept.write_text("old")
    kept.chmod(0o640)
    (project / "link.json").symlink_to(kept)
    with kept.open() as reader:
        assert run("main:app", "--output", "link.json").returncode == 0
        assert reader.read() == "old"
    assert (project / "link.json").is_symlink()
    assert kept.read_text().startswith("{\n")
    assert stat.S_IMODE(kept.stat().st_mode) == 0o640
    assert set(os.listdir(project)) - {"__pycache__"} == {"kept.json", "link.json", "main.py"}


def test_document_goes_into_a_device_as_it_is(project: Path) -> None:
    assert run_alone(project, "main:app", "--output", "/dev/stdout").stdout.startswith("{\n")


@pytest.mark.parametrize(
    ("old", "new", "lines"),
    [
        pytest.param({"a": 1, "b": [2]}, {"b": [2], "a": 1}, [], id="order of members"),
        pytest.param({"a": 1}, {"a": 1.0}, [], id="numbers of one value"),
        pytest.param({"a": 1}, {"a": True}, ["@@ the document @@", '-  "a": 1', '+  "a": true'], id="types"),
        pytest.param([1], {}, ["@@ the document @@", "-[", "-  1", "-]", "+{}"], id="kinds"),
        pytest.param(
            {"a": {"b": {}, "c": {"x": 1}}},
            {"a": {"c": {"x": 1, "y": {"z": None}}, "d": []}},
            [
                "@@ a @@",
                '-  "b": {}',
                '+  "d": []',
                "@@ a > c @@",
                '+  "y": {',
                '+    "z": null',
                "+  }",
            ],
            id="members gone and new",
        ),
        pytest.param(
            {"a": ["w", "x", {"n": 1}, {"n": 2}, "y", "z"]},
            {"a": ["w", "x", {"n": 1}, {"n": 3}, "y", "z"]},
            [
                "@@ the document @@",
                "     },",
                "     {",
                '-      "n": 2',
                '+      "n": 3',
                "     },",
                '     "y",',
            ],
            id="lists with what stands around",
        ),
        pytest.param(
            {"a": [{"b": 1, "c": 2}]}, {"a": [{"c": 2, "b": 1}]}, [], id="order of members in lists"
        ),
    ],
)
def test_difference_names_the_place_and_the_lines(old: Any, new: Any, lines: list[str]) -> None:
    assert list(document_diff(old, new)) == lines
