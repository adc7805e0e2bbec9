"""Reading wrk's output, on samples of it."""

from __future__ import annotations

import pytest

from bench.errors import BenchError
from bench.workloads import WORKLOADS
from bench.wrk import Load, parse_output, script_for

SUMMARY = """\
Running 2s test @ http://127.0.0.1:8000/json
  1 threads and 16 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency   432.17us  121.90us   4.05ms   92.33%
    Req/Sec    37.12k     2.12k   40.33k    80.95%
  77567 requests in 2.10s, 11.25MB read
Requests/sec:  36936.53
Transfer/sec:      5.35MB
"""
SOCKET_ERRORS = SUMMARY.replace(
    "Requests/sec", "  Socket errors: connect 0, read 3, write 0, timeout 0\nRequests/sec"
)
STATUS_ERRORS = SUMMARY.replace("Requests/sec", "  Non-2xx or 3xx responses: 12\nRequests/sec")


def test_summary_gives_requests_and_seconds() -> None:
    assert parse_output(SUMMARY) == Load(requests=77567, seconds=2.1)


def test_pipelined_requests_are_sent_in_one_piece() -> None:
    plaintext = next(workload for workload in WORKLOADS if workload.name == "plaintext")
    assert script_for(plaintext, 16) == (
        "init = function() together = string.rep(wrk.format(), 16) end\n"
        "request = function() return together end\n"
    )


def test_minutes_become_seconds() -> None:
    assert parse_output("  9 requests in 1.50m, 1.00KB read") == Load(requests=9, seconds=90.0)


@pytest.mark.parametrize(
    ("output", "message"),
    [
        pytest.param(
            SOCKET_ERRORS, "Socket errors: connect 0, read 3, write 0, timeout 0", id="socket errors"
        ),
        pytest.param(STATUS_ERRORS, "Non-2xx or 3xx responses: 12", id="status errors"),
        pytest.param("unable to connect", "no summary in wrk's output: 'unable to connect'", id="no summary"),
        pytest.param("  0 requests in 2.10s, 0.00B read", "wrk got no answer at all", id="no answers"),
    ],
)
def test_failures_are_errors(output: str, message: str) -> None:
    with pytest.raises(BenchError, match=message):
        parse_output(output)


def test_only_a_request_with_a_body_needs_a_script() -> None:
    scripts = {workload.name: script_for(workload) for workload in WORKLOADS}
    with_script = [name for name, script in scripts.items() if script is not None]
    assert with_script == ["orders-post"]
    script = scripts["orders-post"]
    assert script is not None
    assert script.startswith('wrk.method = "POST"\nwrk.headers["Content-Type"] = "application/json"\n')
    assert 'wrk.body = [==[{"reference":"WEB-2026-004711",' in script
