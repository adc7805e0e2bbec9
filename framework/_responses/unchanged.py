"""Answer for contents that never change while the process runs: 304, or in the encoding that clients read."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from bolide._responses.response import Response
from bolide.requests import Request

__all__ = ["accepts_gzip", "etag_of", "respond_unless_known"]


def etag_of(content: bytes) -> str:
    """Return the strong entity tag of *content*, with its quotes (RFC 9110 §8.8.3)."""
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def respond_unless_known(request: Request, content: bytes, etag: str, headers: Mapping[str, str]) -> Response:
    """Return a response with *content*, or 304 to a client that has it already (RFC 9110 §13.1.2).

    Args:
        request: What is answered.
        content: The body.
        etag: Its entity tag.
        headers: ``content-type`` and further fields; a 304 gets those, too (§15.4.5), but for its type.
    """
    known = ",".join(request.headers.getlist("if-none-match"))
    headers = {**headers, "etag": etag}
    if known.strip() == "*" or etag in (each.strip().removeprefix("W/") for each in known.split(",")):
        del headers["content-type"]
        headers.pop("content-encoding", None)
        return Response(None, 304, headers)
    return Response(content, 200, headers)


def accepts_gzip(request: Request) -> bool:
    """Tell whether the client reads gzip (RFC 9110 §12.5.3)."""
    weights: dict[str, str] = {}
    for each in ",".join(request.headers.getlist("accept-encoding")).split(","):
        coding, _, parameters = each.partition(";")
        weights[coding.strip().lower()] = parameters.strip().lower().removeprefix("q=").strip()
    weight = weights.get("gzip", weights.get("x-gzip", weights.get("*", "0")))
    return weight.strip("0.") != "" or weight == ""
