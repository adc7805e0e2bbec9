"""What is read strictly is what the schema allows, but for the differences that are written down (P6)."""

from __future__ import annotations

import collections
import json
import re
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bolide.validation.adapter import Adapter
from bolide.validation.errors import ValidationError
from tests.docs.pages import ROOT
from tests.validation import drawn_values
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
    schema = adapter.json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    is_valid = judge(schema)
    excuses = Excuses(adapter.tree)
    for document in documents(adapter, data):
        was_read = is_read(adapter, document)
        excused = excuses.of(json.loads(document))
        if was_read is not is_valid(document):
            side = "reading" if was_read else "schema"
            assert any(each.more in (side, "both") for each in excused), (side, document, schema)
        counts[f"{'read' if was_read else 'refused'}{', excused' if excused else ''}"] += 1


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
