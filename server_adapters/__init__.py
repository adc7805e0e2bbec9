"""Server contract, native HTTP/1.1 server, ASGI and RSGI entries."""
