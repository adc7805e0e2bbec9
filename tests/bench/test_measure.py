"""The order of turns."""

from __future__ import annotations

from bench.contenders import CONTENDERS
from bench.measure import turns


def test_everybody_has_one_turn_per_round_and_another_one_is_first_each_time() -> None:
    names = [[contender.name for contender in order] for order in turns(CONTENDERS[:3], 4)]
    assert names == [
        ["fastapi", "litestar", "bare-asgi"],
        ["litestar", "bare-asgi", "fastapi"],
        ["bare-asgi", "fastapi", "litestar"],
        ["fastapi", "litestar", "bare-asgi"],
    ]


def test_no_contender_means_empty_rounds() -> None:
    assert turns([], 2) == [[], []]
