"""Objects of the specification that users make themselves: security schemes, OAuth flows and links.

Wherever one of them is taken, a mapping with the members of the specification is as good.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from typing import Any

__all__ = [
    "APIKey",
    "APIKeyIn",
    "HTTPBase",
    "HTTPBearer",
    "Link",
    "OAuth2",
    "OAuthFlow",
    "OAuthFlowAuthorizationCode",
    "OAuthFlowClientCredentials",
    "OAuthFlowImplicit",
    "OAuthFlowPassword",
    "OAuthFlows",
    "OpenIdConnect",
    "SecurityBase",
    "SecuritySchemeType",
    "SpecificationObject",
]


class SecuritySchemeType(StrEnum):
    """The types of OpenAPI 3.1 §4.8.27."""

    apiKey = "apiKey"  # noqa: N815 - OpenAPI's names
    http = "http"
    oauth2 = "oauth2"
    openIdConnect = "openIdConnect"  # noqa: N815


class APIKeyIn(StrEnum):
    """Where an API key stands."""

    query = "query"
    header = "header"
    cookie = "cookie"


class SpecificationObject:
    """What all of them have in common."""

    def to_json(self) -> dict[str, Any]:
        """Return plain data of JSON, without the members that are None."""
        members = {name.rstrip("_"): value for name, value in vars(self).items() if value is not None}
        return {name: _plain(value) for name, value in members.items()}


@dataclass(kw_only=True)
class SecurityBase(SpecificationObject):
    """A security scheme of any type."""

    type_: SecuritySchemeType
    description: str | None = None


@dataclass(kw_only=True)
class APIKey(SecurityBase):
    """A key under a *name* in the query, a header or a cookie."""

    type_: SecuritySchemeType = SecuritySchemeType.apiKey
    in_: APIKeyIn
    name: str


@dataclass(kw_only=True)
class HTTPBase(SecurityBase):
    """A scheme of HTTP authentication (RFC 9110 §11.1)."""

    type_: SecuritySchemeType = SecuritySchemeType.http
    scheme: str


@dataclass(kw_only=True)
class HTTPBearer(HTTPBase):
    """A bearer token (RFC 6750)."""

    scheme: str = "bearer"
    bearerFormat: str | None = None  # noqa: N815


@dataclass(kw_only=True)
class OAuthFlow(SpecificationObject):
    """What all flows have; *scopes* tells what each scope allows (OpenAPI 3.1 §4.8.29)."""

    refreshUrl: str | None = None  # noqa: N815
    scopes: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(kw_only=True)
class OAuthFlowImplicit(OAuthFlow):
    """RFC 6749 §4.2."""

    authorizationUrl: str  # noqa: N815


@dataclass(kw_only=True)
class OAuthFlowPassword(OAuthFlow):
    """RFC 6749 §4.3."""

    tokenUrl: str  # noqa: N815


@dataclass(kw_only=True)
class OAuthFlowClientCredentials(OAuthFlow):
    """RFC 6749 §4.4."""

    tokenUrl: str  # noqa: N815


@dataclass(kw_only=True)
class OAuthFlowAuthorizationCode(OAuthFlow):
    """RFC 6749 §4.1."""

    authorizationUrl: str  # noqa: N815
    tokenUrl: str  # noqa: N815


@dataclass(kw_only=True)
class OAuthFlows(SpecificationObject):
    """The flows of a scheme (OpenAPI 3.1 §4.8.28)."""

    implicit: OAuthFlowImplicit | Mapping[str, Any] | None = None
    password: OAuthFlowPassword | Mapping[str, Any] | None = None
    clientCredentials: OAuthFlowClientCredentials | Mapping[str, Any] | None = None  # noqa: N815
    authorizationCode: OAuthFlowAuthorizationCode | Mapping[str, Any] | None = None  # noqa: N815


@dataclass(kw_only=True)
class OAuth2(SecurityBase):
    """RFC 6749."""

    type_: SecuritySchemeType = SecuritySchemeType.oauth2
    flows: OAuthFlows | Mapping[str, Any]


@dataclass(kw_only=True)
class OpenIdConnect(SecurityBase):
    """OpenID Connect Discovery 1.0 §4."""

    type_: SecuritySchemeType = SecuritySchemeType.openIdConnect
    openIdConnectUrl: str  # noqa: N815


@dataclass(kw_only=True)
class Link(SpecificationObject):
    """What a client may do next with a response (OpenAPI 3.1 §4.8.20).

    Either *operationId* or *operationRef*, such as ``#/paths/~1items~1{item_id}/get``, names the operation.
    *parameters* and *requestBody* are values or runtime expressions (§4.8.20.3) such as
    ``$response.body#/id``; *server* is a Server Object.
    """

    operationRef: str | None = None  # noqa: N815
    operationId: str | None = None  # noqa: N815
    parameters: Mapping[str, Any] | None = None
    requestBody: Any = None  # noqa: N815
    description: str | None = None
    server: Mapping[str, Any] | None = None


def _plain(value: Any) -> Any:
    if isinstance(value, SpecificationObject):
        return value.to_json()
    return value.value if isinstance(value, Enum) else value
