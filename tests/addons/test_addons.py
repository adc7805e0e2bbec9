"""Add-ons for Starlette and FastAPI, each installed and used as its documentation says, with Bolide."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.addons.conftest import AwaitRun
from tests.addons.environments import APPLICATIONS, AddonApplication, IndexUnreachable, read_application
from tests.docs.pages import read_table

EACH = [read_application(script) for script in sorted(APPLICATIONS.glob("*.py"))]
PAGE = Path(__file__).parents[2] / "docs" / "reference" / "add-ons.md"


@pytest.mark.full
@pytest.mark.parametrize("application", EACH, ids=lambda application: application.name)
def test_the_application_that_uses_it_runs_to_its_end(
    application: AddonApplication, finished: AwaitRun
) -> None:
    try:
        done = finished(application)
    except IndexUnreachable as unreachable:
        if "CI" in os.environ:
            raise
        pytest.skip(f"NOT TESTED, no package index: {unreachable}")
    if done.returncode != 0:
        pytest.fail(done.stdout + done.stderr, pytrace=False)


def test_the_page_names_each_add_on_with_the_version_that_is_tested() -> None:
    rows = read_table(PAGE, header="add-on")
    assert [(name, version) for name, version, _ in rows] == sorted(each.addon for each in EACH)


def test_every_add_on_is_named_as_its_script() -> None:
    for application in EACH:
        name, _ = application.addon
        assert application.name == name.replace("-", "_")
