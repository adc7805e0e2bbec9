"""The router agrees with an obviously right matcher, whatever the routes and their order."""

import itertools

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bolide._router import Router
from bolide._templates import PathTemplate, parse_template
from tests.framework import reference_matcher

LITERALS = ("", "a", "b", "users")
SEGMENTS = st.sampled_from([*LITERALS, "{x}", "{y}"])
METHODS = st.sampled_from(["GET", "POST", "PUT"])


@st.composite
def templates(draw: st.DrawFn) -> PathTemplate:
    """Draw templates over a small alphabet, so that they overlap."""
    names = itertools.count()
    parts = draw(st.lists(SEGMENTS, min_size=1, max_size=4))
    parts = [f"{{p{next(names)}}}" if part.startswith("{") else part for part in parts]
    if draw(st.booleans()) and draw(st.booleans()):
        parts.append("{rest:path}")
    return parse_template("/" + "/".join(parts))


PATHS = st.lists(st.sampled_from([*LITERALS, "c"]), min_size=1, max_size=5).map(lambda p: "/" + "/".join(p))


def build(routes: list[tuple[PathTemplate, str]]) -> Router[PathTemplate]:
    router: Router[PathTemplate] = Router()
    for template, method in routes:
        router.add(template, method, template)
    return router


@given(
    routes=st.lists(st.tuples(templates(), METHODS), max_size=12, unique_by=lambda r: (r[0].shape, r[1])),
    path=PATHS,
    method=METHODS,
)
@settings(max_examples=400)
@example(routes=[(parse_template("/{p0:path}"), "GET")], path="/", method="GET")
def test_router_agrees_with_the_reference_matcher(
    routes: list[tuple[PathTemplate, str]], path: str, method: str
) -> None:
    router = build(routes)
    assert router.match(path, method) == reference_matcher.find(routes, path, method)
    assert router.allowed_methods(path) == reference_matcher.allowed(routes, path)


@given(routes=st.permutations([parse_template(p) for p in ("/u/me", "/u/{id}", "/u/{rest:path}", "/{x}/me")]))
def test_order_of_declaration_does_not_matter(routes: list[PathTemplate]) -> None:
    router = build([(template, "GET") for template in routes])
    found = {path: router.match(path, "GET") for path in ("/u/me", "/u/7", "/u/7/8", "/v/me")}
    assert {path: hit and hit[0].text for path, hit in found.items()} == {
        "/u/me": "/u/me",
        "/u/7": "/u/{id}",
        "/u/7/8": "/u/{rest}",
        "/v/me": "/{x}/me",
    }


def test_specific_template_without_the_method_does_not_hide_a_general_one() -> None:
    get_me, post_any = parse_template("/users/me"), parse_template("/users/{name}")
    router = build([(get_me, "GET"), (post_any, "POST")])
    assert router.match("/users/me", "POST") == (post_any, ["me"])
    assert router.allowed_methods("/users/me") == ["GET", "POST"]


def test_parameters_do_not_match_an_empty_segment() -> None:
    router = build([(parse_template("/users/{name}"), "GET")])
    assert router.match("/users/", "GET") is None
    assert router.match("/users", "GET") is None


@pytest.mark.parametrize(
    ("path", "rest"), [("/files/", ""), ("/files/a/b", "a/b"), ("/files//", "/"), ("/files", None)]
)
def test_catch_all_takes_slashes_and_the_empty_rest(path: str, rest: str | None) -> None:
    template = parse_template("/files/{rest:path}")
    router = build([(template, "GET")])
    assert router.match(path, "GET") == (None if rest is None else (template, [rest]))


def test_f10_hundred_thousand_slashes_are_answered_at_once() -> None:
    router = build([(parse_template("/a/{x}"), "GET"), (parse_template("/{x}/{y}"), "GET")])
    assert router.match("/" * 100_000, "GET") is None
    assert router.allowed_methods("/" * 100_000) == []
