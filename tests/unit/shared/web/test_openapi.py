from typing import Any

import pytest
from openapi_spec_validator import validate

from shared.web.openapi import document
from tests.integration.shared.http_service import HttpSampleService

DOCUMENT: Any = document(HttpSampleService)


def test_the_description_is_openapi() -> None:
    validate(DOCUMENT)

    assert DOCUMENT["openapi"] == "3.1.0"


def test_every_door_is_described_and_says_whom_it_lets_in() -> None:
    place = DOCUMENT["paths"]["/v1/orders"]["post"]

    assert place["operationId"] == "place_order"
    assert place["summary"] == "Place an order."
    assert place["security"] == [{"token": []}]
    assert place["x-allow"] == {"organiser": "anywhere", "city_lead": "own_city"}
    assert {"201", "400", "401", "403", "409", "412", "413", "415", "422"} <= set(
        place["responses"]
    )
    assert place["requestBody"]["content"]["application/json"]["schema"] == {
        "$ref": "#/components/schemas/PlaceOrder"
    }


def test_what_a_request_must_have_is_required() -> None:
    def required(path: str, method: str) -> set[str]:
        operation = DOCUMENT["paths"][path][method]
        return {p["name"] for p in operation["parameters"] if p["required"]}

    assert required("/v1/orders", "post") == {"Idempotency-Key"}
    assert required("/v1/orders/{order_id}/remark", "put") == {"If-Match", "order_id"}


def test_a_list_is_described_with_its_parameters() -> None:
    listed = DOCUMENT["paths"]["/v1/orders"]["get"]

    names = [each["name"] for each in listed["parameters"] if each["in"] == "query"]
    schema = listed["responses"]["200"]["content"]["application/json"]["schema"]

    assert sorted(names) == ["city_id", "cursor", "limit"]
    assert schema["properties"]["items"]["items"] == {"$ref": "#/components/schemas/Order"}


@pytest.mark.parametrize("path", ["/health/live", "/metrics", "/v1/links/{signature}"])
def test_a_door_without_a_token_says_so(path: str) -> None:
    assert DOCUMENT["paths"][path]["get"]["security"] == []


def test_a_local_time_is_described_once() -> None:
    leg = DOCUMENT["components"]["schemas"]["Leg"]["properties"]["leaves"]

    assert leg == {"$ref": "#/components/schemas/LocalTime"}
