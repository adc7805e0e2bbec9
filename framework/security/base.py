"""What all security schemes have in common."""

from __future__ import annotations

__all__ = ["SecurityBase"]


class SecurityBase:
    """A security scheme: a callable object that takes credentials out of a request, or refuses it.

    Dependencies that contain one run before the request's other inputs and its body are read.

    Attributes:
        scheme_name: Its name in the OpenAPI document.
    """

    scheme_name: str
