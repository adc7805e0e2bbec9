"""What a run produced, the targets it is held to, and its JSON form."""

from __future__ import annotations

import json
import statistics
from dataclasses import asdict, dataclass
from typing import Final

__all__ = ["TARGETS", "Measurement", "Results", "Target", "Verdict", "judge"]


@dataclass(frozen=True, slots=True)
class Measurement:
    """One case: a number per round of each contender (nanoseconds, for memory bytes).

    Attributes:
        case: Its name.
        title: What a reader calls it.
        rounds: By contender; empty when the case could not be measured.
        obstacle: Why not.
    """

    case: str
    title: str
    rounds: dict[str, list[float]]
    obstacle: str | None = None

    def median(self, contender: str) -> float | None:
        """Return the middle round of *contender*, None without any."""
        rounds = self.rounds.get(contender)
        return statistics.median(rounds) if rounds else None

    def smallest(self, contender: str) -> float | None:
        """Return the smallest round of *contender*, None without any."""
        rounds = self.rounds.get(contender)
        return min(rounds) if rounds else None

    def ratio(self, contender: str, reference: str) -> float | None:
        """Return how much *contender* costs relative to *reference*: the median over the rounds.

        The two sides of a round were measured right after one another, so a slow phase of the machine
        leaves their ratio alone.
        """
        pairs = zip(self.rounds.get(contender, ()), self.rounds.get(reference, ()), strict=False)
        ratios = [cost / other for cost, other in pairs]
        return statistics.median(ratios) if ratios else None


@dataclass(frozen=True, slots=True)
class Results:
    """One run: when, where, how, and what was measured."""

    date: str
    revision: str
    machine: dict[str, str]
    python: str
    versions: dict[str, str]
    settings: dict[str, int]
    cases: list[Measurement]
    types: list[Measurement]

    def to_json(self) -> str:
        """Return everything, every round included."""
        return json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n"

    def case(self, name: str) -> Measurement | None:
        """Return the case *name*, None when it was left out."""
        return next((each for each in self.cases if each.case == name), None)


@dataclass(frozen=True, slots=True)
class Target:
    """A ratio to reach: cost of Bolide ÷ cost of *reference* in *case*, at most *limit*."""

    case: str
    reference: str
    limit: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """A target with the measured ratio, or None when it was not measured."""

    target: Target
    title: str
    ratio: float | None

    @property
    def passed(self) -> bool:
        """Tell whether the target is reached; what was not measured is not reached."""
        return self.ratio is not None and self.ratio <= self.target.limit


TARGETS: Final = (
    Target("decode", "pydantic", 0.40),
    Target("decode", "fastapi", 0.13),
    Target("decode-100", "pydantic", 0.40),
    Target("decode-100", "fastapi", 0.20),
    Target("after-100", "pydantic", 0.50),
    Target("before", "pydantic", 0.60),
    Target("tagged-100", "pydantic", 0.70),
    Target("one-bad", "fastapi", 1.0),
    Target("five-errors", "fastapi", 1.0),
    Target("query", "fastapi", 0.50),
    # FastAPI builds the objects of an unrelated class anew, and leaves those of a subclass alone.
    Target("respond-filtered", "fastapi", 0.20),
    Target("dump-filtered", "pydantic", 0.75),
    Target("define", "pydantic", 0.60),
    Target("memory", "pydantic", 0.35),
)


def judge(results: Results) -> list[Verdict]:
    """Hold *results* against every target, in the order of :data:`TARGETS`."""
    verdicts: list[Verdict] = []
    for target in TARGETS:
        case = results.case(target.case)
        ratio = None if case is None else case.ratio("bolide", target.reference)
        verdicts.append(Verdict(target, target.case if case is None else case.title, ratio))
    return verdicts
