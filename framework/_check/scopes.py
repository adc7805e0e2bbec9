"""Find OAuth2 scopes that an endpoint asks for, but no flow of its scheme declares."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from bolide._openapi.security import scheme_model
from bolide._planning.plan import RoutePlan

__all__ = ["undeclared_scopes"]


def undeclared_scopes(plan: RoutePlan) -> Iterator[str]:
    """Yield what is wrong with the scopes in *plan*; a scheme that declares none may be asked for any."""
    for use in plan.security:
        model = scheme_model(use.scheme) or {}
        declared = {scope for flow in model.get("flows", {}).values() for scope in flow.get("scopes", ())}
        for scope in use.scopes if declared else ():
            if scope not in declared:
                close = get_close_matches(scope, declared, 1)
                meant = f"; {close[0]!r} may be meant" if close else ""
                yield f"scope {scope!r} is none of security scheme {use.scheme.scheme_name!r}{meant}"
