"""What decides who may call an endpoint."""

from __future__ import annotations

from bolide.security.base import SecurityBase
from bolide.security.scopes import SecurityScopes

__all__ = ["SecurityBase", "SecurityScopes"]
