"""The native server before the Autobahn test suite (PyPI ``autobahntestsuite``)."""

from __future__ import annotations

import pytest

from tests.autobahn.suite import QUICK, Unavailable, Verdict, deviations, judge, prepare, serve, summary


@pytest.mark.full
def test_the_native_server_passes(pytestconfig: pytest.Config) -> None:
    """The cases of groups 1 to 7 and 10; ``tests/autobahn/run --all`` adds the long ones."""
    try:
        suite = prepare(pytestconfig.rootpath / "build" / "autobahn")
    except Unavailable as reason:
        pytest.skip(f"THE AUTOBAHN TEST SUITE CANNOT BE INSTALLED: {reason}")
    with serve() as port:
        verdicts = judge(suite, port, QUICK, seconds=300)
    assert deviations(verdicts) == []
    assert summary(verdicts) == "247 cases: 242 OK, 3 INFORMATIONAL, 2 NON-STRICT"


def test_what_is_not_as_expected_is_listed() -> None:
    verdicts = {
        "1.1.1": Verdict("OK", "OK"),
        "6.4.3": Verdict("NON-STRICT", "OK"),
        "7.1.5": Verdict("FAILED", "WRONG CODE"),
        "7.1.6": Verdict("INFORMATIONAL", "INFORMATIONAL"),
    }
    assert deviations(verdicts) == ["7.1.5: FAILED, closing WRONG CODE; expected OK, OK"]
