"""What holds for all tests."""

from __future__ import annotations

import re
import sys
from typing import Final

import hypothesis
import pytest

# Syntax newer than the oldest supported Python stands in files of their own.
collect_ignore_glob: list[str] = [] if sys.version_info >= (3, 12) else ["*/py312_*.py", "py312_*.py"]

_ADDRESS: Final = re.compile(r" at 0x[0-9a-f]+")


def pytest_configure(config: pytest.Config) -> None:
    """Draw the same examples in every short run, however slow the machine: whether a change passes is no
    matter of luck.

    Runs of the long tests, and runs with ``--hypothesis-seed``, look for what is not known yet.
    """
    is_short = "not full" in config.getoption("markexpr") and config.getoption("hypothesis_seed") is None
    hypothesis.settings.register_profile(
        "any machine",
        derandomize=is_short,
        deadline=None,
        suppress_health_check=[hypothesis.HealthCheck.too_slow],
    )
    hypothesis.settings.load_profile("any machine")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse identifiers that differ between the processes that share the tests."""
    for item in items:
        if _ADDRESS.search(item.nodeid):
            raise pytest.UsageError(f"the identifier contains an address, use stable_id: {item.nodeid}")
