"""The router agrees with an obviously right matcher, whatever the routes and their order."""

import itertools
import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bolide._routing.router import ANY_METHOD, Router
from bolide._routing.templates import PathTemplate, parse_template
from tests.framework import reference_matcher

LITERALS = ("", "a", "b", "users")
PARAMETERS = (
    "{}",
    "{:int}",
    "{:float}",
    "{:uuid}",
    "a{}",
    "{}.a",
    "v{:int}",
    "{}-{}",
    "{:int}-{}",
    "{}-{:int}.a",
)
SEGMENTS = st.sampled_from([*LITERALS, *PARAMETERS])
TAILS = st.sampled_from(
    [["{:path}"], ["{:path}", "a"], ["v{:path}"], ["{:path}.a"], ["{:path}", "{:int}", "b"]]
)
METHODS = st.sampled_from(["GET", "POST", "PUT", ANY_METHOD])


@st.composite
def templates(draw: st.DrawFn) -> PathTemplate:
    """Draw templates over a small alphabet, so that they overlap."""
    names = itertools.count()
    parts = draw(st.lists(SEGMENTS, min_size=1, max_size=4))
    if draw(st.booleans()) and draw(st.booleans()):
        parts += draw(TAILS)
    return parse_template(re.sub(r"\{", lambda _: f"{{p{next(names)}", "/" + "/".join(parts)))


UUID = "6F9619FF-8B86-D011-B42D-00CF4FC964FF"
PIECES = (
    "c",
    "7",
    "1.5",
    "-",
    "-1",
    UUID,
    "ax",
    "x.a",
    "v12",
    "v",
    "a-b-3",
    "12-a-b",
    "x-3.a",
    ".a",
    "\n",
    "٣",
)
PATHS = st.lists(st.sampled_from([*LITERALS, *PIECES]), min_size=1, max_size=5).map(
    lambda p: "/" + "/".join(p)
)


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
@settings(max_examples=500)
@example(routes=[(parse_template("/{p0:path}"), "GET")], path="/", method="GET")
@example(
    routes=[(parse_template("/{p0:int}"), "GET"), (parse_template("/{p0}"), "GET")], path="/1", method="GET"
)
@example(
    routes=[(parse_template("/a/{p0:path}"), "*"), (parse_template("/a/b"), "GET")], path="/a/b", method="PUT"
)
def test_router_agrees_with_the_reference_matcher(
    routes: list[tuple[PathTemplate, str]], path: str, method: str
) -> None:
    router = build(routes)
    assert router.match(path, method) == reference_matcher.find(routes, path, method)
    assert router.allowed_methods(path) == reference_matcher.allowed(routes, path)


UNORDERED = ("/u/me", "/u/{id:int}", "/u/{id}", "/u/{rest:path}", "/{x}/me")


@given(routes=st.permutations([parse_template(path) for path in UNORDERED]))
def test_order_of_declaration_does_not_matter(routes: list[PathTemplate]) -> None:
    router = build([(template, "GET") for template in routes])
    found = {path: router.match(path, "GET") for path in ("/u/me", "/u/7", "/u/x", "/u/7/8", "/v/me")}
    assert {path: hit and hit[0].text for path, hit in found.items()} == {
        "/u/me": "/u/me",
        "/u/7": "/u/{id}",
        "/u/x": "/u/{id}",
        "/u/7/8": "/u/{rest}",
        "/v/me": "/{x}/me",
    }


def test_specific_template_without_the_method_does_not_hide_a_general_one() -> None:
    get_me, post_any = parse_template("/users/me"), parse_template("/users/{name}")
    router = build([(get_me, "GET"), (post_any, "POST")])
    assert router.match("/users/me", "POST") == (post_any, ["me"])
    assert router.allowed_methods("/users/me") == ["GET", "POST"]


@pytest.mark.parametrize(
    ("template", "path", "values"),
    [
        pytest.param("/{id:int}", "/12", ["12"], id="int"),
        pytest.param("/{id:int}", "/-1", None, id="int: no sign"),
        pytest.param("/{id:int}", "/1.0", None, id="int: no fraction"),
        pytest.param("/{id:int}", "/٣", None, id="int: ASCII digits"),
        pytest.param("/{x:float}", "/1.5", ["1.5"], id="float"),
        pytest.param("/{x:float}", "/1", ["1"], id="float without a point"),
        pytest.param("/{x:float}", "/1.", None, id="float: digits after the point"),
        pytest.param("/{u:uuid}", f"/{UUID}", [UUID], id="uuid"),
        pytest.param("/{u:uuid}", f"/{UUID.replace('-', '')}", [UUID.replace("-", "")], id="uuid: no dashes"),
        pytest.param("/{s:str}", "/a b", ["a b"], id="str"),
        pytest.param("/{name}.json", "/a.b.json", ["a.b"], id="suffix"),
        pytest.param("/{name}.json", "/.json", None, id="suffix alone"),
        pytest.param("/{a}-{b}", "/1-2-3", ["1-2", "3"], id="first is as long as possible"),
        pytest.param(
            "/{year:int}-{slug}", "/2024-my-post", ["2024", "my-post"], id="convertor decides the split"
        ),
        pytest.param("/{p:path}/edit", "/a/b/edit", ["a/b"], id="path in the middle"),
        pytest.param("/{p:path}/edit", "//edit", [""], id="empty path in the middle"),
        pytest.param("/{p:path}/edit", "/edit", None, id="its slash is not optional"),
        pytest.param("/v{rest:path}", "/v1/x", ["1/x"], id="path as a part of its segment"),
        pytest.param("/{a}-{b}-{c}", "/" + "-" * 255, ["-" * 251, "-", "-"], id="three of them"),
        pytest.param("/{a}-{b}-{c}", "/" + "-" * 256, None, id="too long for three of them"),
    ],
)
def test_patterns_match_as_starlettes_regular_expressions_do(
    template: str, path: str, values: list[str] | None
) -> None:
    parsed = parse_template(template)
    router = build([(parsed, "GET")])
    assert router.match(path, "GET") == (None if values is None else (parsed, values))


def test_narrower_pattern_wins_at_the_same_place() -> None:
    templates = [parse_template(p) for p in ("/{a}", "/{b:float}", "/v{c}", "/{d:int}", "/v{e:int}", "/v1")]
    router = build([(template, "GET") for template in templates])
    found = {path: router.match(path, "GET") for path in ("/v1", "/v2", "/vx", "/3", "/3.5", "/x")}
    assert {path: hit and hit[0].text for path, hit in found.items()} == {
        "/v1": "/v1",
        "/v2": "/v{e}",
        "/vx": "/v{c}",
        "/3": "/{d}",
        "/3.5": "/{b}",
        "/x": "/{a}",
    }


def test_handler_of_every_method_stands_behind_those_of_one() -> None:
    mount, route = parse_template("/a/{rest:path}"), parse_template("/a/b")
    router = build([(mount, ANY_METHOD), (route, "GET")])
    assert router.match("/a/b", "GET") == (route, [])
    assert router.match("/a/b", "POST") == (mount, ["b"])
    assert router.match("/a", "GET") is None


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
