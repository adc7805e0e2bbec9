"""OpenAPI 3.1 documents and docs pages from type trees."""
