from typing import Any

import pytest
from marshmallow import Schema, fields

from shared.web.auth import ORGANISER
from shared.web.door import declare, doors_of
from shared.web.paging import Page, PageRequest


class _AddressSchema(Schema):
    street = fields.String(required=True, attribute="address.street")
    floor = fields.Integer(attribute="address.floor")


class _NameSchema(Schema):
    name = fields.String(required=True)
    nick = fields.String()
    rank = fields.Integer(load_default=1)


def test_a_door_that_does_not_say_whom_it_lets_in_cannot_be_declared() -> None:
    def get_city(self: Any, city_id: str) -> None: ...

    with pytest.raises(TypeError, match="allow"):
        declare("GET", "/v1/cities/<city_id>")(get_city)  # type: ignore[call-arg]


def test_a_door_with_an_unknown_option_cannot_be_declared() -> None:
    def get_city(self: Any, city_id: str) -> None: ...

    with pytest.raises(TypeError, match="gibes"):
        declare("GET", "/v1/cities/<city_id>", allow=ORGANISER, gibes=None)(get_city)  # type: ignore[call-arg]


def test_a_method_keeps_being_itself() -> None:
    def get_city(self: Any, city_id: str) -> None: ...

    assert declare("GET", "/v1/cities/<city_id>", allow=ORGANISER)(get_city) is get_city


def test_a_parameter_that_nothing_gives_is_a_mistake() -> None:
    def get_city(self: Any, town_id: str) -> None: ...

    with pytest.raises(TypeError, match="town_id"):
        declare("GET", "/v1/cities/<city_id>", allow=ORGANISER)(get_city)


def test_a_parameter_that_is_only_sometimes_given_needs_a_default() -> None:
    def name_city(self: Any, name: str, nick: str, rank: int) -> None: ...

    with pytest.raises(TypeError, match="nick"):
        declare("POST", "/v1/names", allow=ORGANISER, takes=_NameSchema)(name_city)


def test_a_field_that_no_parameter_takes_is_a_mistake() -> None:
    def name_city(self: Any, name: str, nick: str = "") -> None: ...

    with pytest.raises(TypeError, match="rank"):
        declare("POST", "/v1/names", allow=ORGANISER, takes=_NameSchema)(name_city)


def test_fields_with_dots_in_their_attribute_are_gathered_in_one_parameter() -> None:
    def move_city(self: Any, address: Any) -> None: ...

    declare("POST", "/v1/moves", allow=ORGANISER, takes=_AddressSchema)(move_city)

    assert _AddressSchema().load({"street": "a", "floor": 2}) == {
        "address": {"street": "a", "floor": 2}
    }


def test_only_a_post_creates() -> None:
    def put_city(self: Any, new_id: str) -> None: ...

    with pytest.raises(TypeError, match="POST"):
        declare("PUT", "/v1/cities", allow=ORGANISER, creates=True)(put_city)


def test_a_list_gives_nothing_else() -> None:
    def list_cities(self: Any, page: PageRequest) -> Page[Any]: ...

    with pytest.raises(TypeError, match="list"):
        declare("GET", "/v1/cities", allow=ORGANISER, lists=_NameSchema, gives=_NameSchema)(
            list_cities
        )


@pytest.mark.parametrize(
    ("options", "status"),
    [({}, 204), ({"gives": _NameSchema}, 200), ({"creates": True}, 201), ({"status": 202}, 202)],
)
def test_the_status_follows_from_what_a_door_does(options: Any, status: int) -> None:
    def act(self: Any, new_id: str = "") -> None: ...

    declare("POST", "/v1/acts", allow=ORGANISER, **options)(act)

    assert act.__dict__["door"].status == status


def test_the_doors_of_a_class_come_in_its_order() -> None:
    class Service:
        @declare("GET", "/v1/b", allow=ORGANISER)
        def get_b(self) -> None: ...

        @declare("GET", "/v1/a", allow=ORGANISER)
        def get_a(self) -> None: ...

        plain = 7

    assert [door.name for door in doors_of(Service)] == ["get_b", "get_a"]
