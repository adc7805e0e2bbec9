"""The layout of OpenAPI documents.

A document is made in three passes: collect the types (:mod:`bolide.openapi.uses`), name their schemas
(:mod:`bolide.openapi.components`), write paths and components. What it says comes from
:mod:`bolide.openapi.description`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypedDict, Unpack

from bolide.openapi.components import Components
from bolide.openapi.description import Info, Operation
from bolide.openapi.paths import write_paths
from bolide.openapi.versions import VERSIONS, Version, VersionNumber
from bolide.validation.schema_emitter import cut_at_form_feed

__all__ = ["DocumentOptions", "build_document"]


class DocumentOptions(TypedDict, total=False):
    """What a document says beside its operations, and how.

    *servers*, *tags*, *external_docs* and the values of *security_schemes* are objects of the specification
    (§4.8.5, §4.8.11, §4.8.27; *tags* are those of OpenAPI 3.2 §4.22) and written as they are. *webhooks* are
    what the API may call. *problem_details* says that the body of 422 responses is a problem (RFC 9457),
    *merge_schemas* that types have one schema even where what is read differs from what is written.
    """

    version: VersionNumber
    servers: Iterable[Mapping[str, Any]]
    tags: Iterable[Mapping[str, Any]]
    external_docs: Mapping[str, Any] | None
    security_schemes: Mapping[str, Mapping[str, Any]]
    webhooks: Iterable[Operation]
    problem_details: bool
    merge_schemas: bool


def build_document(
    info: Info, operations: Iterable[Operation], **options: Unpack[DocumentOptions]
) -> dict[str, Any]:
    """Return the OpenAPI document of *operations* as plain JSON data; its version is 3.1.0 unless given.

    Paths and operations keep their order, components are sorted by name; the same description gives
    the same document in every process. Of several operations with one path and method the first counts.
    """
    version = VERSIONS[options.get("version", "3.1.0")]
    described, webhooks = tuple(operations), tuple(options.get("webhooks", ()))
    components = Components(
        described + webhooks,
        problem_details=options.get("problem_details", False),
        merged=options.get("merge_schemas", False),
    )
    document: dict[str, Any] = {"openapi": version.number, "info": _info(info)}
    if servers := list(options.get("servers", ())):
        document["servers"] = servers
    document["paths"] = write_paths(described, components, version)
    if webhooks:
        document["webhooks"] = write_paths(webhooks, components, version)
    if written := _components(components, options.get("security_schemes", {}), version):
        document["components"] = written
    if tags := [version.tag(tag) for tag in options.get("tags", ())]:
        document["tags"] = tags
    if (external_docs := options.get("external_docs")) is not None:
        document["externalDocs"] = external_docs
    return document


def _components(
    components: Components, security_schemes: Mapping[str, Mapping[str, Any]], version: Version
) -> dict[str, dict[str, Any]]:
    """Return the Components Object (OpenAPI 3.1 §4.8.7); empty if there is nothing in it."""
    written: dict[str, dict[str, Any]] = {}
    if schemas := components.schemas():
        written["schemas"] = schemas
    if security_schemes:
        written["securitySchemes"] = {
            name: version.security_scheme(scheme) for name, scheme in sorted(security_schemes.items())
        }
    return written


def _info(info: Info) -> dict[str, Any]:
    written: dict[str, Any] = {"title": info.title}
    if info.summary is not None:
        written["summary"] = info.summary
    if info.description is not None:
        written["description"] = cut_at_form_feed(info.description)
    optional = {
        "termsOfService": info.terms_of_service,
        "contact": info.contact,
        "license": info.license_info,
    }
    written |= {name: value for name, value in optional.items() if value is not None}
    return written | {"version": info.version}
