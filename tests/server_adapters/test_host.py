"""Which Host a request may name."""

from __future__ import annotations

import pytest

from bolide.server_adapters.host import is_valid_host


@pytest.mark.parametrize(
    "host",
    [
        b"a",
        b"example.org:8000",
        b"a:",
        b"127.0.0.1:65535",
        b"a%20b",
        b"[::1]",
        b"[::1]:80",
        b"[::ffff:192.0.2.1]",
        b"[2001:db8::a]:",
    ],
)
def test_hosts_are_accepted(host: bytes) -> None:
    assert is_valid_host(host)


@pytest.mark.parametrize(
    "host",
    [
        b"",
        b"a b",
        b"a/b",
        b"u@a",
        b"a,b",
        b"a%zz",
        b"a:65536",
        b"a:b",
        b"[:::::::.]",
        b"[::1",
        b"::1",
        b"[1.2.3.4]",
        b"[::1]x",
        b"[::1%25eth0]",
        b"[12345::]",
        b"\xe9",
    ],
)
def test_what_is_no_host_is_refused(host: bytes) -> None:
    assert not is_valid_host(host)
