"""What servers and applications agree on."""

from __future__ import annotations

import pytest

from bolide.server_adapters.contract import Head, InvalidHeader, check_headers


def test_a_head_has_three_forms() -> None:
    head = Head([(b"Content-Type", b"a/b"), (b"x", b"\xe9")])
    assert head.pairs == [(b"content-type", b"a/b"), (b"x", b"\xe9")]
    assert head.wire == b"content-type: a/b\r\nx: \xe9\r\n"
    assert head.strings == [("content-type", "a/b"), ("x", "\xe9")]


@pytest.mark.parametrize("name", [b"", b"a b", b"a:", b"a\r", b"\xe9", b"(a)", b"a\x00"])
def test_c01_names_are_tokens(name: bytes) -> None:
    with pytest.raises(InvalidHeader, match="name"):
        check_headers([(name, b"x")])


@pytest.mark.parametrize("value", [b"a\r\nb", b"a\nb", b"a\rb", b"a\x00b", b"a\x0bb", b"\x7f", b"a\x1f"])
def test_c01_values_have_no_controls(value: bytes) -> None:
    with pytest.raises(InvalidHeader, match="value"):
        check_headers([(b"x", value)])


def test_tabs_spaces_and_high_bytes_are_fine_in_values() -> None:
    check_headers([(b"x", b"a\tb c\x80\xff"), (b"y", b"")])
