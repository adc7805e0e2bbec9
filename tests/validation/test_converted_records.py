"""Records in collections are converted by msgspec first: what comes out is what the walker alone finds."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from bolide.validation.adapter import Adapter
from bolide.validation.errors import ErrorDetails
from bolide.validation.function_nodes import is_informed
from bolide.validation.functions import FROM_JSON
from bolide.validation.untyped import decode_untyped
from bolide.validation.walker import compile_walker
from tests.validation.drawn_values import json_document, json_values
from tests.validation.sameness import shape
from tests.validation.strategies import hints


@settings(max_examples=20, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_records_that_are_converted_first_are_what_the_walker_reads(data: st.DataObject) -> None:
    adapter: Adapter[Any] = Adapter(data.draw(hints()))
    document = json_document(data.draw(json_values(adapter.tree, adapter.tree.root)))
    errors: list[ErrorDetails] = []
    value = decode_untyped(document, (), errors)
    if errors:  # unreadable, or too deep, where nobody looks: it is left out of the inputs of errors
        reject()
    result = adapter.collect_json(document, ("body",), errors)
    expected_errors: list[ErrorDetails] = []
    walk: Any = compile_walker(adapter.tree, from_attributes=True)
    info = (FROM_JSON,) if adapter.tree.reaches(adapter.tree.root, is_informed) else ()
    expected = walk(value, ("body",), expected_errors, *info)
    assert errors == expected_errors
    if not errors:
        assert shape(result) == shape(expected)
