"""What ``bolide dev`` serves while the application cannot be: every request is answered with the reason."""

from __future__ import annotations

from collections.abc import Coroutine
from html import escape
from typing import Any, Final

from bolide.server_adapters.contract import Exchange, Head, Lifespan, Reply

__all__ = ["StandIn"]

_PLAIN: Final = Head([(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")])
_PAGE: Final = Head(
    [
        (b"content-type", b"text/html; charset=utf-8"),
        (b"cache-control", b"no-store"),
        # Nothing on the page runs or is loaded, whatever the reason contains.
        (b"content-security-policy", b"default-src 'none'; style-src 'unsafe-inline'"),
    ]
)

_HTML: Final = """\
<!doctype html><html lang=en><meta charset=utf-8><meta http-equiv=refresh content=2>
<title>The application does not start</title>
<style>body {{ font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem }}
h1 {{ font-size: 1.3rem }} pre {{ background: #f6f6f6; padding: .6rem; white-space: pre-wrap }}</style>
<h1>The application does not start</h1>
<pre>{}</pre>
<p>This page goes away by itself when it does.
"""


class StandIn:
    """An application that answers everything with status 500 and *reason*."""

    def __init__(self, reason: str) -> None:
        self._plain = f"The application does not start.\n\n{reason}\n".encode(errors="replace")
        self._page = _HTML.format(escape(reason)).encode(errors="replace")

    def handle(self, exchange: Exchange) -> Coroutine[Any, Any, Reply]:
        return self._answer("text/html" in (exchange.header(b"accept") or ""))

    async def _answer(self, is_browser: bool) -> Reply:
        return Reply(500, _PAGE, self._page) if is_browser else Reply(500, _PLAIN, self._plain)

    async def startup(self) -> Lifespan:
        return _NoLifespan()


class _NoLifespan:
    @property
    def state(self) -> dict[str, Any]:
        return {}

    async def shutdown(self) -> None: ...
