"""Whatever way a dump takes, it says the same."""

from __future__ import annotations

import json
from typing import Any

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bolide.validation.adapter import Adapter
from bolide.validation.build import build_tree
from bolide.validation.dump_options import SerializationError
from bolide.validation.errors import ValidationError
from tests.validation.strategies import hints, json_document, json_values


@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_every_way_of_dumping_says_the_same(data: st.DataObject) -> None:
    hint = data.draw(hints())
    tree = build_tree(hint)
    document = json_document(data.draw(json_values(tree, tree.root)))
    adapter: Adapter[Any] = Adapter(tree)
    try:
        value = adapter.decode_json(document)
    except ValidationError:
        return
    dumped = adapter.dump(value, warnings="error")
    assert repr(adapter.dump(value, exclude=set(), warnings="error")) == repr(dumped)
    in_json = adapter.dump(value, mode="json", by_alias=True, warnings="error")
    assert repr(adapter.dump(value, mode="json", by_alias=True, exclude=set())) == repr(in_json)
    text = adapter.dump_json(value, by_alias=True)
    assert text == adapter.dump_json(value, by_alias=True, warnings="error")
    assert json.loads(text) == msgspec.json.decode(msgspec.json.encode(in_json))
    try:
        packed = adapter.dump_msgpack(value, by_alias=True)
    except SerializationError:  # it has no integers of more than 64 bits
        return
    assert repr(adapter.decode_msgpack(packed)) == repr(adapter.decode_json(text))
