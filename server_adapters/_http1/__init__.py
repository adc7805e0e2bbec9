"""HTTP/1.1 (RFC 9110, RFC 9112) without I/O: bytes in, requests out; replies in, bytes out.

Nothing here knows sockets, asyncio or an application. :mod:`.reader` parses what a client sends,
:mod:`.writer` is the one place that frames what it gets back.
"""
