"""The OAuth2 scopes that stand on the way from an endpoint to a dependency."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["SecurityScopes"]


class SecurityScopes:
    """What a parameter of this type receives: the scopes of every ``Security()`` above it.

    Attributes:
        scopes: Those of the outermost first, each once.
        scope_str: The same, separated by spaces, as ``WWW-Authenticate`` wants them (RFC 6750 §3).
    """

    __slots__ = ("scope_str", "scopes")

    def __init__(self, scopes: Sequence[str] | None = None) -> None:
        self.scopes: list[str] = list(scopes or ())
        self.scope_str = " ".join(self.scopes)
