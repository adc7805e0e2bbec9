"""The programs under test: the same six routes on every contender."""
