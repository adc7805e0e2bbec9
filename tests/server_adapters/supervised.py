"""A supervisor with its workers as processes, and an application that tells which of them answers.

Run as a program: ``python -m tests.server_adapters.supervised CODE SETTINGS``. *CODE* is a file that stands
for the code of the application: what is in it is part of each answer, or makes the worker fail.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from bolide.server_adapters.config import ServerConfig
from bolide.server_adapters.contract import Exchange, Head, Lifespan, Reply
from bolide.server_adapters.native import supervise
from tests.server_adapters.raw import Address, connect, read_response

ROOT = Path(__file__).parents[2]

JSON = Head([(b"content-type", b"application/json")])

MAX_SECONDS = 60
"""After so long a test that waits for a process has failed."""


class Application:
    """Answers with the pid of its process and the code that it has loaded."""

    state: dict[str, Any] = {}

    def __init__(self, code: str) -> None:
        self.code = code
        self.draining = False

    def drain(self) -> None:
        self.draining = True

    async def startup(self) -> Lifespan:
        if self.code == "fails at start-up":
            raise RuntimeError("no database")
        return self

    async def shutdown(self) -> None:
        _say("shutdown")

    def handle(self, exchange: Exchange) -> Coroutine[Any, Any, Reply]:
        return self._answer(exchange)

    async def _answer(self, exchange: Exchange) -> Reply:
        if exchange.path == "/hang":
            time.sleep(1000)  # noqa: ASYNC251  that is what it is for
        if exchange.path == "/slow":
            _say("slow")
            await asyncio.sleep(0.5)
        if exchange.path == "/endless":
            _say("endless")
            await asyncio.Event().wait()
        seen = {"pid": os.getpid(), "code": self.code, "draining": self.draining}
        return Reply(200, JSON, json.dumps(seen).encode())


class Supervised:
    """A running supervisor; what it and its workers print is read line by line.

    Attributes:
        address: Where the workers serve.
        lines: All that was printed and read so far.
    """

    def __init__(self, code: Path, **settings: Any) -> None:
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.server_adapters.supervised", str(code), json.dumps(settings)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._watchdog = threading.Timer(MAX_SECONDS, self.process.kill)
        self._watchdog.start()
        self.address: Address = ("", 0)

    def __enter__(self) -> Supervised:
        return self

    def __exit__(self, *_: object) -> None:
        self._watchdog.cancel()
        self.process.kill()  # the workers see it
        self.process.communicate()

    def wait_for(self, pattern: str) -> re.Match[str]:
        """Read lines up to the first one that has *pattern*."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip())
            if match := re.search(pattern, line):
                return match
        raise AssertionError(f"nothing has {pattern!r}:\n" + "\n".join(self.lines))

    def wait_until_ready(self, workers: int = 2) -> Supervised:
        host, port = self.wait_for(r"^serves on (\S+) (\d+)").groups()
        self.address = host, int(port)
        for _ in range(workers):
            self.wait_for(r"worker \d+ is ready")
        return self

    def wait_until_replaced(self, workers: int = 2) -> None:
        self.wait_for("reload: replacing")
        for _ in range(workers):
            self.wait_for(r"worker \d+ is ready")

    def get(self, path: str = "/") -> dict[str, Any]:
        """Return what a new connection gets."""
        with connect(self.address) as client:
            client.sendall(f"GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())
            answer: dict[str, Any] = json.loads(read_response(client).body)
            return answer

    def send(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def end(self) -> tuple[int, list[str]]:
        """Wait for the end; return the exit code and the lines printed since :meth:`wait_for`."""
        out, _ = self.process.communicate(timeout=MAX_SECONDS)
        return self.process.returncode, out.splitlines()


def _say(word: str) -> None:
    sys.stdout.write(f"{word} {os.getpid()}\n")  # at once: the lines of several processes would mix
    sys.stdout.flush()


def _main(code: Path, settings: str) -> int:
    def load() -> Application:
        text = code.read_text()
        if text == "cannot be loaded":
            print("it cannot be loaded", file=sys.stderr)
            raise SystemExit(2)
        if text == "hangs":
            time.sleep(1000)
        if text == "dies":
            os.kill(os.getpid(), signal.SIGKILL)
        return Application(text)

    config = ServerConfig(**{"port": 0, "workers": 2, "access_log": False} | json.loads(settings))
    return supervise(load, config, on_ready=lambda address: print("serves on", *address, flush=True))


if __name__ == "__main__":
    sys.exit(_main(Path(sys.argv[1]), sys.argv[2]))
