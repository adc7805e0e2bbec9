"""What ``bolide run`` logs, in text and in JSON, and where the ids of requests are found."""

from __future__ import annotations

import http.client
import json
import logging
import re
import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from bolide.server_adapters.config import ConfigError, ServerConfig
from bolide.server_adapters.logs import JsonFormatter, current_request_id
from bolide.server_adapters.native._logging import set_up_logging

APP = """
import logging
from bolide import Bolide
from bolide.server_adapters.logs import current_request_id

app = Bolide(title="Shop", docs_url=None)
log = logging.getLogger("shop")

@app.get("/id")
async def read_id() -> str | None:
    log.warning("asked for %r", "an id", extra={"customer": 7})
    return current_request_id()

@app.get("/thread")
def read_in_thread() -> str | None:
    log.warning("in a thread")
    return current_request_id()

@app.get("/broken")
async def fail() -> None:
    raise RuntimeError("out of\\norder")
"""


class Running:
    """A ``bolide run`` process, and a client of it."""

    def __init__(self, process: subprocess.Popen[str], ready: str) -> None:
        self.process = process
        self.ready = ready
        match = re.search(r"http://127\.0\.0\.1:(\d+)", ready)
        assert match, ready
        self.client = http.client.HTTPConnection("127.0.0.1", int(match[1]), timeout=20)

    def get(self, path: str, **headers: str) -> tuple[bytes, str | None]:
        self.client.request("GET", path, headers={k.replace("_", "-"): v for k, v in headers.items()})
        answer = self.client.getresponse()
        return answer.read(), answer.headers["x-request-id"]

    def stop(self) -> tuple[list[str], list[str]]:
        self.client.close()
        self.process.send_signal(signal.SIGTERM)
        out, err = self.process.communicate(timeout=20)
        assert self.process.returncode == 0, err
        return out.splitlines(), err.splitlines()


@contextmanager
def bolide_run(folder: Path, *options: str, ready_on: str = "stdout") -> Generator[Running]:
    (folder / "main.py").write_text(APP)
    command = [sys.executable, "-m", "bolide", "run", "main:app", "--port", "0", *options]
    with subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            yield Running(process, getattr(process, ready_on).readline())
        finally:
            process.kill()


def test_json_logs_are_objects_with_the_id_of_their_request(tmp_path: Path) -> None:
    with bolide_run(tmp_path, "--log-format", "json", ready_on="stderr") as server:
        assert server.get("/id", x_request_id="abc") == (b'"abc"', "abc")
        body, request_id = server.get("/thread")
        assert request_id is not None
        assert json.loads(body) == request_id
        assert server.get("/broken", x_request_id="def")[1] == "def"
        out, err = server.stop()
    assert json.loads(server.ready)["message"].startswith("Bolide serves 'Shop' on http://127.0.0.1:")
    lines = [json.loads(line) for line in out]
    assert [(line["target"], line["status"], line["request_id"]) for line in lines] == [
        ("/id", 200, "abc"),
        ("/thread", 200, request_id),
        ("/broken", 500, "def"),
    ]
    logged = [json.loads(line) for line in err]
    assert [(each["logger"], each["level"], each["message"], each["request_id"]) for each in logged] == [
        ("shop", "warning", "asked for 'an id'", "abc"),
        ("shop", "warning", "in a thread", request_id),
        ("bolide.error", "error", "exception while answering GET '/broken'", "def"),
    ]
    assert logged[0]["customer"] == 7
    assert (logged[2]["method"], logged[2]["path"]) == ("GET", "/broken")
    assert logged[2]["exception"].endswith("RuntimeError: out of\norder")


def test_text_logs_have_ids_for_clients_where_they_are_asked_for(tmp_path: Path) -> None:
    with bolide_run(tmp_path, "--request-id", "--access-log-format", "combined") as server:
        assert server.get("/id", x_request_id="abc") == (b'"abc"', "abc")
        out, err = server.stop()
    (line,) = out
    assert re.fullmatch(r'127\.0\.0\.1 - - \[.*\] "GET /id HTTP/1\.1" 200 5 "-" "-"', line)
    assert err == ["asked for 'an id'"]


DICT_CONFIG: dict[str, Any] = {
    "version": 1,
    "formatters": {
        "plain": {"format": "%(name)s|%(message)s"},
        "json": {"class": "bolide.server_adapters.logs.JsonFormatter"},
    },
    "handlers": {
        "out": {"class": "logging.StreamHandler", "formatter": "plain", "stream": "ext://sys.stdout"},
        "err": {"class": "logging.StreamHandler", "formatter": "json", "stream": "ext://sys.stderr"},
    },
    "root": {"handlers": ["err"], "level": "WARNING"},
    "loggers": {"bolide.access": {"handlers": ["out"], "level": "INFO", "propagate": False}},
}

INI = """
[loggers]
keys=root,access
[handlers]
keys=out
[formatters]
keys=plain
[logger_root]
level=WARNING
handlers=out
[logger_access]
qualname=bolide.access
level=INFO
propagate=0
handlers=out
[handler_out]
class=StreamHandler
formatter=plain
args=(sys.stdout,)
[formatter_plain]
format=%(name)s|%(message)s
"""


@pytest.mark.parametrize("kind", ["json", pytest.param("yaml", marks=pytest.mark.full), "ini"])
def test_a_file_may_say_how_to_log(tmp_path: Path, kind: str) -> None:
    file = tmp_path / f"logging.{kind}"
    file.write_text(INI if kind == "ini" else json.dumps(DICT_CONFIG))  # JSON is YAML too
    with bolide_run(tmp_path, "--log-config", file.name, "--access-log-format", "common") as server:
        server.get("/id")
        out, err = server.stop()
    logged = [line for line in out if line.startswith("bolide.access|")]
    assert [line.rpartition("] ")[2] for line in logged] == ['"GET /id HTTP/1.1" 200 4']
    if kind == "ini":
        assert "shop|asked for 'an id'" in out
    else:
        assert [json.loads(line)["message"] for line in err] == ["asked for 'an id'"]


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("missing.json", None, "No such file or directory"),
        ("broken.json", "{", "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"),
        ("empty.json", "{}", "dictionary doesn't specify a version"),
    ],
)
def test_a_file_that_cannot_be_used_is_a_sentence(
    tmp_path: Path, name: str, text: str | None, reason: str
) -> None:
    file = tmp_path / name
    if text is not None:
        file.write_text(text)
    with pytest.raises(ConfigError) as caught:
        set_up_logging(ServerConfig(log_config=str(file)), of_several=False)
    assert str(caught.value) == f"log_config is {str(file)!r}, which cannot be used: {reason}"


def test_a_record_as_json() -> None:
    record = logging.makeLogRecord(
        {
            "name": "shop",
            "levelname": "INFO",
            "msg": "50%% of %s\nforged",
            "args": ("é\x1b[31m",),
            "created": 1_700_000_000.0625,
            "process": 7,
            "order": {
                1,
            },
        }
    )
    assert JsonFormatter().format(record) == (
        '{"time": "2023-11-14T22:13:20.062Z", "level": "info", "logger": "shop", "process": 7, '
        '"message": "50% of \\u00e9\\u001b[31m\\nforged", "order": "{1}"}'
    )


def test_outside_of_requests_there_is_no_id() -> None:
    assert current_request_id() is None
