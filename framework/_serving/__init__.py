"""The compiled side of an application."""
