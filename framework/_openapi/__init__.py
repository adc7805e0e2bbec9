"""Describe the routes for OpenAPI documents, and serve these."""
