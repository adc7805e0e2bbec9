"""Several workers behind ``bolide run``: new code, and one clear sentence for what is wrong."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import IO

BOLIDE = (sys.executable, "-m", "bolide", "run", "main:app", "--workers")


VERSIONED = """
from bolide import Bolide
app = Bolide(title="Versioned")
@app.get("/")
async def version() -> int: return {version}
"""


def test_workers_serve_and_a_hangup_loads_new_code(tmp_path: Path) -> None:
    main = tmp_path / "main.py"
    main.write_text(VERSIONED.format(version=1))
    command = [*BOLIDE, "2", "--port", "0", "--no-access-log"]
    with (
        subprocess.Popen(
            command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as server,
        _killed_at_the_end(server),
    ):
        assert server.stdout is not None
        assert server.stderr is not None
        line = server.stdout.readline()
        assert line.startswith("Bolide serves 'Versioned' on http://127.0.0.1:")
        port = int(line.split(":")[2].split(";")[0])
        assert _get(port) == b"1"
        main.write_text(VERSIONED.format(version=22))  # of another size: bytecode is kept by time and size
        server.send_signal(signal.SIGHUP)
        for expected in ("reload: replacing 2 workers", "is ready", "is ready"):
            _read_up_to(server.stderr, expected)
        main.write_text("app = ")
        server.send_signal(signal.SIGHUP)
        _read_up_to(server.stderr, "the old workers stay")
        while _get(port) != b"22":  # the last of the first workers may be on its way out
            pass
        server.send_signal(signal.SIGTERM)
        assert server.wait(30) == 0


@contextmanager
def _killed_at_the_end(process: subprocess.Popen[str]) -> Iterator[None]:
    try:
        yield
    finally:
        process.kill()


def _read_up_to(log: IO[str], expected: str) -> None:
    lines: list[str] = []
    while expected not in (line := log.readline()):
        lines.append(line)
        assert line, "".join(lines)


def _get(port: int) -> bytes:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", "/", headers={"Connection": "close"})
        return connection.getresponse().read()
    finally:
        connection.close()


def test_workers_of_a_wrong_application_are_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text("from bolide import Bolide\napplication = Bolide()\n")
    assert _run(tmp_path, "2") == (
        "bolide: module 'main' has no attribute 'app'; it has the application 'application'\n"
    )
    assert _run(tmp_path, "many") == (
        "bolide: --workers: 'many' is neither a number nor auto (bolide run --help)\n"
    )
    assert _run(tmp_path, "0") == "bolide: workers is 0; expected a number above 0\n"


def _run(directory: Path, workers: str) -> str:
    """Return what the command complains about."""
    done = subprocess.run([*BOLIDE, workers], cwd=directory, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    return done.stderr
