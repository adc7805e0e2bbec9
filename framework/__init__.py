"""Typed HTTP APIs from plain Python functions, compiled at start-up."""
