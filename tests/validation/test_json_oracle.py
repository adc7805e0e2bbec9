"""JSON text in, JSON text out: pydantic reads and writes the same, but for a list of differences."""

from __future__ import annotations

import json
from typing import Any

import pydantic
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bolide.validation.adapter import Adapter
from bolide.validation.errors import ValidationError
from tests.validation.drawn_pairs import PAIRS, Pair
from tests.validation.drawn_values import json_values
from tests.validation.test_oracle import PROFILE, is_compared, plain

# Parts of a type whose JSON texts differ on purpose, and what each side then writes.
WRITTEN_OTHERWISE: dict[str, str] = {
    "TimeDeltaNode": "PT3600S for PT1H: msgspec's form of the same duration",
    "FloatNode": "1 stays 1 in a default, 1e22 is no 1e+22",
    "complex": "1e22 is no 1e+22",
}

# Networks made of False, on either side.
pytestmark = pytest.mark.filterwarnings("ignore:__int__ returned non-int:DeprecationWarning")


def check_agreement(pair: Pair, value: Any) -> None:
    """Compare with what FastAPI does: it parses, validates the Python value, and writes what came out."""
    ours: Adapter[Any] = Adapter(pair.ours)
    theirs: Any = pydantic.TypeAdapter(pair.theirs)
    document = json.dumps(value).encode()
    try:
        expected = theirs.validate_python(json.loads(document))
    except pydantic.ValidationError:
        with pytest.raises(ValidationError):
            ours.decode_json(document)
        return
    found = ours.decode_json(document)
    assert plain(found) == plain(expected), (pair, document)
    tree = repr((ours.tree.root, dict(ours.tree.definitions)))
    if not any(part in tree for part in WRITTEN_OTHERWISE):
        text = ours.dump_json(found, warnings=False)
        assert json.loads(text) == json.loads(theirs.dump_json(expected, warnings=False)), (pair, document)


def check_examples(data: st.DataObject) -> None:
    pair = data.draw(PAIRS)
    tree = Adapter(pair.ours).tree
    for _ in range(4):
        value = data.draw(json_values(tree, tree.root))
        if is_compared(tree, value):
            check_agreement(pair, value)


@PROFILE
@given(st.data())
def test_json_is_read_and_written_as_by_pydantic(data: st.DataObject) -> None:
    """P3: the same documents are accepted, P5: and the same is written."""
    check_examples(data)


@pytest.mark.full
@settings(PROFILE, max_examples=1500, derandomize=False)
@given(st.data())
def test_json_is_read_and_written_as_by_pydantic_in_many_examples(data: st.DataObject) -> None:
    """P3, at length."""
    check_examples(data)
