"""``bolide dev``: starts, reloads, shows why an application does not start, and recovers."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import IO

import pytest

APP = """
    from bolide import Bolide

    app = Bolide(title="Tried")

    @app.get("/")
    async def read() -> int:
        return 1
"""

PATIENCE_SECONDS = 60


class Running:
    """``bolide dev`` in a directory, and the lines that it prints."""

    def __init__(self, project: Path, process: subprocess.Popen[str]) -> None:
        self.project = project
        self.process = process
        self.lines: queue.Queue[str] = queue.Queue()
        self.seen: list[str] = []
        self.port = 0
        assert process.stdout is not None
        threading.Thread(target=self._read, args=(process.stdout,), daemon=True).start()

    def _read(self, stream: IO[str]) -> None:
        for line in stream:
            self.lines.put(line.rstrip("\n"))

    def wait_for(self, text: str) -> str:
        """Return the next line that begins with *text*."""
        while True:
            try:
                line = self.lines.get(timeout=PATIENCE_SECONDS)
            except queue.Empty:
                raise AssertionError(f"no line begins with {text!r}: {self.seen}") from None
            self.seen.append(line)
            if line.startswith(text):
                return line

    def wait_until_ready(self) -> None:
        """Wait for the first process."""
        self.wait_for("Bolide serves 'Tried' (main, 1 route), ready in ")
        self.port = int(self.wait_for("  URL   http://127.0.0.1:").rpartition(":")[2])
        self.wait_for("  reloads when files in ")

    def get(self, path: str = "/", **headers: str) -> tuple[int, str]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        try:
            connection.request("GET", path, headers=headers)
            response = connection.getresponse()
            return response.status, response.read().decode()
        finally:
            connection.close()

    def write(self, text: str) -> None:
        """Save another text as editors do: the file is never half there."""
        new = self.project / "main.py.new"
        new.write_text(textwrap.dedent(text))
        new.replace(self.project / "main.py")


@contextmanager
def developing(project: Path, app: str = APP, env: dict[str, str] | None = None) -> Iterator[Running]:
    (project / "main.py").write_text(textwrap.dedent(app))
    with subprocess.Popen(
        [sys.executable, "-m", "bolide", "dev", "--port", "0"],
        cwd=project,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1", **(env or {})},
    ) as process:
        running = Running(project, process)
        try:
            yield running
            process.send_signal(signal.SIGINT)
            assert process.wait(PATIENCE_SECONDS) == 0
        finally:
            process.kill()


def test_changes_are_served_and_mistakes_are_shown_until_they_are_mended(tmp_path: Path) -> None:
    with developing(tmp_path) as running:
        running.wait_until_ready()
        assert running.get() == (200, "1")
        running.wait_for("200 GET     /")

        running.write(APP.replace("return 1", "return 2"))
        running.wait_for("reloading: main.py")
        running.wait_for("ready in ")
        assert running.get() == (200, "2")

        running.write(APP.replace("return 1", "return (1"))
        running.wait_for("SyntaxError: ")
        running.wait_for("waiting for a change")
        status, text = running.get()
        assert (status, text.splitlines()[0]) == (500, "The application does not start.")
        assert "SyntaxError: '(' was never closed" in text
        status, page = running.get(accept="text/html")
        assert (status, "&#x27;(&#x27; was never closed" in page) == (500, True)

        running.write(APP.replace("return 1", "return 1 // 0"))
        running.wait_for("ready in ")
        status, text = running.get()
        assert (status, text.splitlines()[-1]) == (
            500,
            "ZeroDivisionError: integer division or modulo by zero",
        )
        running.wait_for("ERROR exception while answering GET '/'")
        running.wait_for("Traceback (most recent call last):")
        running.wait_for(f'  File "{running.project}/main.py", line 8, in read')


def test_applications_that_end_are_started_again_by_a_change(tmp_path: Path) -> None:
    with developing(tmp_path) as running:
        running.wait_until_ready()
        fails = APP.replace(
            'Bolide(title="Tried")',
            'Bolide(title="Tried", on_startup=[lambda: 1 / 0])',
        )
        running.write(fails)
        running.wait_for("ERROR application failed to start: ZeroDivisionError")
        running.wait_for("ERROR:     the application has ended with code 3; the next change starts it again")
        status, text = running.get()
        assert (status, "It has ended with code 3" in text) == (500, True)
        running.write(APP.replace("return 1", "return 3").replace('"/"', '"/", response_model_exclude={"x"}'))
        running.wait_for("ready in ")
        running.wait_for("main.py:6: B106 ")
        assert running.get() == (200, "3")


FOREIGN = """
    async def app(scope, receive, send):
        assert scope["type"] == "http"
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"1"})
"""


def test_applications_of_other_frameworks_are_served_anew(tmp_path: Path) -> None:
    with developing(tmp_path, FOREIGN) as running:
        running.wait_for("Bolide serves 'main', ready in ")
        running.port = int(running.wait_for("  URL   http://127.0.0.1:").rpartition(":")[2])
        assert running.get() == (200, "1")
        running.write(FOREIGN.replace('b"1"', 'b"2"'))
        running.wait_for("ready in ")
        assert running.get() == (200, "2")


@pytest.mark.full
def test_files_are_looked_at_without_watchfiles(tmp_path: Path) -> None:
    blocked = tmp_path / "blocked"
    blocked.mkdir()
    (blocked / "sitecustomize.py").write_text("import sys\nsys.modules['watchfiles'] = None\n")
    path = os.pathsep.join([str(blocked), os.environ.get("PYTHONPATH", "")])
    project = tmp_path / "project"
    project.mkdir()
    with developing(project, env={"PYTHONPATH": path}) as running:
        running.wait_until_ready()
        running.write(APP.replace("return 1", "return 2"))
        running.wait_for("ready in ")
        assert running.get() == (200, "2")
