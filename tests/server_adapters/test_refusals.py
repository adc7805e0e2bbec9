"""Raw requests that must be refused, with which status, over real sockets.

The ids name the requirements of the security reference.
"""

from __future__ import annotations

import pytest

from tests.server_adapters.raw import Address, connect, parse, read_to_end, statuses, talk

NEXT = b"GET /next HTTP/1.1\r\nHost: a\r\n\r\n"


def get(
    *lines: bytes, target: bytes = b"/", version: bytes = b"HTTP/1.1", host: bytes = b"Host: a\r\n"
) -> bytes:
    return b"GET %b %b\r\n%b%b\r\n" % (target, version, host, b"".join(line + b"\r\n" for line in lines))


def post(*lines: bytes, body: bytes = b"") -> bytes:
    head = b"".join(line + b"\r\n" for line in lines)
    return b"POST /echo HTTP/1.1\r\nHost: a\r\n%b\r\n%b" % (head, body)


def chunked(body: bytes) -> bytes:
    return post(b"Transfer-Encoding: chunked", body=body)


def case(name: str, data: bytes, status: int = 400) -> object:
    return pytest.param(data, status, id=name)


FRAMING = [
    case("a01_cl_and_te", post(b"Content-Length: 5", b"Transfer-Encoding: chunked", body=b"0\r\n\r\n")),
    case("a01_te_and_cl", post(b"transfer-encoding: Chunked", b"CONTENT-LENGTH: 5", body=b"0\r\n\r\n")),
    case("a02_two_equal_cl", post(b"Content-Length: 1", b"Content-Length: 1", body=b"x")),
    case("a02_two_different_cl", post(b"Content-Length: 1", b"Content-Length: 2", body=b"xx")),
    case("a03_cl_list_equal", post(b"Content-Length: 5, 5", body=b"xxxxx")),
    case("a03_cl_list", post(b"Content-Length: 5,6", body=b"xxxxx")),
    *(
        case(f"a04_cl_{value!r}", post(b"Content-Length: " + value, body=b"xxxxx"))
        for value in (
            b"+5",
            b"-5",
            b"0x5",
            b"5_0",
            b"",
            b"5.0",
            "\u0665".encode(),
            b"\xb2",
            b"\v5",
            b"5;",
            b"5 5",
            b"9223372036854775808",
            b"1" * 400,
        )
    ),
    *(
        case(f"a05_te_{value!r}", post(b"Transfer-Encoding: " + value, body=b"0\r\n\r\n"))
        for value in (
            b"identity",
            b"xchunked",
            b",chunked",
            b"chunked,",
            b"chunked;q=1",
            b'"chunked"',
            b"\x0bchunked",
            b"\xa0chunked",
            b"",
            b"chunked, chunked",
            b"chunked, gzip",
        )
    ),
    case(
        "a05_te_twice", post(b"Transfer-Encoding: chunked", b"Transfer-Encoding: chunked", body=b"0\r\n\r\n")
    ),
    case(
        "a05_identity_then_chunked",
        post(b"Transfer-Encoding: identity", b"Transfer-Encoding: chunked", body=b"0\r\n\r\n"),
    ),
    case("a05_unsupported_coding", post(b"Transfer-Encoding: gzip, chunked", body=b"0\r\n\r\n"), 501),
    case(
        "a06_te_in_1_0",
        b"POST /echo HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ),
    *(
        case(f"a07_chunk_size_{size!r}", chunked(size + b"\r\nxxxxx\r\n0\r\n\r\n"))
        for size in (
            b"+5",
            b"-5",
            b"0x5",
            b"0_5",
            b" 5",
            b"5 ",
            b"",
            b"5g",
            b";x",
            b"00000000000000005",
            "\uff15".encode(),
        )
    ),
    case("a08_zeros_in_chunk_size", chunked(b"0" * 5000 + b"5\r\nxxxxx\r\n0\r\n\r\n")),
    case("a09_chunk_longer_than_said", chunked(b"3\r\nxxxxx\r\n0\r\n\r\n")),
    case("a09_chunk_ended_by_lf", chunked(b"5\r\nxxxxx\n0\r\n\r\n")),
    case("a09_chunk_ended_by_cr_x", chunked(b"5\r\nxxxxx\rX0\r\n\r\n")),
    case("a10_chunk_line_ended_by_lf", chunked(b"5\nxxxxx\r\n0\r\n\r\n")),
    case("a10_chunk_line_cr_x", chunked(b"5\rXxxxx\r\n0\r\n\r\n")),
    case("a10_chunk_extension_with_nul", chunked(b"5;a=\x00\r\nxxxxx\r\n0\r\n\r\n")),
    case("a10_chunk_extension_open_quote", chunked(b'5;a="b\r\nxxxxx\r\n0\r\n\r\n')),
    case("a12_bare_lf_after_request_line", b"GET / HTTP/1.1\nHost: a\r\n\r\n"),
    case("a12_bare_lf_after_header", b"GET / HTTP/1.1\r\nHost: a\nX: y\r\n\r\n"),
    case("a12_only_bare_lf", b"GET / HTTP/1.1\nHost: a\n\n"),
    case("a12_bare_cr_in_value", get(b"X: a\rb")),
    case("a12_bare_cr_after_request_line", b"GET / HTTP/1.1\rHost: a\r\n\r\n"),
    case("a12_cr_cr_lf", b"GET / HTTP/1.1\r\r\nHost: a\r\n\r\n"),
    case("a13_fold_with_space", get(b"X: a", b" b")),
    case("a13_fold_with_tab", get(b"X: a", b"\tb")),
    case("a13_folded_te", post(b"Transfer-Encoding:", b" chunked", body=b"0\r\n\r\n")),
    case("a13_folded_cl", post(b"Content-Length:", b"\t5", body=b"xxxxx")),
    case("a14_space_before_colon", get(b"X : y")),
    case("a14_tab_before_colon", get(b"Content-Length\t: 5")),
    case("a14_space_before_first_header", b"GET / HTTP/1.1\r\n Host: a\r\n\r\n"),
    case("a14_empty_name", get(b": y")),
    case("a14_no_colon", get(b"nonsense")),
    *(
        case(f"a15_control_{code:02x}_in_value", get(b"X: a%cb" % code))
        for code in (0, 1, 8, 0x0B, 0x0C, 0x1C, 0x1F, 0x7F)
    ),
    *(case(f"a16_{code:02x}_in_name", get(b"X%cY: b" % code)) for code in b'@(/ \x85\xa0\xe9"[]{}\x00'),
    case("a25_unknown_expectation", post(b"Expect: magic", b"Content-Length: 1", body=b"x"), 417),
    case("d04_leading_empty_lines", b"\r\n\r\n\r\n" + get()),
]

VERSIONS = [
    case("a26_0_9_without_version", b"GET /\r\n\r\n"),
    *(
        case(f"a26_{version!r}", get(version=version), status)
        for version, status in [
            (b"HTTP/0.9", 505),
            (b"HTTP/1.2", 505),
            (b"HTTP/2.0", 505),
            (b"HTTP/3.0", 505),
            (b"HTTP/1.10", 400),
            (b"HTTP/01.1", 400),
            (b"HTTP/1.1 ", 400),
            (b"HTTP/1", 400),
            (b"http/1.1", 400),
            (b"RTSP/1.0", 400),
            (b"ICE/1.0", 400),
            (b"", 400),
        ]
    ),
    case("a26_h2_preface", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
    case("a27_lower_case_method", b"get / HTTP/1.1\r\nHost: a\r\n\r\n", 501),
    case("a27_connect", b"CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n", 501),
    case("a27_no_token", b"G(T / HTTP/1.1\r\nHost: a\r\n\r\n"),
    case("a27_long_method", b"A" * 65 + b" / HTTP/1.1\r\nHost: a\r\n\r\n"),
    case("a27_double_space", b"GET  / HTTP/1.1\r\nHost: a\r\n\r\n"),
    case("a27_tab", b"GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n"),
    case("a27_tls_hello", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"),
]

TARGETS = [
    case("b01_no_host", get(host=b"")),
    case("b01_two_hosts", get(b"Host: b")),
    case("b01_two_equal_hosts", get(b"Host: a")),
    case("b01_two_hosts_in_1_0", get(b"Host: b", version=b"HTTP/1.0")),
    *(
        case(f"b02_host_{host!r}", get(host=b"Host: %b\r\n" % host))
        for host in (
            b"",
            b"a/b",
            b"u@a",
            b"a?x",
            b"a#x",
            b"a\\b",
            b"a b",
            b"[:::::::.]",
            b"a,b",
            b'"a"',
            b"<a>",
            b"a\xe9",
            b"a:b",
            b"a:99999999",
            b"a:65536",
            b"a:-1",
            b":80",
            b"[::1",
            b"::1]",
            b"[::1]x",
            b"[g::1]",
            b"a%zz",
            b"a:80:80",
        )
    ),
    *(
        case(f"b03_target_{target!r}", get(target=target))
        for target in (
            b"len",
            b"@evil",
            b"?x",
            b"../x",
            b"://a",
            b"#frag",
            b"/a#frag",
            b"*",
            b"a:80",
            b"ftp://a/",
            b"http:///x",
            b"http://u@a/",
            b"http://a b/",
            "/é".encode(),
            b"/\x00",
            b"/\x7f",
            b"/\x01",
        )
    ),
    case("b03_connect", b"CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n", 501),
]

LIMITS = [
    case("d01_request_line", get(target=b"/" + b"a" * 8200), 414),
    case("d02_one_header", get(b"X: " + b"a" * 8200), 431),
    case("d02_count", get(*[b"X: y"] * 100), 431),
    case("d02_total", get(*[b"X: " + b"a" * 4000] * 9), 431),
    case("d05_chunk_extension", chunked(b"5;" + b"a" * 2000 + b"\r\nxxxxx\r\n0\r\n\r\n")),
    case("d05_chunk_overhead", chunked(b"1;%b\r\nx\r\n" % (b"a" * 900) * 30 + b"0\r\n\r\n")),
    case("a18_trailer_count", chunked(b"0\r\n" + b"X: y\r\n" * 101 + b"\r\n"), 431),
    case("a18_trailer_size", chunked(b"0\r\nX: " + b"a" * 8200 + b"\r\n\r\n"), 431),
    case("a18_trailer_total", chunked(b"0\r\n" + b"X: %b\r\n" % (b"a" * 4000) * 9 + b"\r\n"), 431),
    case("a18_trailer_syntax", chunked(b"0\r\nX y\r\n\r\n")),
    case("a18_trailer_bare_lf", chunked(b"0\r\nX: y\n\r\n")),
    case("a18_trailer_fold", chunked(b"0\r\nX: y\r\n z\r\n\r\n")),
    case("a18_trailer_control", chunked(b"0\r\nX: y\x00\r\n\r\n")),
]

ALL = FRAMING + VERSIONS + TARGETS + LIMITS


@pytest.mark.parametrize(("data", "status"), ALL)
def test_refused_with_one_answer_that_closes(address: Address, data: bytes, status: int) -> None:
    responses = parse(talk(address, data + NEXT))  # a20: what follows is not served
    assert [response.status for response in responses] == [status]
    assert responses[0].headers["connection"] == "close"
    assert responses[0].headers["content-length"] == str(len(responses[0].body))


@pytest.mark.parametrize(("data", "status"), ALL)
def test_a28_d03_refused_alike_when_the_bytes_drip(address: Address, data: bytes, status: int) -> None:
    step = max(1, len(data) // 40)
    pieces = [data[i : i + step] for i in range(0, len(data), step)]
    assert statuses(_talk_while_open(address, pieces)) == [status]


def test_a20_what_was_sent_before_the_refused_request_is_answered(address: Address) -> None:
    data = get() + get(b"X : y") + NEXT
    assert statuses(talk(address, data)) == [200, 400]


def test_a11_a_body_cut_short_is_never_complete(address: Address) -> None:
    for data in (
        chunked(b"5\r\nxxxxx\r\n0\r\n"),
        chunked(b"5\r\nxxx"),
        post(b"Content-Length: 5", body=b"xxx"),
    ):
        responses = parse(talk(address, data, half_close=True))
        assert [(r.status, r.body) for r in responses] == [(400, b"gone")]


def _talk_while_open(address: Address, pieces: list[bytes]) -> bytes:
    """Send *pieces* as far as the server takes them."""
    with connect(address) as client:
        try:
            for piece in pieces:
                client.sendall(piece)
        except (BrokenPipeError, ConnectionResetError):
            pass
        return read_to_end(client)
