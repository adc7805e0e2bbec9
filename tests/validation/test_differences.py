"""The page for Pydantic's users tells every difference that is on purpose, and each one exists."""

from __future__ import annotations

from typing import Any

import pytest

from tests.docs.pages import ROOT, read_table
from tests.validation.difference_programs import OURS, THEIRS
from tests.validation.differences import DIFFERENCES, NOT_COMPARED, Difference, outcome

PAGE = ROOT / "docs" / "coming-from-pydantic.md"


def test_the_page_has_a_row_for_every_difference() -> None:
    rows = read_table(PAGE, header="situation")
    assert [row[0] for row in rows] == [each.situation.replace("`", "") for each in DIFFERENCES]


def test_what_oracles_leave_out_is_a_row_of_the_page() -> None:
    situations = {difference.situation for difference in DIFFERENCES}
    assert [situation for _, _, situation in NOT_COMPARED if situation not in situations] == []


@pytest.mark.parametrize("difference", DIFFERENCES, ids=lambda difference: difference.situation)
def test_the_libraries_differ_as_the_page_says(difference: Difference) -> None:
    results: tuple[Any, Any] = outcome(difference, THEIRS), outcome(difference, OURS)
    assert results == (difference.theirs, difference.ours)
