"""Raw bytes, what is answered, and whether the connection is kept: a row for each requirement on bytes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.server_adapters.conftest import StartServer
from tests.server_adapters.raw import Address, connect, parse, read_to_end, statuses, talk
from tests.server_adapters.requirements import REQUIREMENTS

CLOSED, KEPT = False, True

LAST = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
SMUGGLED = b"GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"


def get(*lines: bytes, target: bytes = b"/") -> bytes:
    return b"GET %b HTTP/1.1\r\nHost: a\r\n%b\r\n" % (target, b"".join(line + b"\r\n" for line in lines))


def post(*lines: bytes, body: bytes = b"", target: bytes = b"/echo") -> bytes:
    head = b"".join(line + b"\r\n" for line in lines)
    return b"POST %b HTTP/1.1\r\nHost: a\r\n%b\r\n%b" % (target, head, body)


def chunked(body: bytes, *, target: bytes = b"/echo") -> bytes:
    return post(b"Transfer-Encoding: chunked", body=body, target=target)


ROWS: list[tuple[str, bytes, list[int], bool]] = [
    ("a01", post(b"Content-Length: 5", b"Transfer-Encoding: chunked", body=b"0\r\n\r\n"), [400], CLOSED),
    ("a02", post(b"Content-Length: 1", b"Content-Length: 1", body=b"x"), [400], CLOSED),
    ("a03", post(b"Content-Length: 5, 5", body=b"xxxxx"), [400], CLOSED),
    ("a04_sign", post(b"Content-Length: +5", body=b"xxxxx"), [400], CLOSED),
    ("a04_400_digits", post(b"Content-Length: " + b"9" * 400), [400], CLOSED),
    ("a04_leading_zeros", post(b"Content-Length: 005", body=b"xxxxx"), [200], KEPT),
    ("a05_other", post(b"Transfer-Encoding: xchunked", body=b"0\r\n\r\n"), [400], CLOSED),
    ("a05_two", post(b"Transfer-Encoding: gzip, chunked", body=b"0\r\n\r\n"), [501], CLOSED),
    ("a05_case", post(b"Transfer-Encoding: CHUNKED", body=b"0\r\n\r\n"), [200], KEPT),
    ("a06", b"POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", [400], CLOSED),
    ("a07", chunked(b"+5\r\nxxxxx\r\n0\r\n\r\n"), [400], CLOSED),
    ("a08", chunked(b"0" * 5000 + b"5\r\nxxxxx\r\n0\r\n\r\n"), [400], CLOSED),
    ("a09", chunked(b"5\r\nxxxxxx\r\n0\r\n\r\n"), [400], CLOSED),
    ("a10_lf", chunked(b"5\nxxxxx\r\n0\r\n\r\n"), [400], CLOSED),
    ("a10_quote", chunked(b'5;a="b\r\nxxxxx\r\n0\r\n\r\n'), [400], CLOSED),
    ("a10_extension", chunked(b'5;a="b";c=d\r\nxxxxx\r\n0\r\n\r\n'), [200], KEPT),
    ("a12_lf", b"GET / HTTP/1.1\r\nHost: a\nX: y\r\n\r\n", [400], CLOSED),
    ("a12_cr", get(b"X: a\rb"), [400], CLOSED),
    ("a13", get(b"X: a", b" b"), [400], CLOSED),
    ("a14_colon", get(b"X : y"), [400], CLOSED),
    ("a14_name", get(b": y"), [400], CLOSED),
    ("a15", get(b"X: a\x00b"), [400], CLOSED),
    ("a15_tab", get(b"X: a\tb"), [200], KEPT),
    ("a16", get(b"X\x85: y"), [400], CLOSED),
    ("a17", get(b"X: a\x85\xa0\xffb"), [200], KEPT),
    ("a18_syntax", chunked(b"0\r\nX y\r\n\r\n"), [400], CLOSED),
    ("a18_framing", chunked(b"0\r\nContent-Length: 50\r\nHost: b\r\n\r\n"), [200], KEPT),
    ("a19_close", get(b"Connection: x, Close"), [200], CLOSED),
    ("a19_http10", b"GET / HTTP/1.0\r\n\r\n", [200], CLOSED),
    ("a19_kept", b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", [200], KEPT),
    ("a20", get() + get(b"X"), [200, 400], CLOSED),
    ("a21", get(b"Content-Length: %d" % len(SMUGGLED), target=b"/ignore") + SMUGGLED, [200], KEPT),
    ("a22_skipped", post(b"Content-Length: 2", body=b"xx", target=b"/ignore"), [200], KEPT),
    ("a22_chunked", chunked(b"2\r\nxx\r\n0\r\n\r\n", target=b"/ignore"), [200], KEPT),
    ("a22_malformed", chunked(b"2\r\nxxx\r\n0\r\n\r\n", target=b"/ignore"), [200], CLOSED),
    ("a22_too_large", post(b"Content-Length: 70000", body=b"xx", target=b"/ignore"), [200], CLOSED),
    ("a23", get() * 100, [200] * 100, KEPT),
    (
        "a24_h2c",
        get(b"Connection: Upgrade, HTTP2-Settings", b"Upgrade: h2c", b"HTTP2-Settings: x"),
        [200],
        KEPT,
    ),
    ("a24_no_token", get(b"Connection: upgraded", b"Upgrade: websockets"), [200], KEPT),
    ("a24_body", post(b"Connection: Upgrade", b"Upgrade: x", b"Content-Length: 2", body=b"xx"), [200], KEPT),
    ("a25_unread", post(b"Expect: 100-continue", b"Content-Length: 70000", target=b"/ignore"), [200], CLOSED),
    ("a25_other", post(b"Expect: 200-ok", b"Content-Length: 2", body=b"xx"), [417], CLOSED),
    ("a25_no_body", get(b"Expect: 100-continue"), [200], KEPT),
    ("a26_09", b"GET /\r\n\r\n", [400], CLOSED),
    ("a26_20", b"GET / HTTP/2.0\r\nHost: a\r\n\r\n", [505], CLOSED),
    ("a26_h2_preface", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", [505], CLOSED),
    ("a26_rtsp", b"OPTIONS / RTSP/1.0\r\nCSeq: 1\r\n\r\n", [400], CLOSED),
    ("a26_zeros", b"GET / HTTP/01.1\r\nHost: a\r\n\r\n", [400], CLOSED),
    ("a27_case", b"get / HTTP/1.1\r\nHost: a\r\n\r\n", [501], CLOSED),
    ("a27_other", b"PURGE / HTTP/1.1\r\nHost: a\r\n\r\n", [200], KEPT),
    ("a27_no_token", b"G(T / HTTP/1.1\r\nHost: a\r\n\r\n", [400], CLOSED),
    ("a27_long", b"A" * 65 + b" / HTTP/1.1\r\nHost: a\r\n\r\n", [400], CLOSED),
    ("b01_none", b"GET / HTTP/1.1\r\n\r\n", [400], CLOSED),
    ("b01_two", get(b"Host: a"), [400], CLOSED),
    ("b01_http10", b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", [200], KEPT),
    ("b02", b"GET / HTTP/1.1\r\nHost: u@a/b\r\n\r\n", [400], CLOSED),
    ("b03_relative", get(target=b"../x"), [400], CLOSED),
    ("b03_fragment", get(target=b"/a#b"), [400], CLOSED),
    ("b03_asterisk", get(target=b"*"), [400], CLOSED),
    ("b03_connect", b"CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n", [501], CLOSED),
    ("b03_options", b"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", [204], KEPT),
    ("b04", get(target=b"http://other.example/"), [200], KEPT),
    ("b04_userinfo", get(target=b"http://u@a/"), [400], CLOSED),
    ("b11", get(target=b"/%ff%fe%00"), [404], KEPT),
    ("b13", get(b"Content_Length: 5", b"Transfer_Encoding: chunked"), [200], KEPT),
    ("c01", get(target=b"/headers?x=a%0d%0ay:b"), [500], KEPT),
    ("c05", get(target=b"/headers?Content-Length=99&Connection=close"), [200], KEPT),
    ("d01", get(target=b"/" + b"a" * 8200), [414], CLOSED),
    ("d02_one", get(b"X: " + b"a" * 8200), [431], CLOSED),
    ("d02_count", get(*[b"X: y"] * 100), [431], CLOSED),
    ("d02_total", get(*[b"X: " + b"a" * 4000] * 9), [431], CLOSED),
    ("d04_two", b"\r\n\r\n" + get(), [200], KEPT),
    ("d04_three", b"\r\n\r\n\r\n" + get(), [400], CLOSED),
    ("d05_extension", chunked(b"5;" + b"a" * 2000 + b"\r\nxxxxx\r\n0\r\n\r\n"), [400], CLOSED),
    ("d05_total", chunked(b"1;%b\r\nx\r\n" % (b"a" * 900) * 30 + b"0\r\n\r\n"), [400], CLOSED),
    ("d06", chunked(b"1\r\nx\r\n" * 5000 + b"0\r\n\r\n"), [200], KEPT),
    ("e01", chunked(b"b\r\n0123456789a\r\n0\r\n\r\n", target=b"/small"), [413], KEPT),
    ("e02", post(b"Content-Length: 2000000", target=b"/echo"), [413], CLOSED),
]


@pytest.mark.parametrize(("data", "expected", "kept"), [pytest.param(*row[1:], id=row[0]) for row in ROWS])
def test_bytes_and_their_answer(address: Address, data: bytes, expected: list[int], kept: bool) -> None:
    responses = parse(talk(address, data + LAST))
    if kept:
        assert responses.pop().body == b"hello"
    assert [response.status for response in responses] == expected
    assert (responses[-1].headers.get("connection") == "close") is not kept


DRIPPED = [row for row in ROWS if row[0] not in {"a22_chunked", "e01"}]
"""All but those for which it matters whether the end has come when the application answers without it."""


@pytest.mark.parametrize(("data", "expected", "kept"), [pytest.param(*row[1:], id=row[0]) for row in DRIPPED])
def test_a28_d03_bytes_that_drip_and_their_answer(
    address: Address, data: bytes, expected: list[int], kept: bool
) -> None:
    step = max(1, len(data) // 30)
    with connect(address) as client:
        try:
            for start in range(0, len(data), step):
                client.sendall(data[start : start + step])
            if kept:  # a socket that the server has closed would answer with a reset
                client.sendall(LAST)
        except (BrokenPipeError, ConnectionResetError):
            pass  # refused before the end
        assert statuses(read_to_end(client)) == expected + [200] * kept


def test_c02_early_hints_that_would_split_the_response_are_not_sent(address: Address) -> None:
    data = talk(address, get(b"Connection: close", target=b"/early-hints?a%0d%0ab"))
    assert [response.status for response in parse(data)] == [103, 200]
    assert data.count(b"\r\n\r\n") == 2


def test_c03_a_worker_survives_invalid_headers(address: Address) -> None:
    for _ in range(20):
        assert statuses(talk(address, get(target=b"/headers?x=%00") + LAST)) == [500, 200]


def test_l06_l08_a_refused_request_is_one_line_that_repeats_nothing(
    start_server: StartServer, caplog: pytest.LogCaptureFixture
) -> None:
    server = start_server()
    data = talk(server.address, b"GET /\x1b[31mforged\n HTTP/1.1\r\nHost: a\r\n\r\n" + SMUGGLED * 100)
    server.stop()
    assert b"forged" not in data
    (record,) = caplog.records
    assert re.fullmatch(r"refused a request of 127\.0\.0\.1:\d+ with 400: [a-z ]+", record.getMessage())


def test_the_page_lists_the_requirements() -> None:
    page = Path(__file__).parents[2] / "docs" / "reference" / "server-limits.md"
    rows = re.findall(r"^\| ([a-n]\d\d) \| (.*) \|$", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert dict(rows) == REQUIREMENTS


def test_every_requirement_has_a_test_or_a_row() -> None:
    texts = [path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py")]
    named = {
        number
        for text in texts
        for number in re.findall(r"\b(?:test|case\(f?\")?_?([a-n]\d\d)(?=_|\")", text)
    }
    named |= {
        number for text in texts for name in re.findall(r"def test_(\w+)", text) for number in name.split("_")
    }
    assert sorted(set(REQUIREMENTS) - named) == []
