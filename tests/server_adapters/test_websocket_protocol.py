"""Messages without I/O: bytes in, messages and bytes out."""

from __future__ import annotations

import tracemalloc
import zlib
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bolide.server_adapters._http1.errors import LocalProtocolError, RemoteProtocolError
from bolide.server_adapters._websocket.protocol import WebSocketProtocol, negotiate_deflate
from tests.server_adapters.frames import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, frame

DEFLATE = "permessage-deflate; client_max_window_bits"


def protocol(*, max_size: int = 1 << 20, deflate: bool = False) -> WebSocketProtocol:
    agreed = negotiate_deflate((DEFLATE,), context_takeover=True) if deflate else None
    return WebSocketProtocol(max_size=max_size, deflate=agreed[1] if agreed else None)


def read(subject: WebSocketProtocol, *pieces: bytes) -> list[str | bytes]:
    """Feed *pieces* and return the messages in them."""
    messages: list[str | bytes] = []
    for piece in pieces:
        subject.receive_data(piece)
        while (message := subject.next_message()) is not None:
            messages.append(message)
    return messages


def compressed(data: bytes) -> bytes:
    """Return the payload of a compressed message (RFC 7692 §7.2.1)."""
    compressor = zlib.compressobj(wbits=-12)
    return (compressor.compress(data) + compressor.flush(zlib.Z_SYNC_FLUSH))[:-4]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (frame(TEXT, b""), [""]),
        (frame(TEXT, "é".encode()), ["é"]),
        (frame(BINARY, b"\x00\xff"), [b"\x00\xff"]),
        (frame(TEXT, b"x" * 125), ["x" * 125]),
        (frame(TEXT, b"x" * 126), ["x" * 126]),
        (frame(BINARY, b"x" * 70_000), [b"x" * 70_000]),
        (frame(TEXT, b"one") + frame(TEXT, b"two"), ["one", "two"]),
        (frame(TEXT, b"a", final=False) + frame(CONTINUATION, b"b"), ["ab"]),
        (frame(BINARY, b"a", final=False) + frame(CONTINUATION, b"b"), [b"ab"]),
        (frame(TEXT, "é".encode()[:1], final=False) + frame(CONTINUATION, "é".encode()[1:]), ["é"]),
        (frame(TEXT, b"a", final=False) + frame(PING, b"p") + frame(CONTINUATION, b""), ["a"]),
        (frame(PONG, b"unasked") + frame(TEXT, b"a"), ["a"]),
    ],
)
def test_messages_are_read(data: bytes, expected: list[str | bytes]) -> None:
    subject = protocol()
    assert read(subject, data) == expected
    assert subject.end is None


@pytest.mark.parametrize(
    ("data", "code"),
    [
        pytest.param(frame(TEXT, b"a", mask=None), 1002, id="not masked"),
        pytest.param(frame(TEXT, b"a", reserved=0x40), 1002, id="RSV1 without an extension"),
        pytest.param(frame(TEXT, b"a", reserved=0x20), 1002, id="RSV2"),
        pytest.param(frame(TEXT, b"a", reserved=0x10), 1002, id="RSV3"),
        pytest.param(frame(3, b"a"), 1002, id="opcode 3"),
        pytest.param(frame(11, b"a"), 1002, id="opcode 11"),
        pytest.param(frame(CONTINUATION, b"a"), 1002, id="continuation of nothing"),
        pytest.param(frame(TEXT, b"a", final=False) + frame(TEXT, b"b"), 1002, id="message in a message"),
        pytest.param(frame(TEXT, b"a", final=False) + frame(BINARY, b"b" * 200), 1002, id="and a long one"),
        pytest.param(frame(PING, b"a", final=False), 1002, id="ping in fragments"),
        pytest.param(frame(PING, b"a" * 126), 1002, id="long ping"),
        pytest.param(frame(CLOSE, b"\x03"), 1002, id="close code of one byte"),
        *(
            pytest.param(frame(CLOSE, code.to_bytes(2)), 1002, id=f"close code {code}")
            for code in (0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000)
        ),
        pytest.param(frame(CLOSE, b"\x03\xe8\xff"), 1007, id="close reason not in UTF-8"),
        pytest.param(frame(TEXT, b"\xff"), 1007, id="text not in UTF-8"),
        pytest.param(frame(TEXT, b"\xff" * 300), 1007, id="long text not in UTF-8"),
        pytest.param(frame(TEXT, b"\xed\xa0\x80"), 1007, id="surrogate"),
        pytest.param(frame(TEXT, b"\xc3"), 1007, id="cut text"),
        pytest.param(frame(TEXT, b"\xf4\x90", final=False), 1007, id="fragment that no text begins with"),
        pytest.param(frame(TEXT, b"x" * 1001), 1009, id="too long"),
        pytest.param(b"\x81\xff" + (1 << 40).to_bytes(8), 1009, id="a length of 1 TiB, and nothing of it"),
        pytest.param(
            frame(TEXT, b"x" * 600, final=False) + frame(CONTINUATION, b"x" * 600),
            1009,
            id="too long together",
        ),
    ],
)
def test_a_client_that_breaks_the_protocol_is_told_why(data: bytes, code: int) -> None:
    """Security I1, I2: RFC 6455 §7.4.1; what came before is read, nothing after it is."""
    subject = protocol(max_size=1000)
    assert read(subject, frame(TEXT, b"before") + data + frame(TEXT, b"after")) == ["before"]
    assert subject.end is not None
    assert subject.end[0] == code
    sent = subject.data_to_send()
    assert (sent[0], int.from_bytes(sent[2:4])) == (0x88, code)
    assert read(subject, frame(TEXT, b"later")) == []


def test_a_close_frame_is_answered_with_its_code() -> None:
    subject = protocol()
    assert read(subject, frame(CLOSE, (4001).to_bytes(2) + b"enough")) == []
    assert (subject.end, subject.is_clean) == ((4001, "enough"), True)
    assert subject.data_to_send() == b"\x88\x08\x0f\xa1enough"


def test_a_close_frame_without_a_code_is_1005() -> None:
    subject = protocol()
    read(subject, frame(CLOSE, b""))
    assert subject.end == (1005, "")
    assert subject.data_to_send() == b"\x88\x00"


def test_a_close_frame_may_come_between_fragments() -> None:
    """RFC 6455 §5.4."""
    subject = protocol()
    assert read(subject, frame(TEXT, b"half", final=False) + frame(CLOSE, b"\x03\xe8")) == []
    assert (subject.end, subject.is_clean) == ((1000, ""), True)


def test_pings_are_answered_in_order() -> None:
    subject = protocol()
    assert read(subject, frame(PING, b"one") + frame(TEXT, b"a") + frame(PING, b"two")) == ["a"]
    assert subject.data_to_send() == b"\x8a\x03one\x8a\x03two"
    assert not subject.has_output


def test_of_a_flood_of_pings_the_newest_are_answered() -> None:
    """Security I5; RFC 6455 §5.5.3."""
    subject = protocol()
    for number in range(1000):
        read(subject, frame(PING, b"%03d" % number))
    sent = subject.data_to_send()
    assert len(sent) == 32 * 5
    assert sent.endswith(b"\x8a\x03999")


def test_empty_fragments_take_no_memory() -> None:
    """Security I4: any number of fragments is one buffer."""
    subject = protocol()
    read(subject, frame(TEXT, b"", final=False))
    fragments = frame(CONTINUATION, b"", final=False) * 1000
    read(subject, fragments)
    tracemalloc.start()
    try:
        for _ in range(20):
            read(subject, fragments)
        assert tracemalloc.get_traced_memory()[0] < 20_000
    finally:
        tracemalloc.stop()
    assert read(subject, frame(CONTINUATION, b"end")) == ["end"]


@pytest.mark.parametrize("size", [0, 1, 125, 126, 65_535, 65_536])
def test_frames_are_written_with_the_shortest_length(size: int) -> None:
    lengths = {0: b"\x00", 1: b"\x01", 125: b"\x7d", 126: b"\x7e\x00\x7e", 65_535: b"\x7e\xff\xff"}
    length = lengths.get(size, b"\x7f\x00\x00\x00\x00\x00\x01\x00\x00")
    subject = protocol()
    assert subject.frame_text("x" * size) == b"\x81" + length + b"x" * size
    assert subject.frame_binary(b"x" * size) == b"\x82" + length + b"x" * size


def test_our_close_frame_waits_for_the_clients() -> None:
    subject = protocol()
    subject.send_close(1000, "bye")
    assert subject.data_to_send() == b"\x88\x05\x03\xe8bye"
    assert subject.end is None
    assert read(subject, frame(TEXT, b"crossed") + frame(CLOSE, b"\x03\xe8bye")) == ["crossed"]
    assert (subject.end, subject.is_clean, subject.data_to_send()) == ((1000, "bye"), True, b"")


@pytest.mark.parametrize(("code", "reason"), [(1005, ""), (999, ""), (5000, ""), (1000, "x" * 124)])
def test_a_close_frame_that_cannot_be_sent_is_a_mistake_here(code: int, reason: str) -> None:
    with pytest.raises(LocalProtocolError, match=f"close code {code} "):
        protocol().send_close(code, reason)


# permessage-deflate.


def test_compressed_messages_are_read_and_written() -> None:
    subject, text = protocol(deflate=True), "again and " * 100
    assert read(subject, frame(TEXT, compressed(text.encode()), reserved=0x40)) == [text]
    sent = subject.frame_text(text)
    assert sent[0] == 0xC1
    assert zlib.decompressobj(wbits=-12).decompress(sent[2:] + b"\x00\x00\xff\xff") == text.encode()


def test_short_messages_are_not_compressed() -> None:
    assert protocol(deflate=True).frame_text("x" * 127) == b"\x81\x7e\x00\x7f" + b"x" * 127


def test_plain_messages_are_read_between_compressed_ones() -> None:
    subject = protocol(deflate=True)
    data = frame(TEXT, compressed(b"one"), reserved=0x40) + frame(TEXT, b"two")
    assert read(subject, data) == ["one", "two"]


def test_a_message_that_inflates_beyond_the_limit_is_refused() -> None:
    """Security I3: a bomb of 1 MB would be 1 GB."""
    subject = protocol(deflate=True, max_size=1 << 20)
    bomb = compressed(bytes(200 << 20))
    tracemalloc.start()
    try:
        assert read(subject, frame(BINARY, bomb, reserved=0x40)) == []
        assert tracemalloc.get_traced_memory()[1] < 6 << 20
    finally:
        tracemalloc.stop()
    assert subject.end is not None
    assert subject.end[0] == 1009


def test_what_does_not_inflate_is_refused() -> None:
    subject = protocol(deflate=True)
    assert read(subject, frame(BINARY, b"\xff\xff\xff", reserved=0x40)) == []
    assert subject.end is not None
    assert subject.end[0] == 1002


def test_messages_can_be_written_behind_the_clients_last_one() -> None:
    subject = protocol(deflate=True)
    read(subject, frame(CLOSE, b"\x03\xe8"))
    assert subject.frame_text("x" * 300) == b"\x81\x7e\x01\x2c" + b"x" * 300


@pytest.mark.parametrize(
    ("offer", "answer"),
    [
        (DEFLATE, "permessage-deflate; server_max_window_bits=12; client_max_window_bits=12"),
        ("permessage-deflate", "permessage-deflate; server_max_window_bits=12"),
        ("x-other, permessage-deflate", "permessage-deflate; server_max_window_bits=12"),
        (
            "permessage-deflate; server_max_window_bits=8, permessage-deflate",
            "permessage-deflate; server_max_window_bits=12",
        ),
        (
            "permessage-deflate; server_no_context_takeover",
            "permessage-deflate; server_no_context_takeover; server_max_window_bits=12",
        ),
        ("x-other", None),
        ("permessage-deflate; unknown", None),
        ("permessage-deflate; server_max_window_bits=99", None),
    ],
)
def test_one_offer_is_chosen(offer: str, answer: str | None) -> None:
    agreed = negotiate_deflate((offer,), context_takeover=True)
    assert (agreed and agreed[0].decode()) == answer


def test_context_takeover_can_be_refused() -> None:
    agreed = negotiate_deflate(("permessage-deflate",), context_takeover=False)
    assert agreed is not None
    assert agreed[0] == (
        b"permessage-deflate; server_no_context_takeover; client_no_context_takeover; "
        b"server_max_window_bits=12"
    )


@pytest.mark.parametrize(
    "offer", ["", "permessage-deflate;", "a b", 'a; b="', "é", ",".join(["a;b"] * 2000) + ";"]
)
def test_offers_that_are_no_list_are_refused(offer: str) -> None:
    with pytest.raises(RemoteProtocolError):
        negotiate_deflate((offer,), context_takeover=True)


# Whatever way the bytes come.

payloads = st.one_of(st.binary(max_size=300), st.text(max_size=200).map(str.encode))
frames = st.builds(
    frame,
    st.sampled_from([TEXT, TEXT, BINARY, BINARY, CONTINUATION, PING, PONG, CLOSE, 3]),
    payloads,
    final=st.sampled_from([True, True, True, False]),
    mask=st.sampled_from([b"\x01\x02\x03\x04", b"\xff\x00\xff\x00", b"\x00\x00\x00\x00", None]),
    reserved=st.sampled_from([0, 0, 0, 0, 0, 0x40]),
)


def outcome(pieces: Sequence[bytes], *, deflate: bool) -> Any:
    subject = protocol(max_size=1000, deflate=deflate)
    messages = read(subject, *pieces)
    return messages, subject.end, subject.is_clean, subject.data_to_send()


@given(st.lists(frames, max_size=8), st.data(), st.booleans())
def test_any_split_of_the_bytes_gives_the_same_messages(
    sent: list[bytes], data: st.DataObject, deflate: bool
) -> None:
    whole = b"".join(sent)
    cuts = sorted(data.draw(st.sets(st.integers(0, len(whole)), max_size=12)))
    pieces = [whole[start:end] for start, end in zip([0, *cuts], [*cuts, len(whole)], strict=True)]
    assert outcome(pieces, deflate=deflate) == outcome([whole], deflate=deflate)


@given(st.lists(frames, max_size=4))
def test_bytes_may_come_one_by_one(sent: list[bytes]) -> None:
    whole = b"".join(sent)
    single = [whole[index : index + 1] for index in range(len(whole))]
    assert outcome(single, deflate=False) == outcome([whole], deflate=False)


@given(st.lists(st.one_of(st.text(max_size=300), st.binary(max_size=300)), max_size=6), st.booleans())
def test_what_one_side_writes_the_other_reads(messages: list[str | bytes], deflate: bool) -> None:
    from websockets.extensions.permessage_deflate import PerMessageDeflate
    from websockets.protocol import Protocol, Side

    subject = protocol(deflate=deflate)
    client = Protocol(Side.CLIENT)
    if deflate:
        client.extensions = [PerMessageDeflate(False, False, 12, 12)]
    for message in messages:
        is_text = isinstance(message, str)
        client.receive_data(
            subject.frame_text(message) if isinstance(message, str) else subject.frame_binary(message)
        )
        (event,) = client.events_received()
        data: Any = event.data  # type: ignore[union-attr]
        assert (data.decode() if is_text else data) == message
        if isinstance(message, str):
            client.send_text(message.encode())
        else:
            client.send_binary(message)
    assert read(subject, *client.data_to_send()) == messages
