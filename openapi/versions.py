"""What the versions of OpenAPI have different words for. Knows nothing of how documents are laid out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, Literal

__all__ = ["VERSIONS", "Version", "VersionNumber"]

VersionNumber = Literal["3.1.0", "3.2.0"]

# The fixed fields of a Path Item Object (OpenAPI 3.1 §4.8.9).
_METHODS: Final = frozenset({"get", "put", "post", "delete", "options", "head", "patch", "trace"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version.

    Attributes:
        number: What stands in the field ``openapi``.
        methods: Those that have a field in a Path Item Object, in lower case.
        other_methods: The field for all others.
        describes_items: A Media Type Object may describe the items of a sequence (OpenAPI 3.2 §4.14.3).
        tag_fields: What fields of Tag Objects are called that other versions do not have.
        scheme_fields: The same of Security Scheme Objects.
        flows: The same of OAuth Flows Objects.
    """

    number: VersionNumber
    methods: frozenset[str]
    other_methods: str
    describes_items: bool
    tag_fields: Mapping[str, str]
    scheme_fields: Mapping[str, str]
    flows: Mapping[str, str]

    def tag(self, tag: Mapping[str, Any]) -> dict[str, Any]:
        """Return a Tag Object of OpenAPI 3.2 §4.22 in the words of this version."""
        return _renamed(tag, self.tag_fields)

    def security_scheme(self, scheme: Mapping[str, Any]) -> dict[str, Any]:
        """Return a Security Scheme Object of OpenAPI 3.2 in the words of this version."""
        written = _renamed(scheme, self.scheme_fields)
        if "flows" in written:
            written["flows"] = _renamed(written["flows"], self.flows)
        return written


def _renamed(fields: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {names.get(name, name): value for name, value in fields.items()}


VERSIONS: Final[Mapping[str, Version]] = MappingProxyType(
    {
        "3.1.0": Version(
            number="3.1.0",
            methods=_METHODS,
            # From the OpenAPI Initiative's registry of extensions.
            other_methods="x-oai-additionalOperations",
            describes_items=False,
            # ReDoc and Scalar know the first one.
            tag_fields={"summary": "x-displayName", "parent": "x-parent", "kind": "x-kind"},
            scheme_fields={"oauth2MetadataUrl": "x-oauth2MetadataUrl", "deprecated": "x-deprecated"},
            flows={"deviceAuthorization": "x-deviceAuthorization"},
        ),
        "3.2.0": Version(
            number="3.2.0",
            methods=_METHODS | {"query"},
            other_methods="additionalOperations",
            describes_items=True,
            tag_fields={},
            scheme_fields={},
            flows={},
        ),
    }
)
"""By what stands in the field ``openapi``."""
