"""Keep recursive strategies small."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st


@st.composite
def whole(draw: st.DrawFn, inner: Any) -> Any:
    """Draw what *inner* draws, as one alternative.

    Hypothesis would take every alternative of ``inner`` for one of ``inner.map``, and so on at every level:
    half a million, which it looks at before the first example, and most of which are of one kind.
    """
    return draw(inner)
