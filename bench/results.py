"""What a run produced, the targets it is held to, and its JSON form."""

from __future__ import annotations

import json
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

__all__ = ["IMPORT_COST", "TARGETS", "Results", "Stretch", "Summary", "Table", "Target", "Verdict", "judge"]

IMPORT_COST: Final = "import"
"""Where a workload's name stands, this means the CPU time of importing and making an app."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """One measured stretch: answered requests, wall seconds, CPU nanoseconds of the server."""

    requests: int
    seconds: float
    cpu_nanoseconds: int

    @property
    def microseconds(self) -> float:
        """Return the server's CPU microseconds per request."""
        return self.cpu_nanoseconds / 1000 / self.requests


@dataclass(frozen=True, slots=True)
class Summary:
    """The smallest, middle and largest of some measurements. The smallest counts: noise only adds."""

    smallest: float
    median: float
    largest: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Summary:
        """Summarise *values*, of which there is at least one."""
        return cls(min(values), statistics.median(values), max(values))


@dataclass(frozen=True, slots=True)
class Table:
    """All measurements on one Python.

    Attributes:
        python: Its full version.
        versions: Of the packages that took part.
        stretches: By workload, then contender.
        import_milliseconds: CPU per fresh interpreter by subject (``bare``, ``bolide``, ``fastapi``).
        skipped: Why a contender has no numbers.
    """

    python: str
    versions: dict[str, str]
    stretches: dict[str, dict[str, list[Stretch]]]
    import_milliseconds: dict[str, list[float]]
    skipped: dict[str, str]

    def summary(self, workload: str, contender: str) -> Summary | None:
        """Return the CPU microseconds per request, or None when it was not measured."""
        stretches = self.stretches.get(workload, {}).get(contender)
        if not stretches:
            return None
        return Summary.of([stretch.microseconds for stretch in stretches])

    def import_cost(self, subject: str) -> float | None:
        """Return the CPU milliseconds of *subject* above the bare interpreter's (smallest runs)."""
        runs = self.import_milliseconds.get(subject)
        bare = self.import_milliseconds.get("bare")
        if not runs or not bare:
            return None
        return min(runs) - min(bare)

    def cost(self, workload: str, contender: str) -> float | None:
        """Return the number that counts for a target."""
        if workload == IMPORT_COST:
            return self.import_cost(contender)
        summary = self.summary(workload, contender)
        return None if summary is None else summary.smallest


@dataclass(frozen=True, slots=True)
class Results:
    """One run of the harness: when, where, how, and a table per Python."""

    date: str
    revision: str
    machine: dict[str, str]
    settings: dict[str, int]
    tables: list[Table]

    def to_json(self) -> str:
        """Return everything, with the CPU per request of each stretch spelt out."""
        document: dict[str, Any] = asdict(self)
        for table, plain in zip(self.tables, document["tables"], strict=True):
            for workload, contenders in table.stretches.items():
                for contender, stretches in contenders.items():
                    for stretch, entry in zip(
                        stretches, plain["stretches"][workload][contender], strict=True
                    ):
                        entry["microseconds_per_request"] = round(stretch.microseconds, 3)
        return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


@dataclass(frozen=True, slots=True)
class Target:
    """A ratio to reach: cost of *contender* ÷ cost of *reference* on *workload*, at most *limit*."""

    workload: str
    contender: str
    reference: str
    limit: float
    limit_text: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """A target with the measured ratio, or None when one of its sides was not measured."""

    target: Target
    ratio: float | None

    @property
    def passed(self) -> bool:
        """Tell whether the target is reached; what was not measured is not reached."""
        return self.ratio is not None and self.ratio <= self.target.limit


TARGETS: Final = (
    Target("plaintext", "bolide-native", "fastapi", 1 / 6, "1/6"),
    Target("json", "bolide-native", "fastapi", 1 / 6, "1/6"),
    Target("items", "bolide-native", "fastapi", 1 / 6, "1/6"),
    Target("orders-post", "bolide-native", "fastapi", 1 / 6, "1/6"),
    Target("orders", "bolide-native", "fastapi", 1 / 4.5, "1/4.5"),
    Target("deps", "bolide-native", "fastapi", 1 / 16, "1/16"),
    Target("deps-deep", "bolide-native", "fastapi", 1 / 16, "1/16"),
    Target("deps", "bolide-native", "litestar", 1 / 5, "1/5"),
    Target("deps-deep", "bolide-native", "litestar", 1 / 5, "1/5"),
    Target("json", "bolide-native", "bare-asgi", 0.60, "0.60"),
    Target("json", "bare-asgi-native", "bare-asgi", 0.75, "0.75"),
    Target("items", "bolide-native", "bare-asgi", 0.70, "0.70"),
    Target("plaintext", "bolide-native", "floor", 3.2, "3.2"),
    Target("json", "bolide-uvicorn", "bare-asgi", 1.30, "1.30"),
    Target(IMPORT_COST, "bolide", "fastapi", 1 / 3, "1/3"),
)


def judge(table: Table) -> list[Verdict]:
    """Hold *table* against every target, in the order of :data:`TARGETS`."""
    verdicts: list[Verdict] = []
    for target in TARGETS:
        cost = table.cost(target.workload, target.contender)
        reference = table.cost(target.workload, target.reference)
        ratio = cost / reference if cost is not None and reference else None
        verdicts.append(Verdict(target, ratio))
    return verdicts
