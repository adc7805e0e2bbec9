"""Aliases (PEP 695) in signatures stand for what they name, as in FastAPI."""

import sys

import pytest


@pytest.mark.skipif(sys.version_info < (3, 12), reason="syntax of Python 3.12")
def test_aliases_of_markers_statuses_and_request_objects_mean_what_they_stand_for() -> None:
    from tests.framework import py312_aliases

    py312_aliases.check()
