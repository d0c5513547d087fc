import json
from copy import deepcopy
from dataclasses import make_dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest

from deploy.contracts.__main__ import FOLDER, main
from deploy.contracts.language import contracts, name_of
from deploy.contracts.listing import Listing, breaches, listing_of, today
from deploy.contracts.samples import sample_of
from shared.contracts import PlaceTime
from shared.contracts.membership import CityAdmitted, CityDescribed
from shared.contracts.travel import BookedLeg, TripBooked
from shared.domain import Event
from shared.messaging.serialization import BrokenContract, decode, encode, schema_of
from shared.strict_json import dumps, loads

CONTRACTS: dict[str, Any] = {name_of(each): each for each in contracts()}
SAMPLES = {path.name.removesuffix(".v1.json"): path for path in FOLDER.glob("samples/*.json")}
PUBLISHED = json.loads((FOLDER / "fields.json").read_text())

every_sample = pytest.mark.parametrize("name", sorted(SAMPLES))
every_contract = pytest.mark.parametrize("name", sorted(CONTRACTS))


def sample(name: str) -> Any:
    return loads(SAMPLES[name].read_bytes())


# -- what was published ----------------------------------------------------------------------------


def test_every_contract_has_a_sample_and_every_sample_a_contract() -> None:
    assert SAMPLES.keys() == CONTRACTS.keys()


def test_no_field_was_removed_retyped_or_made_required() -> None:
    assert breaches(PUBLISHED, today()) == []


def test_every_field_is_on_file() -> None:
    assert breaches(today(), PUBLISHED) == []


@every_sample
def test_a_sample_still_loads(name: str) -> None:
    event = decode(CONTRACTS[name], SAMPLES[name].read_bytes())

    again = loads(encode(event))
    assert {field: again[field] for field in sample(name)} == sample(name)
    assert decode(CONTRACTS[name], encode(event)) == event


@every_contract
def test_an_event_with_a_value_in_every_field_goes_there_and_back(name: str) -> None:
    body = sample_of(CONTRACTS[name])

    assert list(body) == [*PUBLISHED[name]["required"], *PUBLISHED[name]["optional"]]
    assert loads(encode(decode(CONTRACTS[name], dumps(body)))) == body


# -- strict publishers, tolerant consumers ---------------------------------------------------------


@every_contract
def test_consumers_ignore_fields_that_they_do_not_know(name: str) -> None:
    body = sample_of(CONTRACTS[name])
    strange = deepcopy(body)
    for value in objects_in(strange, CONTRACTS[name]):
        value["not_yet_invented"] = {"by": ["anybody"]}

    assert decode(CONTRACTS[name], dumps(strange)) == decode(CONTRACTS[name], dumps(body))


@every_contract
def test_publishers_refuse_fields_that_are_not_in_the_contract(name: str) -> None:
    schema = schema_of(CONTRACTS[name], strict=True)
    body = sample_of(CONTRACTS[name])

    assert schema.validate(body) == {}
    assert list(schema.validate({**body, "not_yet_invented": 1})) == ["not_yet_invented"]


def test_publishers_refuse_unknown_fields_within_values() -> None:
    body = sample_of(TripBooked)
    body["legs"][0]["departs"]["not_yet_invented"] = 1

    errors: Any = schema_of(TripBooked, strict=True).validate(body)

    assert errors == {"legs": {0: {"departs": {"not_yet_invented": ["Unknown field."]}}}}


@every_contract
def test_a_required_field_must_be_there(name: str) -> None:
    for field in PUBLISHED[name]["required"]:
        body = sample_of(CONTRACTS[name])
        del body[field]

        with pytest.raises(BrokenContract) as refusal:
            decode(CONTRACTS[name], dumps(body))
        assert list(refusal.value.errors) == [field]


@every_contract
def test_an_optional_field_may_be_missing(name: str) -> None:
    body = sample_of(CONTRACTS[name])

    decode(CONTRACTS[name], dumps({each: body[each] for each in PUBLISHED[name]["required"]}))


@every_contract
def test_no_field_takes_a_value_of_another_type(name: str) -> None:
    body = sample_of(CONTRACTS[name])
    for field, value in body.items():
        wrong: Any = 1 if isinstance(value, str) else "1"

        with pytest.raises(BrokenContract) as refusal:
            decode(CONTRACTS[name], dumps({**body, field: wrong}))
        assert list(refusal.value.errors) == [field]


def test_what_does_not_fit_its_contract_is_not_published() -> None:
    event = decode(CityAdmitted, dumps(sample_of(CityAdmitted)))
    object.__setattr__(event, "precision", "to the week")

    with pytest.raises(BrokenContract) as refusal:
        encode(event)
    assert list(refusal.value.errors) == ["precision"]


def objects_in(body: Any, contract: type[Event]) -> list[dict[str, Any]]:
    """Return the body and every value in it that has fields of its own, not mere dictionaries."""
    known = [set(kind.__dataclass_fields__) for kind in (contract, PlaceTime, BookedLeg)]
    found = []
    if isinstance(body, dict):
        found += [body] if set(body) in known else []
        for value in list(body.values()):
            found += objects_in(value, contract)
    if isinstance(body, list):
        for value in body:
            found += objects_in(value, contract)
    return found


# -- the watch over it -----------------------------------------------------------------------------

CITY = {"travel.City": {"required": {"id": "str"}, "optional": {"zone": "str"}}}


@pytest.mark.parametrize(
    ("required", "optional", "breach"),
    [
        ({"id": "str"}, {"zone": "str"}, []),
        ({"id": "str"}, {"zone": "str", "new": "int"}, []),
        ({"id": "str"}, {}, ["travel.City.zone was removed"]),
        ({"id": "int"}, {"zone": "str"}, ["travel.City.id was str and is int"]),
        ({"id": "str", "zone": "str"}, {}, ["travel.City.zone was made required"]),
        ({"id": "str", "new": "int"}, {"zone": "str"}, ["travel.City.new is new and required"]),
        (
            {},
            {"id": "str", "zone": "str"},
            [
                "travel.City.id was made optional: those who have it required refuse events"
                " without it"
            ],
        ),
    ],
)
def test_breaking_what_was_published_is_told(
    required: dict[str, str], optional: dict[str, str], breach: list[str]
) -> None:
    now = {"travel.City": {"required": required, "optional": optional}}

    assert breaches(CITY, now) == breach


@pytest.mark.parametrize(
    ("default", "breach"),
    [
        ("''", []),
        ("'UTC'", ["travel.City.zone meant '' where it is missing and means 'UTC'"]),
    ],
)
def test_giving_older_events_another_meaning_is_told(default: str, breach: list[str]) -> None:
    fields = CITY["travel.City"]
    then = {"travel.City": {**fields, "defaults": {"zone": "''"}}}
    now = {"travel.City": {**fields, "defaults": {"zone": default}}}

    assert breaches(then, now) == breach


def test_another_word_that_a_field_may_hold_is_told() -> None:
    then, now = told(SMALL="small"), told(SMALL="small", LARGE="large")

    assert breaches(then, now) == [
        'test_contracts.Told.size was Size["small"] and is Size["small", "large"]'
    ]


def told(**words: str) -> Listing:
    size = StrEnum("Size", words)  # type: ignore[misc]
    return listing_of(
        [make_dataclass("Told", [("size", size)], namespace={"__module__": __name__})]
    )


def test_removing_a_contract_is_told() -> None:
    assert breaches(CITY, {}) == ["travel.City was removed"]


def test_types_are_listed_as_they_are_written() -> None:
    listed = listing_of([CityDescribed, TripBooked])

    assert listed["membership.CityDescribed"]["required"]["names"] == "dict[str, str]"
    assert listed["travel.TripBooked"]["required"]["legs"] == "tuple[BookedLeg, ...]"
    assert listed["travel.TripBooked"]["optional"] == {"party_id": "str | None"}
    assert listed["travel.TripBooked"]["defaults"] == {"party_id": "None"}


def test_writing_again_changes_nothing(tmp_path: Path) -> None:
    main(tmp_path)
    written = {path: path.read_bytes() for path in tmp_path.rglob("*.json")}

    assert main(tmp_path) == 0
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.json")} == written
    assert len(written) == len(CONTRACTS) + 1


def test_what_was_published_is_not_written_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(tmp_path)
    listing = tmp_path / "fields.json"
    published = json.loads(listing.read_text())
    published["membership.CityApplied"]["required"]["motive"] = "str"
    listing.write_text(json.dumps(published))

    assert main(tmp_path) == 1
    assert "membership.CityApplied.motive was removed" in capsys.readouterr().out
    assert json.loads(listing.read_text()) == published
