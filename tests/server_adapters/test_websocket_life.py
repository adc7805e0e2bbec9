"""Silence, and when it has lasted too long."""

from __future__ import annotations

from bolide.server_adapters._websocket.life import Life


def test_a_silent_client_is_asked_once_and_then_given_up() -> None:
    life = Life(0.0, interval=20, timeout=20)
    checks = [life.check(float(now), listening=True) for now in (10, 20, 21, 30, 41, 42)]
    assert checks == [None, None, "silent", None, None, "gone"]


def test_any_byte_is_a_sign_of_life() -> None:
    life = Life(0.0, interval=20, timeout=20)
    assert life.check(21.0, listening=True) == "silent"
    life.heard = True
    assert [life.check(now, listening=True) for now in (40.0, 60.0, 61.0)] == [None, None, "silent"]


def test_nothing_is_expected_while_nobody_listens() -> None:
    life = Life(0.0, interval=20, timeout=20)
    assert [life.check(now, listening=False) for now in (21.0, 100.0)] == [None, None]
    assert life.check(110.0, listening=True) is None


def test_nobody_is_asked_without_an_interval_or_given_up_without_a_timeout() -> None:
    assert Life(0.0, interval=0, timeout=20).check(1000.0, listening=True) is None
    life = Life(0.0, interval=20, timeout=0)
    assert [life.check(now, listening=True) for now in (21.0, 1000.0)] == ["silent", None]
