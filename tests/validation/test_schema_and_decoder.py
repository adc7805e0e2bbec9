"""What is read strictly is what the schema allows, but for the differences that are written down (P6)."""

from __future__ import annotations

import collections
import itertools
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bolide.validation.adapter import Adapter
from bolide.validation.errors import ValidationError
from tests.docs.pages import ROOT
from tests.validation import drawn_leaves, drawn_values
from tests.validation.drawn_mutations import mutations
from tests.validation.drawn_values import json_values
from tests.validation.schema_differences import DIFFERENCES, Difference, Example, Excuses
from tests.validation.schema_judge import judge
from tests.validation.strategies import hints

PAGE = ROOT / "docs" / "reference" / "schema-and-decoder.md"

_UNREADABLE = [name.encode() for name in drawn_values.UNREADABLE]


def is_read(adapter: Adapter[Any], document: bytes) -> bool:
    try:
        adapter.decode_json(document)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize(
    ("difference", "example"),
    [
        pytest.param(difference, example, id=f"{difference.title}-{n}")
        for difference in DIFFERENCES
        for n, example in enumerate(difference.examples)
    ],
)
def test_what_is_written_down_still_differs(difference: Difference, example: Example) -> None:
    adapter: Adapter[Any] = Adapter(example.hint, strict=True)
    document = example.document.encode()
    assert is_read(adapter, document) is example.is_read
    assert judge(adapter.json_schema())(document) is not example.is_read
    assert difference in Excuses(adapter.tree).of(json.loads(document))
    assert difference.more in ("both", "reading" if example.is_read else "schema")


class Outcome(NamedTuple):
    """What was found for one document.

    Attributes:
        was_read: Whether it was read.
        is_excused: Whether there is a written difference for the type and the document.
        fault: The side that alone takes it, if no difference says so.
    """

    was_read: bool
    is_excused: bool
    fault: str | None


def compared(adapter: Adapter[Any], documents: Iterable[bytes]) -> Iterator[tuple[bytes, Outcome]]:
    """Read each document, judge it by the schema, and yield what was found."""
    schema = adapter.json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    is_valid = judge(schema)
    excuses = Excuses(adapter.tree)
    for document in documents:
        was_read = is_read(adapter, document)
        excused = excuses.of(json.loads(document))
        side = "reading" if was_read else "schema"
        is_fault = was_read is not is_valid(document) and not any(
            each.more in (side, "both") for each in excused
        )
        yield document, Outcome(was_read, bool(excused), side if is_fault else None)


def faults(adapter: Adapter[Any], documents: Iterable[bytes]) -> list[tuple[str, bytes]]:
    outcomes = compared(adapter, documents)
    return [(outcome.fault, document) for document, outcome in outcomes if outcome.fault is not None]


# Everything that some type makes something of, and what is beside limits.
_SAMPLES = (
    *drawn_values.TEXTS,
    *itertools.chain(*drawn_values.MADE.values()),
    *(None, True, False, -1, 0, 1, 2, 3, 10, 12, 2**53 + 1, -(2**70), 2**70, 10**40, 10**400),
    *(-0.5, 0.0, 0.3, 0.5, 1.0, 1.5, 2.0, 99.99, 100.0, 1e22, 1e300, 1.7e308),
    *(
        [],
        [1],
        [1, 1],
        [1, 2, 3],
        ["a"],
        ["a", "a"],
        {},
        {"a": 1},
        {"1": [1]},
        [[]],
        "A\n",
        "é",
        "1.2.3.4/33",
    ),
)
_LEAVES = (
    *drawn_leaves.HASHABLE_LEAVES,
    *drawn_leaves.ANY_LEAVES,
    *drawn_leaves.VALUE_LEAVES,
    *drawn_leaves.RULED_LEAVES,
)


def test_types_without_parts_agree_on_every_sample() -> None:
    documents = [json.dumps(sample).encode() for sample in _SAMPLES]
    for hint in _LEAVES:
        assert faults(Adapter(hint, strict=True), documents) == [], hint


def test_names_of_properties_agree_on_every_sample() -> None:
    texts = [sample for sample in _SAMPLES if isinstance(sample, str)]
    documents = [json.dumps({text: None}).encode() for text in texts]
    for key in drawn_leaves.KEYS:
        assert faults(Adapter(dict[key, None], strict=True), documents) == [], key


def documents(adapter: Adapter[Any], data: st.DataObject) -> Iterator[bytes]:
    """Draw two documents that often fit, and one beside each in which one part does not, or does."""
    for _ in range(2):
        value = data.draw(json_values(adapter.tree, adapter.tree.root))
        for each in (value, data.draw(mutations(value))):
            document = json.dumps(each).encode()
            if not any(name in document for name in _UNREADABLE):
                yield document


def compare(counts: collections.Counter[str], data: st.DataObject) -> None:
    """Draw a type, and compare what is read with what its schema allows."""
    adapter: Adapter[Any] = Adapter(data.draw(hints(rich=data.draw(st.booleans()))), strict=True)
    for document, outcome in compared(adapter, documents(adapter, data)):
        assert outcome.fault is None, (outcome.fault, document, adapter.json_schema())
        counts[f"{'read' if outcome.was_read else 'refused'}{', excused' if outcome.is_excused else ''}"] += 1


@pytest.mark.parametrize(
    "types", [500, pytest.param(5_000, marks=pytest.mark.full)], ids=["2,000 documents", "20,000 documents"]
)
def test_strict_reading_and_the_schema_agree(types: int) -> None:
    """P6: both ways, four documents for each type."""
    counts: collections.Counter[str] = collections.Counter()

    @settings(max_examples=types, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
    @given(data=st.data())
    def agree(data: st.DataObject) -> None:
        compare(counts, data)

    agree()
    total = counts.total()
    assert total >= 3.8 * types  # the others hold what the untyped decoder does not read either
    assert min(counts["read"], counts["refused"]) >= 0.15 * total, counts
    assert counts["read"] + counts["read, excused"] >= 0.25 * total, counts


def test_page_has_a_row_for_each_difference() -> None:
    rows = re.findall(r"^\| (.+?) \| (schema|reading|both) \| .{20,} \|$", PAGE.read_text(), re.MULTILINE)
    assert rows == [(difference.title, difference.more) for difference in DIFFERENCES]
