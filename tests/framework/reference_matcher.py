"""An obviously right matcher: try every template as a regular expression, keep the most specific one."""

import re
from collections.abc import Iterator

from bolide._routing.templates import PathTemplate

Route = tuple[PathTemplate, str]

_RANK = {"literal": 0, "pattern": 1, "parameter": 2, "tail": 3, "catch_all": 4}
_REGEXES = {
    "str": "[^/]+",
    "int": "[0-9]+",
    "float": r"[0-9]+(?:\.[0-9]+)?",
    "uuid": "[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{12}",
    "path": "(?s:.*)",
}


def compile_template(path: str) -> re.Pattern[str]:
    """Return the regular expression of a template."""
    parts = re.split(r"(\{\w+(?::\w+)?\})", path)
    regex = ""
    for part in parts:
        found = re.fullmatch(r"\{(\w+)(?::(\w+))?\}", part)
        regex += re.escape(part) if found is None else f"({_REGEXES[found[2] or 'str']})"
    return re.compile(regex)


def source(template: PathTemplate) -> str:
    """Return the text that *template* was made from, with numbered parameters."""
    names = iter(range(100))
    texts: list[str] = []
    for segment in template.segments:
        if segment.kind == "parameter":
            texts.append(f"{{p{next(names)}}}")
        elif segment.kind == "catch_all":
            texts.append(f"{{p{next(names)}:path}}")
        else:
            texts.append(re.sub(r"\{:", lambda _: f"{{p{next(names)}:", segment.text))
    return "/" + "/".join(texts)


def matches(template: PathTemplate, path: str) -> list[str] | None:
    """Return the values of the parameters, None when *template* does not match *path*."""
    found = compile_template(source(template)).fullmatch(path)
    return None if found is None else list(found.groups())


def specificity(template: PathTemplate) -> list[tuple[object, ...]]:
    """Return what sorts the more specific template first: earlier segments decide."""
    return [(_RANK[s.kind], s.pattern.order if s.pattern else ()) for s in template.segments]


def find(routes: list[Route], path: str, method: str) -> tuple[PathTemplate, list[str]] | None:
    """Return the best template that matches and has *method*; one with ``*`` has every method."""
    hits = list(_hits(routes, path, method))
    return min(hits, key=lambda hit: (specificity(hit[0]), hit[2]))[:2] if hits else None


def _hits(routes: list[Route], path: str, method: str) -> Iterator[tuple[PathTemplate, list[str], bool]]:
    for template, known in routes:
        if known in (method, "*") and (values := matches(template, path)) is not None:
            yield template, values, known == "*"


def allowed(routes: list[Route], path: str) -> list[str]:
    """Return every method of every template that matches *path*."""
    return sorted({m for t, m in routes if matches(t, path) is not None})
