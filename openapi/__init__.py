"""OpenAPI 3.1 and 3.2 documents and docs pages from type trees."""
