"""Path templates are parsed once, and mistakes in them are refused."""

import pytest

from bolide._routing.templates import Segment, TemplateError, parse_template


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


def test_convertors_and_text_around_parameters_make_patterns() -> None:
    template = parse_template("/v{major:int}.{minor:int}/{item_id:uuid}/{rest:path}/edit")
    assert template.text == "/v{major}.{minor}/{item_id}/{rest}/edit"
    assert template.segments == (
        Segment("pattern", "v{:int}.{:int}"),
        Segment("pattern", "{:uuid}"),
        Segment("tail", "{:path}/edit"),
    )
    assert template.parameters == ("major", "minor", "item_id", "rest")
    assert list(template.convertors) == ["major", "minor", "item_id"]


def test_str_is_the_convertor_that_goes_without_saying() -> None:
    assert parse_template("/{x:str}") == parse_template("/{x}")


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        pytest.param("orders", "must start with '/'", id="no leading slash"),
        pytest.param("", "must start with '/'", id="empty"),
        pytest.param("/a?b=c", "must not contain a query", id="query"),
        pytest.param("/a#b", "must not contain a query or a fragment", id="fragment"),
        pytest.param("/{x}/{x}", "uses the parameter 'x' twice", id="twice"),
        pytest.param("/{x:path}/{y:path}", "only one parameter can be a 'path'", id="two catch-alls"),
        pytest.param("/{x:hex}", r"unknown convertor 'hex' \(known: str, path, int", id="unknown convertor"),
        pytest.param("/{x}{y}", "nothing stands between two parameters", id="adjacent"),
        pytest.param("/{a}-{b}-{c}-{d}-{e}", "more than 4 parameters", id="many in a segment"),
        pytest.param("/{x", "looks like '{item_id}'", id="unbalanced"),
        pytest.param("/x}", "looks like '{item_id}'", id="closing brace"),
        pytest.param("/{x/y}", "looks like '{item_id}'", id="slash inside"),
        pytest.param("/{}", "looks like '{item_id}'", id="no name"),
        pytest.param("/{1x}", "looks like '{item_id}'", id="not an identifier"),
    ],
)
def test_malformed_templates_are_refused(path: str, reason: str) -> None:
    with pytest.raises(TemplateError, match=reason):
        parse_template(path)
