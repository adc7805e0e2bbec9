"""Validation engine: type hints to a type tree to compiled decoders, walkers and encoders."""
