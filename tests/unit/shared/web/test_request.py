import io
from typing import Any

import pytest
from marshmallow import Schema, ValidationError, fields

from shared.errors import (
    BadRequest,
    BodyTooLarge,
    PreconditionFailed,
    Unavailable,
    UnsupportedMediaType,
)
from shared.web.body import BODIES_BYTES, BODY_BYTES, Body
from shared.web.fields import BooleanField, IntegerField
from shared.web.request import NotJson, Request, typed


def a_request(body: bytes = b"", **environ: Any) -> Request:
    usual = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/v1/cities",
        "CONTENT_TYPE": "application/json",
        "wsgi.input": io.BytesIO(body),
    }
    if body and "HTTP_TRANSFER_ENCODING" not in environ:
        usual["CONTENT_LENGTH"] = str(len(body))
    return Request(usual | environ)


def read(request: Request) -> Any:
    try:
        request.read()
        return request.json()
    finally:
        request.release()


@pytest.mark.parametrize(
    "kind",
    ["application/json", "Application/JSON; charset=UTF-8", 'application/json;charset="utf-8"'],
)
def test_json_is_read(kind: str) -> None:
    assert read(a_request(b'{"a":1}', CONTENT_TYPE=kind)) == {"a": 1}


def test_a_chunked_body_is_read() -> None:
    assert read(a_request(b"{}", HTTP_TRANSFER_ENCODING="chunked")) == {}


def test_no_body_is_nothing() -> None:
    assert read(a_request(CONTENT_TYPE="text/plain")) is None


@pytest.mark.parametrize(
    "kind",
    [
        "",
        "text/plain",
        "application/json; charset=latin-1",
        "application/xml",
        "application/json+x",
    ],
)
def test_a_body_of_another_type_is_refused(kind: str) -> None:
    with pytest.raises(UnsupportedMediaType):
        read(a_request(b"{}", CONTENT_TYPE=kind))


def test_a_compressed_body_is_refused() -> None:
    with pytest.raises(UnsupportedMediaType):
        read(a_request(b"{}", HTTP_CONTENT_ENCODING="gzip"))


@pytest.mark.parametrize("body", [b"{", b"\xff", b'{"a":1,"a":2}', b"NaN"])
def test_a_body_that_is_not_strict_json_is_refused(body: bytes) -> None:
    with pytest.raises(NotJson):
        read(a_request(body))


def test_a_body_that_is_declared_too_large_is_not_even_read() -> None:
    request = a_request(CONTENT_LENGTH=str(BODY_BYTES + 1), **{"wsgi.input": None})

    with pytest.raises(BodyTooLarge):
        request.read()


def test_a_chunked_body_that_grows_too_large_is_refused() -> None:
    with pytest.raises(BodyTooLarge):
        read(a_request(b" " * (BODY_BYTES + 1), HTTP_TRANSFER_ENCODING="chunked"))


def test_a_door_may_take_more_than_others_or_less() -> None:
    large = a_request(b" " * (BODY_BYTES + 1))
    small = a_request(b" " * 11)

    large.read(most=2 * BODY_BYTES)
    with pytest.raises(BodyTooLarge, match="10 bytes"):
        small.read(most=10)
    for each in (large, small):
        each.release()


def test_a_body_that_breaks_off_is_refused() -> None:
    with pytest.raises(BadRequest):
        read(a_request(b"{}", CONTENT_LENGTH="3"))


def test_so_many_large_bodies_at_once_are_refused_while_small_ones_are_read() -> None:
    large = [a_request(b" " * BODY_BYTES) for _ in range(BODIES_BYTES // BODY_BYTES)]
    for each in large:
        each.read()
    one_more = a_request(b" " * BODY_BYTES)

    with pytest.raises(Unavailable):
        one_more.read()
    assert read(a_request(b"{}")) == {}
    for each in [*large, one_more]:
        each.release()

    assert Body.held == 0
    assert read(a_request(b" " * (BODY_BYTES - 2) + b"{}")) == {}


@pytest.mark.parametrize("error", [TimeoutError(), OSError(), ValueError()])
def test_a_body_that_does_not_come_is_refused(error: Exception) -> None:
    class Broken:
        def read(self, _: int) -> bytes:
            raise error

    with pytest.raises(BadRequest):
        read(a_request(b"{}", **{"wsgi.input": Broken()}))


@pytest.mark.parametrize(
    "environ",
    [
        {"CONTENT_LENGTH": "+5"},
        {"CONTENT_LENGTH": "1_0"},
        {"HTTP_TRANSFER_ENCODING": "gzip, chunked"},
        {"HTTP_TRANSFER_ENCODING": "Chunked"},
        {"CONTENT_LENGTH": "5", "headers_raw": (("Content-Length", "5"), ("content-length", "6"))},
    ],
)
def test_a_request_whose_end_a_proxy_could_see_elsewhere_is_strange(environ: Any) -> None:
    assert a_request(**environ).is_framed_strangely()


@pytest.mark.parametrize(
    "environ", [{}, {"CONTENT_LENGTH": "5"}, {"HTTP_TRANSFER_ENCODING": "chunked"}]
)
def test_a_request_with_one_clear_end_is_not_strange(environ: Any) -> None:
    assert not a_request(**environ).is_framed_strangely()


def test_a_correlation_id_is_taken_when_it_is_harmless() -> None:
    assert a_request(HTTP_X_CORRELATION_ID="a-1").correlation_id == "a-1"


@pytest.mark.parametrize("given", ["", "a b", "a\n", "a" * 65, "é"])
def test_a_correlation_id_is_made_when_there_is_no_harmless_one(given: str) -> None:
    assert len(a_request(HTTP_X_CORRELATION_ID=given).correlation_id) == 36


def test_a_trace_is_carried_on_when_it_is_well_formed() -> None:
    trace = f"00-{'a' * 32}-{'b' * 16}-01"

    assert a_request(HTTP_TRACEPARENT=trace).traceparent == trace
    assert a_request(HTTP_TRACEPARENT="00-x").traceparent is None


def test_an_etag_names_the_expected_version() -> None:
    assert a_request(HTTP_IF_MATCH='"3"').expected_version == 3
    assert a_request(HTTP_IF_MATCH="*").expected_version is None
    assert a_request().expected_version is None


@pytest.mark.parametrize("given", ["3", 'W/"3"', '"x"', '"3", "4"', ""])
def test_an_etag_that_is_not_ours_matches_nothing(given: str) -> None:
    with pytest.raises(PreconditionFailed):
        _ = a_request(HTTP_IF_MATCH=given).expected_version


@pytest.mark.parametrize("key", ["", "a b", "a" * 201, "ключ"])
def test_a_strange_idempotency_key_is_refused(key: str) -> None:
    with pytest.raises(BadRequest):
        _ = a_request(HTTP_IDEMPOTENCY_KEY=key).idempotency_key


def test_a_path_is_utf_8() -> None:
    raw = "/v1/cities/Σόφια".encode().decode("latin-1")

    assert a_request(PATH_INFO=raw).path == "/v1/cities/Σόφια"
    assert "\ufffd" in a_request(PATH_INFO="/\xff").path


@pytest.mark.parametrize("query", ["a=%ff", "&".join(f"a{n}=1" for n in range(60))])
def test_a_query_string_that_cannot_be_read_is_refused(query: str) -> None:
    with pytest.raises(BadRequest):
        a_request(QUERY_STRING=query).query()


class _Filter(Schema):
    ids = fields.List(IntegerField())
    most = IntegerField()
    open = BooleanField()
    name = fields.String()


def test_parameters_get_the_types_that_the_schema_expects() -> None:
    query = a_request(QUERY_STRING="ids=1&ids=2&most=-3&open=true&name=7").query()

    loaded = _Filter().load(typed(query, _Filter()))

    assert loaded == {"ids": [1, 2], "most": -3, "open": True, "name": "7"}


@pytest.mark.parametrize("query", ["most=1e3", "open=1", "other=1", "ids=x", "most=1&most=2"])
def test_parameters_that_do_not_fit_are_refused(query: str) -> None:
    with pytest.raises(ValidationError):
        _Filter().load(typed(a_request(QUERY_STRING=query).query(), _Filter()))
