"""What the body of a request is read into: one value, an object with the parameters as members, or a form."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from bolide._limits import MAX_MULTIPART_BYTES, BoundsOfForm
from bolide._planning.plan import Input, RoutePlan
from bolide._planning.readings import Group
from bolide._reading.forms import FormReader

__all__ = ["check_bodies", "decode_members", "form_reader"]

_MEMBERS: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])


def decode_members(body: bytes) -> dict[str, bytes]:
    """Return the members of a JSON object, not decoded yet.

    Raises:
        ValueError: *body* is no JSON object.
    """
    return {name: bytes(raw) for name, raw in _MEMBERS.decode(body).items()}


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


def form_reader(plan: RoutePlan, *, max_body_bytes: int) -> FormReader:
    """Return what reads the forms of a route, with the limits of its layers."""
    layer = plan.route.layer
    return FormReader(
        bounds=BoundsOfForm(**layer.form_limits),
        max_body_bytes=max_body_bytes,
        max_multipart_bytes=MAX_MULTIPART_BYTES if layer.max_body_size is None else layer.max_body_size,
        keeps_files=plan.keeps_files,
        contents=frozenset(_contents(plan)),
        texts=frozenset(_names(plan, of_files=False)) - frozenset(_names(plan, of_files=True)),
    )


def _contents(plan: RoutePlan) -> Iterator[str]:
    """Yield the names of files that are received as bytes."""
    for each in plan.form:
        if isinstance(each.reading, Group):
            yield from (field.key for field in each.reading.fields if field.takes_content)
        elif each.takes_content:
            yield from each.names


def _names(plan: RoutePlan, *, of_files: bool) -> Iterator[str]:
    """Yield the names of the form that are read, of files or of texts only."""
    for each in plan.form:
        if isinstance(each.reading, Group):
            yield from (field.key for field in each.reading.fields if field.takes_file is of_files)
        elif each.takes_file is of_files:
            yield from each.names
