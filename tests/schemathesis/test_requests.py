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
from urllib.parse import urlencode

import pytest

from tests.addons.environments import IndexUnreachable
from tests.conformance.conftest import RunningServer, run_server
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


def open_shop(server: RunningServer) -> None:
    """Sell something, so that there are orders to ask for: nothing but a basket with its cookie makes one."""
    password = urlencode({"username": "ann", "password": "blue door", "scope": "products"}).encode()
    form = {"content-type": "application/x-www-form-urlencoded"}
    token = json.loads(server.request("POST", "/token", password, form).body)["access_token"]
    book = {"kind": "book", "sku": "TEA-0001", "title": "All about tea", "price": 1250, "authors": ["Ann"]}
    as_json = {"content-type": "application/json", "authorization": f"Bearer {token}"}
    assert server.request("POST", "/products", json.dumps(book).encode(), as_json).status == 201
    for _ in range(200):  # to pay, an order must neither be paid nor cancelled yet
        item = server.request("POST", "/basket/items", b'{"product_id": 1}', as_json)
        cookie = item.headers["set-cookie"].partition(";")[0]
        bought = server.request("POST", "/basket/checkout", None, {"cookie": cookie, "x-channel": "web"})
        assert bought.status == 201


@pytest.mark.full
@pytest.mark.parametrize(
    ("make", "operations", "examples", "requests", "unlikely"),
    [
        pytest.param(make_quickstart, 2, 1500, 8_000, set[str](), id="quickstart"),
        # A password, and the cookie of a basket, cannot be guessed; `open_shop` has both.
        pytest.param(make_shop, 46, 400, 12_000, {"POST /token", "POST /basket/checkout"}, id="shop"),
    ],
)
def test_every_answer_is_what_the_document_says(
    make: Callable[[Path], None],
    operations: int,
    examples: int,
    requests: int,
    unlikely: set[str],
    tmp_path: Path,
) -> None:
    """Together more than 20,000 requests: none is answered with 500, none otherwise than documented.

    Each operation but the *unlikely* ones answers some with 2xx.
    """
    try:
        program = schemathesis_command(ROOT / "build")
    except IndexUnreachable as unreachable:
        if "CI" in os.environ:
            raise
        pytest.skip(f"NOT TESTED, no package index: {unreachable}")
    make(tmp_path)
    with run_server("native", tmp_path, expected_error="no error at all") as server:
        if make is make_shop:
            open_shop(server)
        report = run_schemathesis(program, f"http://127.0.0.1:{server.port}/openapi.json", examples, tmp_path)
    assert report["complete"]
    assert report["operations"]["tested"] == operations
    assert (report["failures"], report["errors"]) == ([], [])
    assert report["test_cases"]["generated"] >= requests
    refused = {name for name, phases in report["valid_rates"].items() if not accepted(phases)}
    assert refused <= unlikely


def accepted(phases: dict[str, Any]) -> int:
    """Return how many requests to an operation were answered with 2xx."""
    return sum(each["accepted"] for each in phases.values())


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
