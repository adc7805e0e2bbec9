"""Judge the links of declared responses (OpenAPI 3.1 §4.8.20): what they lead to must be in the document."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any, Final, cast
from urllib.parse import unquote

from bolide._locations import describe
from bolide._openapi.documented import Documented
from bolide._openapi.parameters import parameters_of
from bolide._planning.plan import RoutePlan
from bolide.exceptions import RouteError

__all__ = ["check_links", "has_links", "links_of"]

# OpenAPI 3.1 §4.8.20.3, with the names of RFC 9110 §5.6.2.
_EXPRESSION: Final = re.compile(
    r"\$(url|method|statusCode"
    r"|(request|response)\.(header\.[!#$%&'*+\-.^_`|~0-9A-Za-z]+|(query|path)\..+|body(#(/.*)?)?))"
)
# A JSON pointer in a URI fragment (RFC 6901 §6).
_REFERENCE: Final = re.compile(r"#/paths/([^/]+)/([a-z]+)")


def links_of(described: Mapping[str, Any]) -> dict[str, Any]:
    """Return the Link Objects of a declared response by name, as plain data of JSON."""
    links: Mapping[str, Any] = described.get("links") or {}
    return {name: link.to_json() if hasattr(link, "to_json") else link for name, link in links.items()}


def check_links(ids: Mapping[Documented, str]) -> None:
    """Look at every link in the responses of operations; *ids* identify all of the document.

    Raises:
        RouteError: a link leads nowhere, gives a parameter that nobody reads, or is malformed; names the
            endpoint and the link.
    """
    by_id = {name: each for each, name in ids.items()}
    by_place = {(each.path, each.method.lower()): each for each in ids}
    for plan in {id(each.plan): each.plan for each in ids}.values():
        for status, described in plan.route.layer.responses.items():
            for name, link in links_of(described).items():
                if (wrong := next(_mistakes(link, by_id, by_place), None)) is not None:
                    where = (
                        f"endpoint {describe(plan.route.endpoint)}: link {name!r} of responses[{status!r}]"
                    )
                    raise RouteError(f"{where} {wrong}", function=plan.route.endpoint)


def has_links(plan: RoutePlan) -> bool:
    """Tell whether a declared response of *plan* has links."""
    return any(described.get("links") for described in plan.route.layer.responses.values())


def _mistakes(
    link: Any, by_id: Mapping[str, Documented], by_place: Mapping[tuple[str, str], Documented]
) -> Iterator[str]:
    if not isinstance(link, Mapping):
        yield f"is {link!r}; expected a Link of bolide.openapi.models, or a dictionary"
        return
    declared = cast("Mapping[str, Any]", link)
    if "$ref" in declared:
        return
    name, reference = declared.get("operationId"), declared.get("operationRef")
    if (name is None) == (reference is None):
        yield "needs either operationId or operationRef"
        return
    target = by_id.get(str(name)) if name is not None else None
    if name is not None and target is None:
        close = get_close_matches(str(name), by_id, 1)
        hint = f"; {close[0]!r} may be meant" if close else ""
        yield f"leads to the operation {name!r}, which the document does not have{hint}"
    if isinstance(reference, str) and reference.startswith("#"):
        target = by_place.get(_place(reference))
        if target is None:
            yield f"refers to {reference!r}, where the document has no operation"
    given: Mapping[str, Any] = declared.get("parameters") or {}
    if target is not None:
        yield from _unread(given, target)
    for value in (*given.values(), declared.get("requestBody")):
        if isinstance(value, str) and value.startswith("$") and _EXPRESSION.fullmatch(value) is None:
            yield f"has {value!r}, which is no runtime expression such as '$response.body#/id'"


def _place(reference: str) -> tuple[str, str]:
    """Return the path and the method that a JSON pointer names (RFC 6901 §4 and §6)."""
    found = _REFERENCE.fullmatch(unquote(reference))
    if found is None:
        return "", ""
    return found[1].replace("~1", "/").replace("~0", "~"), found[2]


def _unread(given: Mapping[str, Any], target: Documented) -> Iterator[str]:
    read = {(each.location, each.name) for each in parameters_of(target.plan)}
    read |= {("path", name) for name in target.plan.path_parameters}
    known = {name for _, name in read} | {f"{location}.{name}" for location, name in read}
    for name in given:
        if name not in known:
            names = ", ".join(sorted({repr(each) for _, each in read})) or "none"
            owner = describe(target.plan.route.endpoint)
            yield f"gives {name!r}, which is no parameter of endpoint {owner}; it has: {names}"
