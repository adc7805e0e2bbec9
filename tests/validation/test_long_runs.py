"""Properties whose usual examples are few and always the same, with many new ones."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.validation.test_converted_records import (
    test_records_that_are_converted_first_are_what_the_walker_reads as conversion,
)
from tests.validation.test_dump_properties import test_every_way_of_dumping_says_the_same as dumping
from tests.validation.test_engine_properties import (
    test_copies_are_like_the_original as copying,
)
from tests.validation.test_engine_properties import (
    test_documents_with_any_damage_are_read_or_refused as damage,
)
from tests.validation.test_fast_path import test_every_type_has_a_fast_path as lowering
from tests.validation.test_fast_path import test_what_was_decoded_survives_encoding as round_trip

# An example costs 0.02 s, where something is compiled 0.05 s: all of them together a minute.
EXAMPLES: dict[Any, int] = {
    round_trip: 500,
    dumping: 500,
    copying: 300,
    conversion: 500,
    damage: 300,
    lowering: 300,
}


@pytest.mark.full
@pytest.mark.parametrize("law", EXAMPLES, ids=lambda law: law.__name__)
def test_the_property_holds_for_many_examples(law: Any) -> None:
    options = settings(max_examples=EXAMPLES[law], deadline=None, suppress_health_check=list(HealthCheck))
    options(given(st.data())(law.hypothesis.inner_test))()
