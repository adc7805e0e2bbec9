"""``python -m bench validation``: the validation engine against pydantic, and against FastAPI's use of it."""
