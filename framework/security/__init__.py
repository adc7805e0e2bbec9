"""Security schemes: dependencies that take credentials out of requests, and stand in the OpenAPI document.

Names resolve on first use: planning needs two of these modules, for applications that use none of the others.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bolide.security.api_key import APIKeyCookie as APIKeyCookie
    from bolide.security.api_key import APIKeyHeader as APIKeyHeader
    from bolide.security.api_key import APIKeyQuery as APIKeyQuery
    from bolide.security.base import SecurityBase as SecurityBase
    from bolide.security.http import HTTPAuthorizationCredentials as HTTPAuthorizationCredentials
    from bolide.security.http import HTTPBasic as HTTPBasic
    from bolide.security.http import HTTPBasicCredentials as HTTPBasicCredentials
    from bolide.security.http import HTTPBearer as HTTPBearer
    from bolide.security.http import HTTPDigest as HTTPDigest
    from bolide.security.oauth2 import OAuth2 as OAuth2
    from bolide.security.oauth2 import OAuth2AuthorizationCodeBearer as OAuth2AuthorizationCodeBearer
    from bolide.security.oauth2 import OAuth2PasswordBearer as OAuth2PasswordBearer
    from bolide.security.oauth2 import OAuth2PasswordRequestForm as OAuth2PasswordRequestForm
    from bolide.security.oauth2 import OAuth2PasswordRequestFormStrict as OAuth2PasswordRequestFormStrict
    from bolide.security.open_id_connect_url import OpenIdConnect as OpenIdConnect
    from bolide.security.scopes import SecurityScopes as SecurityScopes

__all__ = [
    "APIKeyCookie",
    "APIKeyHeader",
    "APIKeyQuery",
    "HTTPAuthorizationCredentials",
    "HTTPBasic",
    "HTTPBasicCredentials",
    "HTTPBearer",
    "HTTPDigest",
    "OAuth2",
    "OAuth2AuthorizationCodeBearer",
    "OAuth2PasswordBearer",
    "OAuth2PasswordRequestForm",
    "OAuth2PasswordRequestFormStrict",
    "OpenIdConnect",
    "SecurityBase",
    "SecurityScopes",
]

_EXPORTS = {
    "APIKeyCookie": "bolide.security.api_key",
    "APIKeyHeader": "bolide.security.api_key",
    "APIKeyQuery": "bolide.security.api_key",
    "HTTPAuthorizationCredentials": "bolide.security.http",
    "HTTPBasic": "bolide.security.http",
    "HTTPBasicCredentials": "bolide.security.http",
    "HTTPBearer": "bolide.security.http",
    "HTTPDigest": "bolide.security.http",
    "OAuth2": "bolide.security.oauth2",
    "OAuth2AuthorizationCodeBearer": "bolide.security.oauth2",
    "OAuth2PasswordBearer": "bolide.security.oauth2",
    "OAuth2PasswordRequestForm": "bolide.security.oauth2",
    "OAuth2PasswordRequestFormStrict": "bolide.security.oauth2",
    "OpenIdConnect": "bolide.security.open_id_connect_url",
    "SecurityBase": "bolide.security.base",
    "SecurityScopes": "bolide.security.scopes",
}


def __getattr__(name: str) -> Any:
    if (module := _EXPORTS.get(name)) is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(module), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_EXPORTS})
