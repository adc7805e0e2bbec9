"""What the body of a request is read into: one value, an object with the parameters as members, or a form."""

from __future__ import annotations

from typing import Final

import msgspec

from bolide._plan import Input
from bolide.validation.tree import BytesNode

__all__ = ["check_bodies", "decode_members", "reads_raw"]

_MEMBERS: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])


def decode_members(body: bytes) -> dict[str, bytes]:
    """Return the members of a JSON object, not decoded yet.

    Raises:
        ValueError: *body* is no JSON object.
    """
    return {name: bytes(raw) for name, raw in _MEMBERS.decode(body).items()}


def reads_raw(each: Input) -> bool:
    """Tell whether a body that is not JSON is taken as it is: its type is ``bytes``."""
    return each.tree.root == BytesNode()


def check_bodies(known: Input, new: Input) -> str | None:
    """Return what is wrong with two inputs of one request that both read the body, None when nothing is."""
    if {known.location, new.location} == {"body", "form"}:
        form, other = (known, new) if known.location == "form" else (new, known)
        return (
            f"parameter {form.name!r} reads a form and {other.name!r} another body; a request has one body. "
            f"Make both Form() or both Body()."
        )
    if known.location == new.location == "body" and known.wire_name == new.wire_name:
        return (
            f"parameters {known.name!r} and {new.name!r} read the body as {new.wire_name!r} with other types"
        )
    return None
