"""The example applications pass their own tests and the checks that ours pass."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.docs.pages import ROOT

SHOP = ROOT / "docs" / "examples" / "shop"


def test_the_shop_passes_its_own_tests() -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "error", "tests"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([".", os.environ.get("PYTHONPATH", "")])}
    done = subprocess.run(
        command, cwd=SHOP, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout
    tests = sum(text.count("\ndef test_") for text in (each.read_text() for each in SHOP.glob("tests/*.py")))
    assert f"{tests} passed" in done.stdout


def test_the_shop_has_nothing_suspicious() -> None:
    command = [sys.executable, "-m", "bolide", "check", "shop.application:app"]
    done = subprocess.run(command, cwd=SHOP, capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout == "shop.application:app: 0 errors, 0 warnings\n"


def test_the_page_of_the_shop_names_each_module_and_the_number_of_routes() -> None:
    page = (SHOP / "README.md").read_text()
    modules = {each.name for each in SHOP.glob("shop/*.py")} - {"__init__.py"}
    assert {name for name in modules if f"](shop/{name})" not in page} == set()
    command = [sys.executable, "-m", "bolide", "routes", "shop.application:app"]
    done = subprocess.run(command, cwd=SHOP, capture_output=True, text=True, timeout=60, check=False)
    assert f"An application of {len(done.stdout.splitlines()) - 1} routes" in page
