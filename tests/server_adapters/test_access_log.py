"""The forms of the access log, and what clients cannot write into it."""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Callable, Iterator
from typing import Any, TextIO

import pytest

from bolide.server_adapters.native._access_log import AccessLogHandler
from tests.server_adapters.conftest import StartServer
from tests.server_adapters.frames import CLOSE, frame, handshake
from tests.server_adapters.raw import talk
from tests.server_adapters.websocket_application import WebSocketContractApplication

FORMS = ["short", "common", "combined", "json"]

Logged = Callable[..., list[str]]


class FullDisk(io.StringIO):
    def write(self, text: str) -> int:
        raise OSError(28, "No space left on device")


@pytest.fixture
def print_to() -> Iterator[Callable[[TextIO], None]]:
    """Return a function that has the server print its access log to a stream, as ``bolide run`` does."""
    logger = logging.getLogger("bolide.access")
    level, propagate, handlers = logger.level, logger.propagate, list(logger.handlers)

    def use(stream: TextIO) -> None:
        logger.setLevel(logging.INFO)
        logger.propagate = False
        logger.handlers[:] = [AccessLogHandler(stream, "INFO:     ")]

    yield use
    logger.setLevel(level)
    logger.propagate = propagate
    logger.handlers[:] = handlers


@pytest.fixture
def logged(start_server: StartServer, print_to: Callable[[TextIO], None]) -> Logged:
    """Return a function that sends a request and returns the lines that stand in the log when all is over."""

    def lines_of(form: str, request: bytes, **settings: Any) -> list[str]:
        stream = io.StringIO()
        print_to(stream)
        server = start_server(access_log=True, access_log_format=form, **settings)
        talk(server.address, request)
        server.stop()
        text = stream.getvalue()
        assert text.isascii()
        assert text.endswith("\n")
        return text.splitlines()

    return lines_of


def get(target: bytes, *headers: bytes, method: bytes = b"GET") -> bytes:
    lines = b"".join(header + b"\r\n" for header in (b"Host: a", b"Connection: close", *headers))
    return b"%b %b HTTP/1.1\r\n%b\r\n" % (method, target, lines)


def test_the_short_form_is_uvicorns(logged: Logged) -> None:
    (line,) = logged("short", get(b"/?a=1"))
    assert re.fullmatch(r'INFO:     127\.0\.0\.1:\d+ - "GET /\?a=1 HTTP/1\.1" 200', line)


def test_the_common_form_is_apaches(logged: Logged) -> None:
    (line,) = logged("common", get(b"/?a=1"))
    time = r"\[\d\d/(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)/\d{4}:\d\d:\d\d:\d\d \+0000\]"
    assert re.fullmatch(rf'127\.0\.0\.1 - - {time} "GET /\?a=1 HTTP/1\.1" 200 5', line)


def test_the_combined_form_adds_referer_and_user_agent(logged: Logged) -> None:
    (line,) = logged("combined", get(b"/", b"Referer: https://a.example/b", b"User-Agent: curl/8.5"))
    assert line.endswith('] "GET / HTTP/1.1" 200 5 "https://a.example/b" "curl/8.5"')
    (line,) = logged("combined", get(b"/"))
    assert line.endswith('] "GET / HTTP/1.1" 200 5 "-" "-"')


def test_the_json_form_is_an_object_per_line(logged: Logged) -> None:
    (line,) = logged("json", get(b"/?a=1", b"User-Agent: curl/8.5"))
    entry = json.loads(line)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", entry.pop("time"))
    assert 0 < entry.pop("seconds") < 60
    assert isinstance(entry.pop("process"), int)
    assert entry == {
        "level": "info",
        "logger": "bolide.access",
        "client": "127.0.0.1",
        "method": "GET",
        "target": "/?a=1",
        "version": "1.1",
        "status": 200,
        "bytes": 5,
        "user_agent": "curl/8.5",
    }


@pytest.mark.parametrize(
    ("method", "target", "end"),
    [
        (b"HEAD", b"/", '"HEAD / HTTP/1.1" 200 -'),
        (b"GET", b"/status?204", '"GET /status?204 HTTP/1.1" 204 -'),
        (b"GET", b"/stream", '"GET /stream HTTP/1.1" 200 13'),
        (b"HEAD", b"/stream", '"HEAD /stream HTTP/1.1" 200 -'),
        (b"GET", b"/stream-fails", '"GET /stream-fails HTTP/1.1" 200 9'),
        (b"GET", b"/raise", '"GET /raise HTTP/1.1" 500 21'),
        (b"OPTIONS", b"*", '"OPTIONS * HTTP/1.1" 204 -'),
    ],
    ids=lambda value: value.decode() if isinstance(value, bytes) else "",
)
def test_the_size_is_what_was_sent_of_the_body(
    logged: Logged, method: bytes, target: bytes, end: str
) -> None:
    (line,) = logged("common", get(target, method=method))
    assert line.partition("] ")[2] == end


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "request_",
    [
        get(b"/a%0A127.0.0.1%20-%20-%20%22GET%20/forged%20HTTP/1.1%22%20200"),
        get(b"/%1b%5b2J%1b%5d0;owned%07"),
        get(b"/%c2%9b2J%e2%80%ae"),
        get(b'/"?q="%20200%205\\'),
        get(b"/", b'User-Agent: x" 200 5 "-" "y', b'Referer: \\" forged'),
        get(b"/", b"User-Agent: \x9b2J\xc2\x9b\xff\t", b"Referer: \xe2\x80\xa8"),
    ],
    ids=["line-break", "escape-codes", "c1-codes", "quotes", "quoted-headers", "raw-bytes"],
)
def test_l05_nothing_that_a_client_sends_forges_a_line(logged: Logged, form: str, request_: bytes) -> None:
    (line,) = logged(form, request_)
    assert line.isprintable()
    if form == "json":
        entry = json.loads(line)
        assert (entry["method"], entry["version"]) == ("GET", "1.1")
        return
    patterns = {
        "short": r'INFO:     127\.0\.0\.1:\d+ - "GET [!#-~]+ HTTP/1\.1" \d{3}',
        "common": r'127\.0\.0\.1 - - \[[^]]+\] "GET [!#-~]+ HTTP/1\.1" \d{3} \d+',
        "combined": r'127\.0\.0\.1 - - \[[^]]+\] "GET [!#-~]+ HTTP/1\.1" \d{3} \d+ "[^"]+" "[^"]+"',
    }
    assert re.fullmatch(patterns[form], line)


def test_what_cannot_stand_in_quotes_is_written_as_nginx_does(logged: Logged) -> None:
    (line,) = logged("combined", get(b"/", b'User-Agent: a"b\\c\xe9'))
    assert line.endswith(r'"-" "a\x22b\x5Cc\xE9"')


def test_the_client_is_the_one_that_a_trusted_proxy_names(logged: Logged) -> None:
    request = get(b"/", b"X-Forwarded-For: 203.0.113.7")
    assert logged("common", request, forwarded_allow_ips="127.0.0.1")[0].startswith("203.0.113.7 - - [")
    assert logged("common", request)[0].startswith("127.0.0.1 - - [")


def test_an_address_with_a_zone_is_no_client(logged: Logged) -> None:
    request = get(b"/", b'X-Forwarded-For: fe80::1% - - "GET /forged HTTP/1.1" 200')
    assert logged("common", request, forwarded_allow_ips="*")[0].startswith("127.0.0.1 - - [")


def test_requests_have_the_id_of_their_header_or_a_new_one(
    start_server: StartServer, print_to: Callable[[TextIO], None]
) -> None:
    stream = io.StringIO()
    print_to(stream)
    server = start_server(access_log=True, access_log_format="json", request_id=True)
    given = [b"X-Request-ID: abc-123", b'X-Request-ID: a"b', b"X-Request-ID: " + b"x" * 129, b"X-Other: 1"]
    answers = [talk(server.address, get(b"/", header)) for header in given]
    server.stop()
    ids = [json.loads(line)["request_id"] for line in stream.getvalue().splitlines()]
    assert ids[0] == "abc-123"
    assert all(re.fullmatch("[0-9a-f]{32}", each) for each in ids[1:])
    assert len(set(ids)) == 4
    for answer, request_id in zip(answers, ids, strict=True):
        assert f"\r\nx-request-id: {request_id}\r\n".encode() in answer


def test_a_response_keeps_the_id_that_the_application_gave_it(start_server: StartServer) -> None:
    server = start_server(request_id=True)
    answer = talk(server.address, get(b"/headers?X-Request-ID=mine"))
    assert answer.lower().count(b"x-request-id") == 1
    assert b"x-request-id: mine\r\n" in answer


def test_without_the_setting_there_is_no_id(start_server: StartServer) -> None:
    assert b"x-request-id" not in talk(start_server().address, get(b"/", b"X-Request-ID: abc"))


def test_handlers_of_the_application_get_records(
    start_server: StartServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "bolide.access")
    server = start_server(access_log=True, access_log_format="common")
    talk(server.address, get(b"/"))
    server.stop()
    assert [record.getMessage().partition("] ")[2] for record in caplog.records] == ['"GET / HTTP/1.1" 200 5']


def test_a_full_disk_is_said_once_and_stops_nobody(
    start_server: StartServer, print_to: Callable[[TextIO], None], caplog: pytest.LogCaptureFixture
) -> None:
    print_to(FullDisk())
    server = start_server(access_log=True)
    for _ in range(3):
        assert talk(server.address, get(b"/")).startswith(b"HTTP/1.1 200")
    server.stop()
    assert [record.getMessage() for record in caplog.records] == [
        "the access log cannot be written: [Errno 28] No space left on device"
    ]


def test_websocket_handshakes_are_lines_too(
    start_server: StartServer, print_to: Callable[[TextIO], None]
) -> None:
    stream = io.StringIO()
    print_to(stream)
    server = start_server(
        WebSocketContractApplication(), access_log=True, access_log_format="json", request_id=True
    )
    talk(server.address, handshake("/echo?a=1"), frame(CLOSE, b"\x03\xe8"))
    server.stop()
    entry = json.loads(stream.getvalue())
    assert (entry["status"], entry["target"]) == (101, "/echo?a=1")
    assert re.fullmatch("[0-9a-f]{32}", entry["request_id"])
