"""Judge the Tag Objects of an application (OpenAPI 3.2 §4.22)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from bolide.exceptions import BolideError

__all__ = ["check_tags", "join_tags"]


def check_tags(tags: Iterable[Mapping[str, Any]]) -> None:
    """Look at names and parents.

    Raises:
        BolideError: two tags have one name, a parent is no tag, or tags are parents of each other.
    """
    parents: dict[str, str | None] = {}
    for tag in tags:
        if tag["name"] in parents:
            raise BolideError(f"openapi_tags has two tags {tag['name']!r}")
        parents[tag["name"]] = tag.get("parent")
    for name, parent in parents.items():
        if parent is not None and parent not in parents:
            close = get_close_matches(str(parent), parents, 1)
            hint = f"; {close[0]!r} may be meant" if close else ""
            raise BolideError(f"openapi_tags: the parent {parent!r} of {name!r} is none of the tags{hint}")
    for name in parents:
        line = [name]
        while (parent := parents[line[-1]]) is not None:
            line.append(parent)
            if parent == name:
                raise BolideError(f"openapi_tags: parents form a cycle: {' → '.join(line)}")
            if len(line) > len(parents):
                break  # it leads into a cycle of others


def join_tags(*groups: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the tags of all *groups*; of one name the first group counts."""
    tags: list[Mapping[str, Any]] = []
    for group in groups:
        known = {tag["name"] for tag in tags}
        tags += [tag for tag in group if tag["name"] not in known]
    return tags
