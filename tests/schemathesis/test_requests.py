"""Schemathesis makes requests from the documents of running applications, and judges every answer.

The applications are strict, so that they accept what their documents say and nothing else.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.addons.environments import IndexUnreachable
from tests.conformance.conftest import run_server
from tests.docs.pages import ROOT
from tests.schemathesis.environment import schemathesis_command

CONFIGURATION = Path(__file__).with_name("schemathesis.toml")
EXAMPLES = ROOT / "docs" / "examples"
RUN_SECONDS = 3600

SHOP = """
from shop.application import create_app

# What may be answered before an operation is reached is no part of a document; schemathesis does not know it,
# and sends lines of 8 KiB and forms that are broken. Events have schemas in OpenAPI 3.2.
REFUSALS = {
    400: {"description": "A form that is broken"},
    414: {"description": "A request line that is too long"},
    431: {"description": "Headers that are too long"},
}

app = create_app(strict=True, responses=REFUSALS, openapi_version="3.2.0")
"""


def make_quickstart(folder: Path) -> None:
    source = (EXAMPLES / "quickstart" / "app.py").read_text()
    strict = source.replace('Bolide(title="Orders")', 'Bolide(title="Orders", strict=True)')
    assert strict != source
    (folder / "app.py").write_text(strict)


def make_shop(folder: Path) -> None:
    shutil.copytree(EXAMPLES / "shop" / "shop", folder / "shop")
    (folder / "app.py").write_text(SHOP)


@pytest.mark.full
@pytest.mark.parametrize(
    ("make", "operations", "examples", "requests"),
    [
        pytest.param(make_quickstart, 2, 1500, 8_000, id="quickstart"),
        pytest.param(make_shop, 44, 700, 12_000, id="shop"),
    ],
)
def test_every_answer_is_what_the_document_says(
    make: Callable[[Path], None], operations: int, examples: int, requests: int, tmp_path: Path
) -> None:
    """Together more than 20,000 requests: none is answered with 500, none otherwise than documented."""
    try:
        program = schemathesis_command(ROOT / "build")
    except IndexUnreachable as unreachable:
        if "CI" in os.environ:
            raise
        pytest.skip(f"NOT TESTED, no package index: {unreachable}")
    make(tmp_path)
    with run_server("native", tmp_path, expected_error="no error at all") as server:
        report = run_schemathesis(program, f"http://127.0.0.1:{server.port}/openapi.json", examples, tmp_path)
    assert report["complete"]
    assert report["operations"]["tested"] == operations
    assert (report["failures"], report["errors"]) == ([], [])
    assert report["test_cases"]["generated"] >= requests


def run_schemathesis(program: Path, document: str, examples: int, folder: Path) -> dict[str, Any]:
    """Run all phases and checks, and return the report; the seed is fixed, so that a failure comes back.

    All checks are on by default; ``--checks=all`` would win over the configuration of one operation.
    """
    report = folder / "report.json"
    command = [program, f"--config-file={CONFIGURATION}", "run", document]
    command += ["--phases=examples,coverage,fuzzing,stateful", f"--max-examples={examples}"]
    command += ["--seed=20", "--continue-on-failure", "--no-color"]
    command += ["--report=json", f"--report-json-path={report}"]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=RUN_SECONDS, check=False
    )
    if done.returncode != 0:
        pytest.fail(done.stdout[-20_000:] + done.stderr, pytrace=False)
    found: dict[str, Any] = json.loads(report.read_text())
    return found
