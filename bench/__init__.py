"""The benchmark harness: server CPU per request, Bolide beside its peers (``python -m bench``).

A plain package of the repository: it is run from the repository's root and never installed.
"""
