from __future__ import annotations

import types
from typing import Any

import pytest

from bolide.validation.component_names import free_name
from bolide.validation.schema_collection import collect
from bolide.validation.schema_emitter import Mode
from bolide.validation.schema_names import assign_names, display_name
from bolide.validation.tree import DecimalNode, FieldNode, IntNode, Node, RecordNode, RefNode, TypeTree


def make_class(name: str, module: str) -> type:
    return types.new_class(name, exec_body=lambda body: body.update(__module__=module))


def record(target: Any, **fields: Node) -> RecordNode:
    return RecordNode(
        cls=target,
        kind="model",
        fields=tuple(
            FieldNode(name=name, wire_name=name, node=node, required=True) for name, node in fields.items()
        ),
    )


def names_of(definitions: dict[Any, RecordNode], uses: list[tuple[Any, Mode]]) -> dict[tuple[Any, Mode], str]:
    return assign_names(collect((TypeTree(RefNode(target=t), definitions), mode) for t, mode in uses))


ITEM = make_class("Item", "shop.models")
OTHER_ITEM = make_class("Item", "stock.models")
ORDER = make_class("Order", "shop.models")
ADDRESS = make_class("Address", "shop.models")


def test_equal_schemas_share_one_name() -> None:
    names = names_of({ITEM: record(ITEM, n=IntNode())}, [(ITEM, "validation"), (ITEM, "serialization")])
    assert names == {(ITEM, "validation"): "Item", (ITEM, "serialization"): "Item"}


def test_different_schemas_get_a_name_per_mode() -> None:
    names = names_of({ITEM: record(ITEM, n=DecimalNode())}, [(ITEM, "serialization"), (ITEM, "validation")])
    assert names == {(ITEM, "validation"): "Item-Input", (ITEM, "serialization"): "Item-Output"}


def test_type_used_in_one_mode_keeps_the_short_name() -> None:
    names = names_of({ITEM: record(ITEM, n=DecimalNode())}, [(ITEM, "serialization")])
    assert names == {(ITEM, "serialization"): "Item"}


def test_difference_reaches_the_types_that_refer_to_it_only() -> None:
    definitions = {
        ITEM: record(ITEM, price=DecimalNode()),
        ORDER: record(ORDER, item=RefNode(target=ITEM), to=RefNode(target=ADDRESS)),
        ADDRESS: record(ADDRESS, number=IntNode()),
    }
    names = names_of(definitions, [(ORDER, "validation"), (ORDER, "serialization")])
    assert sorted(set(names.values())) == [
        "Address",
        "Item-Input",
        "Item-Output",
        "Order-Input",
        "Order-Output",
    ]


def test_recursive_types_that_differ_are_split_together() -> None:
    definitions = {
        ITEM: record(ITEM, order=RefNode(target=ORDER)),
        ORDER: record(ORDER, item=RefNode(target=ITEM), price=DecimalNode()),
    }
    names = names_of(definitions, [(ITEM, "validation"), (ORDER, "serialization")])
    assert sorted(set(names.values())) == ["Item-Input", "Item-Output", "Order-Input", "Order-Output"]


@pytest.mark.parametrize("order", [(ITEM, OTHER_ITEM), (OTHER_ITEM, ITEM)], ids=["first", "second"])
def test_classes_of_one_name_are_qualified_whatever_their_order(order: tuple[type, type]) -> None:
    definitions = {ITEM: record(ITEM), OTHER_ITEM: record(OTHER_ITEM)}
    names = names_of(definitions, [(cls, "validation") for cls in order])
    assert names == {
        (ITEM, "validation"): "shop__models__Item",
        (OTHER_ITEM, "validation"): "stock__models__Item",
    }


def test_classes_of_one_name_and_module_are_numbered() -> None:
    twin = make_class("Item", "shop.models")
    names = names_of({ITEM: record(ITEM), twin: record(twin)}, [(ITEM, "validation"), (twin, "validation")])
    assert list(names.values()) == ["shop__models__Item__1", "shop__models__Item__2"]


def test_classes_of_one_name_and_module_that_differ_by_mode_are_numbered_per_mode() -> None:
    twin = make_class("Item", "shop.models")
    definitions = {cls: record(cls, n=DecimalNode()) for cls in (ITEM, twin)}
    modes: tuple[Mode, Mode] = ("validation", "serialization")
    names = names_of(definitions, [(cls, mode) for cls in definitions for mode in modes])
    assert list(names.values()) == [
        "shop__models__Item-Input__1",
        "shop__models__Item-Output__1",
        "shop__models__Item-Input__2",
        "shop__models__Item-Output__2",
    ]


def test_string_target_is_its_own_name() -> None:
    body = "Body_create_item"
    assert names_of({body: record(body)}, [(body, "validation")]) == {(body, "validation"): body}


def test_local_class_has_a_name_that_openapi_allows() -> None:
    class Größe:
        pass

    assert names_of({Größe: record(Größe)}, [(Größe, "validation")]) == {(Größe, "validation"): "Gr__e"}


@pytest.mark.parametrize(
    ("target", "name"),
    [
        ("Body_x", "Body_x"),
        (ITEM, "Item"),
        (list[int], "list[int]"),
        (dict[str, list[ITEM]], "dict[str, list[Item]]"),
        (list[int | None], "list[Union[int, NoneType]]"),
    ],
    ids=str,
)
def test_display_name_shows_type_arguments(target: Any, name: str) -> None:
    assert display_name(target) == name


def test_free_name_numbers_what_is_taken() -> None:
    assert free_name("A", {"B"}) == "A"
    assert free_name("A", {"A", "A__1"}) == "A__2"


def test_arguments_of_generic_types_are_named_without_what_they_stand_in() -> None:
    page = make_class("Page[Shop.Item, dict[str, Shop.Depot.Part]]", "shop.models")
    names = names_of({page: record(page, n=IntNode())}, [(page, "validation")])
    assert names == {(page, "validation"): "Page_Item_dict_str__Part__"}
