"""Others read our documents: clients in TypeScript are made, checked and run; a linter looks at them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bench.apps.startup_app import build
from tests.clients.toolbox import SOURCES, NodeMissing, run_tool, toolbox
from tests.conformance.conftest import run_server
from tests.docs.pages import ROOT, read_blocks

PAGE = ROOT / "docs" / "how-to" / "typed-clients.md"
EXAMPLES = ROOT / "docs" / "examples"


@pytest.fixture(scope="module")
def tools() -> Path:
    """Return the folder with the packages."""
    try:
        return toolbox(ROOT / "build" / "clients")
    except NodeMissing as missing:
        if "CI" in os.environ:
            raise
        pytest.skip(f"NOT TESTED, {missing}")


@pytest.fixture
def workshop(tools: Path, request: pytest.FixtureRequest) -> Path:
    """Return an empty folder below the packages, where Node finds them."""
    folder = tools / request.node.name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder


def write_document(example: str, target: str, path: Path) -> None:
    """Write the document of an example as its users do."""
    command = [sys.executable, "-m", "bolide", "openapi", target, "--output", str(path)]
    subprocess.run(command, cwd=EXAMPLES / example, check=True, timeout=60)


@pytest.mark.full
def test_typescript_clients_are_generated_checked_and_run(workshop: Path, tmp_path: Path) -> None:
    write_document("shop", "shop.application:app", workshop / "openapi.json")
    shutil.copy(SOURCES / "package.json", workshop)
    for name in ("tsconfig.json", "openapi-ts.config.js", "openapi_fetch.ts", "hey_api.ts"):
        shutil.copy(SOURCES / name, workshop)
    run_tool(
        workshop,
        *("openapi-typescript", "openapi.json", "--default-non-nullable=false"),
        *("--output", "generated/schema.d.ts"),
    )
    run_tool(workshop, "openapi-ts")
    run_tool(workshop, "tsc", "--project", ".")
    shutil.copytree(EXAMPLES / "shop" / "shop", tmp_path / "shop")
    (tmp_path / "app.py").write_text("from shop.application import app\n")
    with run_server("native", tmp_path, expected_error="no error at all") as server:
        for program in ("openapi_fetch", "hey_api"):
            command = ["node", f"dist/{program}.js", f"http://127.0.0.1:{server.port}"]
            done = subprocess.run(
                command, cwd=workshop, capture_output=True, text=True, timeout=60, check=False
            )
            assert done.stdout.endswith(": done\n"), done.stdout + done.stderr


@pytest.mark.full
@pytest.mark.parametrize("subject", ["quickstart", "shop", "a thousand routes"])
def test_redocly_finds_no_errors(subject: str, tools: Path, tmp_path: Path) -> None:
    document = tmp_path / "openapi.json"
    if subject == "a thousand routes":
        app: Any = build("bolide")
        assert sum(len(path) for path in app.openapi()["paths"].values()) == 1000
        document.write_text(json.dumps(app.openapi()))
    else:
        write_document(subject, "app:app" if subject == "quickstart" else "shop.application:app", document)
    said = run_tool(
        tools, "redocly", "lint", str(document), f"--config={SOURCES / 'redocly.yaml'}", "--format=summary"
    )
    assert "Your API description is valid" in said
    assert "error " not in said


def test_the_page_has_the_commands_and_programs_that_are_run() -> None:
    blocks = {block.language: block.text for block in read_blocks(PAGE)}
    configuration = (SOURCES / "openapi-ts.config.js").read_text()
    assert blocks["js"] == configuration
    shown = [block.text for block in read_blocks(PAGE) if block.language == "ts"]
    programs = "".join(path.read_text() for path in sorted(SOURCES.glob("*.ts")))
    for text in shown:
        for line in text.splitlines():
            assert line.replace('"http://127.0.0.1:8000"', "process.argv[2]") in programs, line
