"""``tests/autobahn/run``: let the Autobahn test suite judge the native server."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tests.autobahn.suite import ALL, QUICK, Unavailable, deviations, judge, prepare, serve, summary


def main() -> int:
    """Run the suite and return the exit code: 0, 1 for unexpected results, 2 when it cannot be had."""
    parser = argparse.ArgumentParser(prog="tests/autobahn/run", description=__doc__)
    parser.add_argument("--all", action="store_true", help="all 517 cases, in half an hour, instead of 247")
    parser.add_argument("cases", nargs="*", metavar="CASE", help="only these, like 9.* or 5.15")
    options = parser.parse_args()
    try:
        suite = prepare(Path("build", "autobahn"))
    except Unavailable as reason:
        print(f"the Autobahn test suite cannot be installed: {reason}", file=sys.stderr)
        return 2
    cases = options.cases or (ALL if options.all else QUICK)
    with serve() as port:
        verdicts = judge(suite, port, cases, seconds=3 * 3600)
    unexpected = deviations(verdicts)
    print("\n".join([summary(verdicts), *unexpected]))
    return 1 if unexpected else 0


if __name__ == "__main__":
    sys.exit(main())
