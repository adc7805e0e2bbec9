"""The programs under test: the same seven routes on every contender."""
