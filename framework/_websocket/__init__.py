"""WebSocket routes, compiled and served."""
