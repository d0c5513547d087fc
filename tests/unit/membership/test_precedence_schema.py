from services.membership.schemas.precedence import OrderSchema, PlaceSchema, ReasonSchema
from tests.unit.membership.b40 import a_network, a_question, order_of


def test_a_place_is_written_as_its_schema_says() -> None:
    shown = OrderSchema().dump(order_of(a_question(), a_network()))

    for place in shown["places"]:
        assert list(place) == list(PlaceSchema().fields)
        for reason in place["reasons"]:
            assert list(reason) == list(ReasonSchema().fields)
    assert PlaceSchema(many=True).dump(shown["places"]) == shown["places"]
