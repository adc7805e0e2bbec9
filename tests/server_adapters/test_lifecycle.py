"""The table of a connection's states."""

from __future__ import annotations

import itertools

import pytest

from bolide.server_adapters._http1.errors import LocalProtocolError
from bolide.server_adapters._http1.lifecycle import (
    BUSY,
    CLOSED,
    LINGERING,
    READING,
    SKIPPING,
    TRANSITIONS,
    Event,
    next_state,
)

STATES = (READING, BUSY, SKIPPING, LINGERING, CLOSED)


def after(*happened: Event) -> int:
    state = READING
    for event in happened:
        state = next_state(state, event)
    return state


@pytest.mark.parametrize(
    ("happened", "state"),
    [
        ([Event.HEAD], BUSY),
        ([Event.HEAD, Event.ANSWERED], READING),
        ([Event.HEAD, Event.ANSWERED_EARLY, Event.BODY_SKIPPED, Event.HEAD], BUSY),
        ([Event.HEAD, Event.ANSWERED_EARLY, Event.END_UNREAD, Event.LOSS], CLOSED),
        ([Event.HEAD, Event.END], CLOSED),
        ([Event.END_UNREAD], LINGERING),
        ([Event.UPGRADE], CLOSED),
        ([Event.LOSS, Event.LOSS], CLOSED),
    ],
)
def test_a_connection_goes_from_state_to_state(happened: list[Event], state: int) -> None:
    assert after(*happened) == state


def test_every_state_is_left_by_the_loss_of_the_connection() -> None:
    assert {next_state(state, Event.LOSS) for state in STATES} == {CLOSED}


def test_no_request_begins_after_the_end() -> None:
    leaving = {(state, event) for state, event in TRANSITIONS if state in (LINGERING, CLOSED)}
    assert leaving == {(LINGERING, Event.LOSS), (CLOSED, Event.LOSS)}


def test_what_cannot_happen_is_a_bug_on_this_side() -> None:
    impossible = [
        (state, event)
        for state, event in itertools.product(STATES, Event)
        if (state, event) not in TRANSITIONS
    ]
    assert len(impossible) == 24
    for state, event in impossible:
        with pytest.raises(LocalProtocolError, match=f"{event.name} in state {state}"):
            next_state(state, event)
