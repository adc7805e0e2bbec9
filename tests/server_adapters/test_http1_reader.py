"""The sans-I/O reader: requests as events, whatever way the bytes are cut."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bolide.server_adapters._http1.errors import RemoteProtocolError
from bolide.server_adapters._http1.fields import SectionParser
from bolide.server_adapters._http1.limits import Limits
from bolide.server_adapters._http1.reader import RequestReader

Event = tuple[object, ...]

SMALL = Limits(request_line=64, field_size=48, fields=6, head=160, body=8)


def events(pieces: list[bytes], limits: Limits = SMALL) -> list[Event]:
    """Read all requests in *pieces*; the parts of one body are joined."""
    reader = RequestReader(limits)
    seen: list[Event] = []
    body = b""
    in_body = False
    for piece in pieces:
        reader.receive_data(piece)
        while True:
            try:
                if not in_body:
                    head = reader.next_head()
                    if head is None:
                        break
                    fields = head.fields
                    seen.append(
                        (head.method, head.path, head.query, head.version, head.keep_alive, fields.pairs)
                    )
                    in_body, body = True, b""
                while not reader.body_complete and (data := reader.next_data()) is not None:
                    body += data
            except RemoteProtocolError as error:
                seen.append(("refused", error.status))
                return seen
            if not reader.body_complete:
                break
            seen.append(("body", body))
            in_body = False
    return seen


def cut(data: bytes, places: list[int]) -> list[bytes]:
    edges = [0, *sorted(place % (len(data) + 1) for place in places), len(data)]
    return [data[a:b] for a, b in itertools.pairwise(edges) if a < b]


GET = b"GET /a%20b?c HTTP/1.1\r\nHost: a\r\n\r\n"
REPEATED = GET + b"GET /other HTTP/1.1\r\nHost: a\r\n\r\n"
CHUNKED_HEAD = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
CHUNKED = CHUNKED_HEAD + b"3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nX: y\r\n\r\n"
FIXED = b"PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 7\r\n\r\nGET / H"
OLD = b"\r\nGET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"

FRAGMENTS = [
    GET,
    REPEATED,
    CHUNKED,
    FIXED,
    OLD,
    b"GET / HTTP/1.1\r\n",
    b"GET http://b:80/x HTTP/1.1\r\n",
    b"POST / HTTP/1.1\r\nHost: a\r\n",
    b"Host: a\r\n",
    b"Content-Length: 3\r\n",
    b"Content-Length: 9\r\n",
    b"Transfer-Encoding: chunked\r\n",
    b"Expect: 100-continue\r\n",
    b"X: " + b"y" * 44 + b"\r\n",
    b"X: " + b"y" * 45 + b"\r\n",
    b"X: " + b"y" * 46 + b"\r\n",
    b"GET /" + b"a" * 50 + b" HTTP/1.1\r\n",
    b"GET /" + b"a" * 51 + b" HTTP/1.1\r\n",
    b"X: y\r\n" * 5,
    b"3\r\nabc\r\n",
    b"9\r\n",
    b"0\r\n",
    b"\r\n",
    b"\n",
    b"\r",
    b" ",
    b"\x00",
    b"abc",
]


@pytest.mark.parametrize("data", [GET, REPEATED, CHUNKED, FIXED, OLD, GET + CHUNKED + FIXED + OLD])
def test_every_cut_of_a_valid_stream_gives_the_same_events(data: bytes) -> None:
    whole = events([data])
    assert ("refused", 400) not in whole
    for place in range(len(data) + 1):
        assert events(cut(data, [place])) == whole
    assert events([bytes([byte]) for byte in data]) == whole


@given(
    st.lists(st.sampled_from(FRAGMENTS), min_size=1, max_size=12), st.lists(st.integers(0, 2000), max_size=12)
)
@example([GET[:-2], b"\n"], [3])
@example([OLD, b"\r\n", OLD], [2])
@example([b"X: " + b"y" * 46 + b"\r\n"], [])
@settings(max_examples=400, deadline=None)
def test_a28_any_cut_of_any_bytes_gives_the_same_events(fragments: list[bytes], places: list[int]) -> None:
    data = b"".join(fragments)
    assert events(cut(data, places)) == events([data])


@given(st.lists(st.sampled_from(FRAGMENTS), min_size=1, max_size=12))
@settings(max_examples=100, deadline=None)
def test_a28_single_bytes_give_the_same_events(fragments: list[bytes]) -> None:
    data = b"".join(fragments)
    assert events([bytes([byte]) for byte in data]) == events([data])


@given(st.binary(max_size=200), st.lists(st.integers(0, 200), max_size=3))
@settings(max_examples=200, deadline=None)
def test_no_bytes_raise_anything_but_a_refusal(noise: bytes, places: list[int]) -> None:
    events(cut(b"GET / HTTP/1.1\r\n" + noise, places))
    events(cut(b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + noise, places))


def test_requests_become_events() -> None:
    assert events([GET + FIXED + CHUNKED]) == [
        ("GET", "/a b", "c", "1.1", True, ((b"host", b"a"),)),
        ("body", b""),
        ("PUT", "/", "", "1.1", True, ((b"host", b"a"), (b"content-length", b"7"))),
        ("body", b"GET / H"),
        ("POST", "/", "", "1.1", True, ((b"host", b"a"), (b"transfer-encoding", b"chunked"))),
        ("body", b"abcde"),
    ]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n", id="declared"),
        pytest.param(CHUNKED_HEAD + b"4\r\nabcd\r\n5\r\n", id="in two chunks"),
        pytest.param(CHUNKED_HEAD + b"ffffffffffffffff\r\n", id="in a huge one"),
    ],
)
def test_d03_a_body_over_the_limit_is_refused_however_it_comes(data: bytes) -> None:
    for place in range(len(data)):
        assert events(cut(data, [place]))[-1] == ("refused", 413)
    assert events([bytes([byte]) for byte in data])[-1] == ("refused", 413)


def test_a_repeated_header_section_is_parsed_once() -> None:
    reader = RequestReader(Limits())
    reader.receive_data(REPEATED)
    first, second = reader.next_head(), reader.next_head()
    assert first is not None
    assert second is not None
    assert (first.path, second.path) == ("/a b", "/other")
    assert first.fields is second.fields


def test_a_repeated_request_is_parsed_once() -> None:
    reader = RequestReader(Limits())
    reader.receive_data(GET)
    first = reader.next_head()
    reader.receive_data(FIXED)
    assert reader.next_head() is not None
    assert reader.next_data() == b"GET / H"
    reader.receive_data(GET)
    assert reader.next_head() is first
    assert (reader.body_complete, reader.body_remaining, reader.buffered) == (True, 0, 0)
    reader.receive_data(GET + GET + FIXED)
    assert reader.next_head() is first
    assert reader.next_head() is first
    assert reader.buffered == len(FIXED)
    assert reader.next_head() is not first
    assert reader.next_data() == b"GET / H"


@given(st.lists(st.sampled_from([GET, REPEATED, CHUNKED, FIXED, OLD, CHUNKED_HEAD, b"0\r\n\r\n", b"\r\n"])))
def test_requests_that_come_one_by_one_are_read_as_those_that_come_together(pieces: list[bytes]) -> None:
    assert events(pieces) == events([b"".join(pieces)])


def test_an_absolute_target_replaces_host_for_its_request_only() -> None:
    absolute = b"GET http://b:80/x HTTP/1.1\r\nHost: a\r\n\r\n"
    heads = [event for event in events([absolute + GET]) if event[0] == "GET"]
    assert [head[5] for head in heads] == [((b"host", b"b:80"),), ((b"host", b"a"),)]


def test_a_repeated_section_is_judged_again_for_another_version() -> None:
    chunked = b"Host: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    data = b"POST / HTTP/1.1\r\n" + chunked + b"0\r\n\r\n" + b"POST / HTTP/1.0\r\n" + chunked
    assert events([data])[-1] == ("refused", 400)


def test_nothing_is_read_ahead() -> None:
    reader = RequestReader(Limits())
    reader.receive_data(GET * 1000)
    assert reader.next_head() is not None
    assert reader.buffered == len(GET) * 999


def test_a_fixed_body_is_handed_over_as_it_comes() -> None:
    reader = RequestReader(Limits())
    reader.receive_data(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nab")
    assert reader.next_head() is not None
    assert (reader.next_data(), reader.next_data(), reader.body_remaining) == (b"ab", None, 4)
    reader.receive_data(b"cdefGET")
    assert (reader.next_data(), reader.body_complete, reader.buffered) == (b"cdef", True, 3)


def test_a_broken_coding_stays_broken() -> None:
    reader = RequestReader(Limits())
    reader.receive_data(b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nxX")
    assert reader.next_head() is not None
    for _ in range(2):
        with pytest.raises(RemoteProtocolError, match="chunk not ended by CRLF"):
            reader.next_data()


def test_d06_memory_of_a_dripped_chunked_body_stays_small() -> None:
    reader = RequestReader(Limits())
    reader.receive_data(CHUNKED_HEAD)
    assert reader.next_head() is not None
    received = 0
    for _ in range(10_000):
        reader.receive_data(b"1\r\nx")
        assert reader.buffered <= 8
        received += len(reader.next_data() or b"")
        reader.receive_data(b"\r\n")
    assert received == 10_000


@pytest.mark.parametrize(
    ("section", "attribute", "value"),
    [
        (b"Content-Length: 0005\r\n\r\n", "content_length", 5),
        (b"Content-Length: 5\r\n\r\n", "chunked", False),
        (b"Transfer-Encoding: CHUNKED\r\n\r\n", "chunked", True),
        (b"Expect: 100-CONTINUE\r\n\r\n", "expects_continue", True),
        (b"Connection: a, Close\r\nConnection: B\r\n\r\n", "connection", frozenset({b"a", b"close", b"b"})),
        (b"Host: a\r\nHost: b\r\n\r\n", "hosts", 2),
        (b"X: \t y \t\r\n\r\n", "pairs", ((b"x", b"y"),)),
        (b"X:\r\n\r\n", "pairs", ((b"x", b""),)),
        (b"\r\n", "pairs", ()),
    ],
)
def test_a_section_says_what_frames_the_message(section: bytes, attribute: str, value: object) -> None:
    assert getattr(SectionParser().parse(section), attribute) == value


@pytest.mark.parametrize(
    "first",
    [
        pytest.param(b"Host: a\r\n\r\n", id="plain"),
        pytest.param(b"Host: a\r\nContent-Length: 5\r\n\r\n", id="body"),
        pytest.param(b"Host: a\r\nTransfer-Encoding: chunked\r\n\r\n", id="chunked"),
        pytest.param(b"Host: a\r\nConnection: close\r\n\r\n", id="close"),
        pytest.param(b"Host: a\r\nProxy-Connection: close\r\n\r\n", id="proxy close"),
        pytest.param(b"Host: a\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n", id="upgrade"),
        pytest.param(b"Host: a\r\nProxy-Connection: upgrade\r\nUpgrade: x\r\n\r\n", id="proxy upgrade"),
    ],
)
def test_a_section_does_not_change_how_the_next_one_is_read(first: bytes) -> None:
    sections = SectionParser()
    sections.parse(first)
    for number in range(3):
        fields = sections.parse(b"Host: b\r\nX-N: %d\r\n\r\n" % number)
        assert fields.pairs == ((b"host", b"b"), (b"x-n", b"%d" % number))


def test_a_malformed_section_does_not_spoil_the_parser() -> None:
    sections = SectionParser()
    with pytest.raises(RemoteProtocolError):
        sections.parse(b"no colon\r\n\r\n")
    assert sections.parse(b"Host: b\r\n\r\n").hosts == 1


def test_fields_cannot_be_changed() -> None:
    fields = SectionParser().parse(b"Host: a\r\n\r\n")
    with pytest.raises(AttributeError):
        setattr(fields, "hosts", 2)  # noqa: B010 - type checkers know that it is refused
    assert fields.hosts == 1
