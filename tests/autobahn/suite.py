"""The Autobahn test suite: how it is installed, and what it says of a server.

It runs on Python 2.7 only, which no supported Debian has any more. So its packages are taken from Debian 11
and unpacked, not installed; everything stands in one folder that can be removed.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

__all__ = [
    "ALL",
    "EXPECTED",
    "QUICK",
    "Suite",
    "Unavailable",
    "Verdict",
    "deviations",
    "judge",
    "prepare",
    "serve",
    "summary",
]

VERSION: Final = "25.10.1"

QUICK: Final = ("1.*", "2.*", "3.*", "4.*", "5.*", "6.*", "7.*", "10.*")
"""247 cases, which take 15 seconds: framing, pings, reserved bits, opcodes, fragments, UTF-8, closing."""

ALL: Final = (*QUICK, "9.*", "12.*", "13.*")
"""517 cases, which take half an hour: also limits, speed and compression."""

EXPECTED: Final[Mapping[str, str]] = {
    # A frame is looked at when all of it has come: what is wrong in its middle is refused a little later.
    "6.4.3": "NON-STRICT",
    "6.4.4": "NON-STRICT",
    # The suite only notes what happens.
    "7.1.6": "INFORMATIONAL",
    "7.13.1": "INFORMATIONAL",
    "7.13.2": "INFORMATIONAL",
}
"""Cases with another result than OK."""

_KEYS: Final = "/usr/share/keyrings/debian-archive-keyring.gpg"
_DEBIAN: Final = f"deb [signed-by={_KEYS}] http://deb.debian.org/debian bullseye main"
_PACKAGES: Final = (
    "libffi7",
    "libpython2.7",
    "libpython2.7-dev",
    "libpython2.7-minimal",
    "libpython2.7-stdlib",
    "libssl1.1",
    "python2.7",
    "python2.7-minimal",
)


class Unavailable(Exception):
    """The suite cannot be installed here; the text says why."""


@dataclass(frozen=True)
class Suite:
    """An installed suite: its command and the environment variables that it needs."""

    command: Path
    environment: dict[str, str]


@dataclass(frozen=True)
class Verdict:
    """What the suite says of one case: of the messages, and of the end of the connection."""

    behavior: str
    closing: str


def prepare(folder: Path) -> Suite:
    """Install the suite into *folder*, unless it is there.

    Raises:
        Unavailable: a step has failed.
    """
    folder = folder.resolve()
    unpacked, environment = folder / "debian-11", folder / "python2.7"
    stamp = folder / "installed.txt"
    if not stamp.exists() or stamp.read_text() != VERSION:
        if missing := [name for name in ("apt-get", "dpkg", "cc") if shutil.which(name) is None]:
            raise Unavailable(f"it needs {', '.join(missing)}")
        shutil.rmtree(folder, ignore_errors=True)
        _unpack_python(folder / "apt", unpacked)
        _install(folder, unpacked, environment)
        stamp.write_text(VERSION)
    return Suite(environment / "bin" / "wstest", _variables(unpacked))


@contextmanager
def serve() -> Generator[int]:
    """Serve the application beside this file with the native server, and yield its port."""
    options = ["--app-dir", str(Path(__file__).parent), "--port", "0", "--no-access-log"]
    command = [str(Path(sys.executable).with_name("bolide")), "run", "app:app", *options]
    # Group 9 has messages of 16 MiB.
    with subprocess.Popen(
        [*command, "--ws-max-size", str(32 << 20)], stdout=subprocess.PIPE, text=True
    ) as process:
        line = process.stdout.readline() if process.stdout is not None else ""
        found = re.search(r"http://127\.0\.0\.1:(\d+)", line)
        try:
            if found is None:
                raise RuntimeError(f"the server did not start: {line!r}")
            yield int(found[1])
        finally:
            process.terminate()


def judge(suite: Suite, port: int, cases: Iterable[str], *, seconds: float) -> dict[str, Verdict]:
    """Let the suite talk to the server on *port*.

    Raises:
        TimeoutExpired: it takes longer than so many *seconds*.
    """
    with tempfile.TemporaryDirectory() as folder:
        specification = {
            "outdir": f"{folder}/reports",
            "servers": [{"agent": "bolide", "url": f"ws://127.0.0.1:{port}"}],
            "cases": list(cases),
            "exclude-cases": [],
            "exclude-agent-cases": {},
        }
        file = Path(folder, "specification.json")
        file.write_text(json.dumps(specification))
        command = [str(suite.command), "-m", "fuzzingclient", "-s", str(file)]
        _call(command, environment=suite.environment, seconds=seconds)
        found = json.loads(Path(folder, "reports", "index.json").read_text())["bolide"]
    return {case: Verdict(each["behavior"], each["behaviorClose"]) for case, each in found.items()}


def deviations(verdicts: Mapping[str, Verdict]) -> list[str]:
    """Return a line for each case that is not as :data:`EXPECTED` says; better is not as expected either."""
    lines: list[str] = []
    for case, verdict in verdicts.items():
        wanted = EXPECTED.get(case, "OK")
        closing = wanted if wanted == "INFORMATIONAL" else "OK"
        if (verdict.behavior, verdict.closing) != (wanted, closing):
            lines.append(
                f"{case}: {verdict.behavior}, closing {verdict.closing}; expected {wanted}, {closing}"
            )
    return lines


def summary(verdicts: Mapping[str, Verdict]) -> str:
    """Return how many cases have which result."""
    counts = Counter(verdict.behavior for verdict in verdicts.values())
    return f"{len(verdicts)} cases: " + ", ".join(f"{count} {name}" for name, count in counts.most_common())


def _unpack_python(apt: Path, target: Path) -> None:
    """Download Python 2.7 as Debian packages it and unpack it to *target*."""
    for name in ("lists/partial", "cache/archives/partial", "state", "packages"):
        (apt / name).mkdir(parents=True)
    (apt / "sources.list").write_text(f"{_DEBIAN}\n")
    (apt / "state" / "status").touch()
    options = {
        "Dir::Etc::sourcelist": apt / "sources.list",
        "Dir::Etc::sourceparts": "-",
        "Dir::State::lists": apt / "lists",
        "Dir::State::status": apt / "state" / "status",
        "Dir::Cache": apt / "cache",
        "APT::Sandbox::User": "root",
    }
    get = ["apt-get", "--quiet", *(f"--option={name}={value}" for name, value in options.items())]
    _call([*get, "update"])
    _call([*get, "download", *_PACKAGES], folder=apt / "packages")
    for package in sorted((apt / "packages").glob("*.deb")):
        _call(["dpkg", "--extract", str(package), str(target)])
    shutil.rmtree(apt)


def _install(folder: Path, unpacked: Path, environment: Path) -> None:
    """Make a virtual environment with the suite in it."""
    tools = folder / "tools"
    _call([sys.executable, "-m", "venv", str(tools)])
    # The last one that makes environments for Python 2.7.
    _call([str(tools / "bin" / "pip"), "install", "--quiet", "virtualenv<20.22"])
    variables = _variables(unpacked)
    python = unpacked / "usr" / "bin" / "python2.7"
    _call(
        [str(tools / "bin" / "virtualenv"), "-q", "-p", str(python), str(environment)], environment=variables
    )
    headers = unpacked / "usr" / "include"
    building = {**variables, "CFLAGS": f"-I{headers / 'python2.7'} -I{headers}"}
    pip = [str(environment / "bin" / "pip"), "install", "--quiet", f"autobahntestsuite=={VERSION}"]
    _call(pip, environment=building)


def _variables(unpacked: Path) -> dict[str, str]:
    libraries = next((unpacked / "usr" / "lib").glob("*-linux-gnu"), unpacked)
    return {**os.environ, "LD_LIBRARY_PATH": str(libraries)}


def _call(
    command: list[str],
    *,
    folder: Path | None = None,
    environment: dict[str, str] | None = None,
    seconds: float = 600,
) -> None:
    done = subprocess.run(
        command, cwd=folder, env=environment, timeout=seconds, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        said = (done.stderr or done.stdout).strip().splitlines()[-3:]
        raise Unavailable(f"{' '.join(command[:3])} … failed: {' '.join(said)}")
