"""Path templates are parsed once, and mistakes in them are refused."""

import pytest

from bolide._templates import Segment, TemplateError, parse_template


def test_literals_and_parameters_become_segments() -> None:
    template = parse_template("/orders/{order_id}/lines/{line}")
    assert template.text == "/orders/{order_id}/lines/{line}"
    assert template.segments == (
        Segment("literal", "orders"),
        Segment("parameter", "order_id"),
        Segment("literal", "lines"),
        Segment("parameter", "line"),
    )
    assert template.parameters == ("order_id", "line")


def test_root_has_one_empty_literal() -> None:
    assert parse_template("/").segments == (Segment("literal", ""),)


def test_catch_all_loses_its_converter_in_the_text() -> None:
    template = parse_template("/files/{name:path}")
    assert template.text == "/files/{name}"
    assert template.segments[-1] == Segment("catch_all", "name")


def test_shape_ignores_the_names_of_parameters() -> None:
    assert parse_template("/a/{x}").shape == parse_template("/a/{y}").shape
    assert parse_template("/a/{x}").shape != parse_template("/b/{x}").shape
    assert parse_template("/a/{x}").shape != parse_template("/a/{x:path}").shape


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        pytest.param("orders", "must start with '/'", id="no leading slash"),
        pytest.param("", "must start with '/'", id="empty"),
        pytest.param("/a?b=c", "must not contain a query", id="query"),
        pytest.param("/a#b", "must not contain a query or a fragment", id="fragment"),
        pytest.param("/{x}/{x}", "uses the parameter 'x' twice", id="twice"),
        pytest.param("/{x:path}/y", "must be the last segment", id="catch-all inside"),
        pytest.param("/{x:int}", "unknown converter 'int'", id="unknown converter"),
        pytest.param("/a{x}", "must be one parameter", id="part of a segment"),
        pytest.param("/{x", "must be one parameter", id="unbalanced"),
        pytest.param("/{}", "must be one parameter", id="no name"),
        pytest.param("/{1x}", "must be one parameter", id="not an identifier"),
    ],
)
def test_malformed_templates_are_refused(path: str, reason: str) -> None:
    with pytest.raises(TemplateError, match=reason):
        parse_template(path)
