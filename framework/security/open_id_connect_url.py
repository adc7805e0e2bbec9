"""OpenID Connect, as far as a document can tell of it."""

from __future__ import annotations

from typing import Any

from bolide.security.base import AuthorizationScheme

__all__ = ["OpenIdConnect"]


class OpenIdConnect(AuthorizationScheme):
    """What stands behind the address of an OpenID provider; the value is the whole ``Authorization`` field.

    Nothing is asked of the provider: what the field holds is for the application to verify.

    Args:
        openIdConnectUrl: The provider's metadata (OpenID Connect Discovery 1.0 §4).
        scheme_name: Its name in the OpenAPI document; None means that of the class.
        description: What the document says of it, in CommonMark.
        auto_error: Refuse a request without the field; otherwise the value is None.
    """

    def __init__(
        self,
        *,
        openIdConnectUrl: str,  # noqa: N803 - OpenAPI's name
        scheme_name: str | None = None,
        description: str | None = None,
        auto_error: bool = True,
    ) -> None:
        model = {"type": "openIdConnect", "openIdConnectUrl": openIdConnectUrl}
        super().__init__(model, scheme_name=scheme_name, description=description, auto_error=auto_error)

    def read_authorization(self, value: str) -> Any:
        return value or self.refuse_unless_optional()
