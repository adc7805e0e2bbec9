"""WebSocket connections without I/O (RFC 6455): handshake and messages.

No sockets, no event loop; the native server is the shell around it.
"""
