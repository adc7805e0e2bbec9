"""An obviously right matcher: try every template, keep the most specific one that has the method."""

from bolide._templates import PathTemplate

_RANK = {"literal": 0, "parameter": 1, "catch_all": 2}


def matches(template: PathTemplate, path: str) -> list[str] | None:
    """Return the values of the parameters, None when *template* does not match *path*."""
    parts = path.split("/")[1:]
    values = []
    for index, segment in enumerate(template.segments):
        if segment.kind == "catch_all":
            return [*values, "/".join(parts[index:])] if index < len(parts) else None
        if index >= len(parts):
            return None
        if segment.kind == "literal":
            if parts[index] != segment.text:
                return None
        elif not parts[index]:
            return None
        else:
            values.append(parts[index])
    return values if len(parts) == len(template.segments) else None


def find(
    routes: list[tuple[PathTemplate, str]], path: str, method: str
) -> tuple[PathTemplate, list[str]] | None:
    """Return the best template that matches and has *method*: earlier segments decide first."""
    hits = [(t, v) for t, m in routes if m == method and (v := matches(t, path)) is not None]
    return min(hits, key=lambda hit: [_RANK[s.kind] for s in hit[0].segments], default=None)


def allowed(routes: list[tuple[PathTemplate, str]], path: str) -> list[str]:
    """Return every method of every template that matches *path*."""
    return sorted({m for t, m in routes if matches(t, path) is not None})
