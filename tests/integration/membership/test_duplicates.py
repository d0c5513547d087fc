from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.membership.world import Json, Listener, World, refusal
from tests.support.client import Client
from tests.support.running_service import RunningService
from tests.support.waiting import wait_until


def pairs_of(organiser: Client, *person_ids: str, limit: int = 200) -> list[Json]:
    """Return the pairs that are about these people, in order."""
    found, cursor = [], {}
    while True:
        page = organiser.get("/v1/people/duplicates", limit=limit, **cursor).json()
        found += page["items"]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    return [pair for pair in found if {each["id"] for each in pair["people"]} & set(person_ids)]


def ids_of(pair: Json) -> list[str]:
    return [each["id"] for each in pair["people"]]


def merge(organiser: Client, survivor: str, duplicate: str) -> Any:
    return organiser.post(f"/v1/people/{survivor}/mergers", {"duplicate_id": duplicate})


def absorbed(organiser: Client, answer: Any, *person_ids: str) -> list[Json]:
    """Return people as they are when what follows from a merger has happened."""
    assert answer.status_code == 200, answer.text
    survivor = answer.json()["merged_into"]

    def found() -> list[Json]:
        people = [organiser.get(f"/v1/people/{each}").json() for each in person_ids]
        emails = {each["email"] for each in people}
        settled = len(emails) == 1 and all(
            each["merged_into"] in (None, survivor) for each in people
        )
        return people if settled else []

    return wait_until(found, what=f"{person_ids} merged")


def test_who_was_entered_twice_is_shown_with_the_reasons(organiser: Client, world: World) -> None:
    city_id = world.a_member()
    family = f"Karasu{city_id[3:]}"
    one = world.a_person(city_id, name=f"Defne {family}", email=f"Defne@{city_id}.example")
    other = world.a_person(
        city_id, name=f"{family.upper()} Defné", email=f"defne@{city_id}.example"
    )
    alone = world.a_person(city_id, name=f"Ali {family}", email=f"ali@{city_id}.example")

    (pair,) = pairs_of(organiser, one, other)

    assert ids_of(pair) == sorted((one, other))
    assert pair["reasons"] == ["same_email", "same_name_and_city", "same_name_and_nationality"]
    assert pair["people"][0]["phone"] == "+447700900105"
    assert pairs_of(organiser, alone) == []


def test_pairs_come_in_pages_in_a_stable_order(organiser: Client, world: World) -> None:
    city_id = world.a_member()
    people = [
        world.a_person(city_id, name=f"Elif {city_id[3:]}", email=f"{n}@{city_id}.example")
        for n in "abc"
    ]

    by_page, at_once = pairs_of(organiser, *people, limit=1), pairs_of(organiser, *people)

    assert by_page == at_once
    assert [ids_of(each) for each in at_once] == sorted(ids_of(each) for each in at_once)
    assert len(at_once) == 3


def test_who_is_somebody_else_is_not_shown_again(
    organiser: Client, world: World, published: Listener
) -> None:
    city_id = world.a_member()
    mail = f"office@{city_id}.example"
    one = world.a_person(city_id, name="Elif Ortak", email=mail, nationality="AL")
    other = world.a_person(city_id, name="Ali Can", email=mail, nationality="AL")
    path = f"/v1/people/{one}/distinctions"
    assert [each["reasons"] for each in pairs_of(organiser, one)] == [["same_email"]]

    answers = [organiser.post(path, {"other_id": other}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert pairs_of(organiser, one) == []
    events = [name for name, _ in published.events_of(one, 3)]
    assert events.count("PersonToldApart") == 1


def test_a_merger_leaves_one_person_whom_both_ids_name(
    organiser: Client, world: World, published: Listener
) -> None:
    athens, sofia = world.a_member(), world.a_member()
    survivor = world.a_person(athens, name="Eleni Vasilaki", email="eleni@athens.example", phone="")
    duplicate = world.a_person(
        sofia,
        name="E. Vasilaki",
        original_name="Ελένη Βασιλάκη",
        email="evasilaki@sofia.example",
        phone="+447700900199",
        languages=["el", "en"],
    )

    answer = merge(organiser, survivor, duplicate)

    assert (answer.json()["id"], answer.json()["merged_into"]) == (duplicate, survivor)
    one, other = absorbed(organiser, answer, survivor, duplicate)
    assert (one["merged_into"], other["merged_into"]) == (None, survivor)
    assert (one["name"], one["original_name"]) == ("Eleni Vasilaki", "Ελένη Βασιλάκη")
    assert (one["email"], one["phone"]) == ("eleni@athens.example", "+447700900199")
    assert one["other_emails"] == ["evasilaki@sofia.example"]
    assert [each["city_id"] for each in one["affiliations"]] == sorted((athens, sofia))
    told_apart = {"id", "merged_into"}
    assert {name: one[name] for name in one.keys() - told_apart} == {
        name: other[name] for name in other.keys() - told_apart
    }
    listed = organiser.get("/v1/people", city_id=athens).json()["items"]
    assert [each["id"] for each in listed] == [survivor]
    assert organiser.get("/v1/people", city_id=sofia).json()["items"] == []
    names = [name for name, _ in published.events_of(duplicate, 6)]
    assert names[2:4] == ["PersonMerged", "PersonAffiliated"]
    contact = [body for name, body in published.events_of(duplicate, 6) if "Contact" in name][-1]
    assert (contact["person_id"], contact["email"]) == (duplicate, "eleni@athens.example")


def test_who_has_seen_a_merger_reads_what_followed_from_it(organiser: Client, world: World) -> None:
    city_id = world.a_member()
    one, other = world.a_person(city_id, phone=""), world.a_person(city_id)

    after = {"Zirve-After": merge(organiser, one, other).headers["Zirve-Seen"]}

    survivor = organiser.send("GET", f"/v1/people/{one}", headers=after).json()
    assert survivor["phone"] == "+447700900105"


def test_what_changes_of_the_survivor_reaches_the_old_id(organiser: Client, world: World) -> None:
    city_id = world.a_member()
    people = [world.a_person(city_id, email=f"{n}@x.example") for n in range(3)]
    absorbed(organiser, merge(organiser, people[1], people[0]), people[1], people[0])
    absorbed(organiser, merge(organiser, people[2], people[1]), *people)

    organiser.patch(f"/v1/people/{people[2]}", {"email": "new@x.example"})

    def told() -> bool:
        found = [organiser.get(f"/v1/people/{each}").json() for each in people]
        return [each["email"] for each in found] == ["new@x.example"] * 3

    wait_until(told, what="all ids say the new address")
    ends = [organiser.get(f"/v1/people/{each}").json()["merged_into"] for each in people]
    assert ends == [people[2], people[2], None]


def test_merging_the_same_two_once_more_changes_nothing(
    organiser: Client, world: World, published: Listener
) -> None:
    city_id = world.a_member()
    one, other = world.a_person(city_id), world.a_person(city_id, email="d@x.example")
    absorbed(organiser, merge(organiser, one, other), one, other)
    before = organiser.get(f"/v1/people/{one}").json()

    again = merge(organiser, one, other)

    assert (again.status_code, again.json()["merged_into"]) == (200, one)
    assert organiser.get(f"/v1/people/{one}").json() == before
    names = [name for name, _ in published.events_of(other, 4)]
    assert names.count("PersonMerged") == 1


def test_mergers_that_cannot_be_are_refused_by_their_rule(organiser: Client, world: World) -> None:
    city_id = world.a_member()
    one, other, third = (world.a_person(city_id, email=f"{n}@x.example") for n in range(3))
    merge(organiser, one, other)

    answers = [
        merge(organiser, one, one),
        merge(organiser, one, "none"),
        merge(organiser, "none", one),
        merge(organiser, third, other),
        merge(organiser, other, third),
        organiser.patch(f"/v1/people/{other}", {"title": "x"}),
        organiser.post(f"/v1/people/{third}/distinctions", {"other_id": third}),
        organiser.post(f"/v1/people/{third}/distinctions", {"other_id": "none"}),
    ]

    assert [refusal(answer) for answer in answers] == [
        (422, "merged_with_oneself", ["duplicate_id"]),
        (422, "unknown_person", ["duplicate_id"]),
        (404, "unknown_person", []),
        (409, "already_merged", []),
        (409, "was_merged", []),
        (409, "was_merged", []),
        (422, "merged_with_oneself", ["other_id"]),
        (422, "unknown_person", ["other_id"]),
    ]
    assert answers[4].json()["rule"]["text"] == (
        "What was merged into a person is changed there, and takes in nobody."
    )


def test_offices_that_name_the_old_id_are_kept(organiser: Client, world: World) -> None:
    city_id = world.a_member()
    one, other = world.a_person(city_id), world.a_person(city_id, email="d@x.example")
    path = f"/v1/cities/{city_id}/office-holders"
    term = {"office": "mayor", "person_id": other, "starts_on": "2024-04-01"}
    organiser.post(path, term)

    absorbed(organiser, merge(organiser, one, other), one, other)

    assert organiser.get(path).json()["holders"][0]["person_id"] == other
    sheet = organiser.get("/v1/exports/office-holders", city_id=city_id).text.splitlines()
    assert sheet[1].split(",")[4] == one


@pytest.mark.parametrize("role", ["host", "city_lead"])
def test_only_organisers_find_and_merge_duplicates(
    api: Callable[..., Client], world: World, role: str
) -> None:
    city_id = world.a_member()
    person_id = world.a_person(city_id)
    client = api(role, cities=(city_id,))

    answers = [
        client.get("/v1/people/duplicates"),
        merge(client, person_id, person_id),
        client.post(f"/v1/people/{person_id}/distinctions", {"other_id": person_id}),
        client.post(f"/v1/people/{person_id}/affiliations", {"city_id": city_id}),
    ]

    assert [refusal(answer) for answer in answers] == [(403, "forbidden", [])] * 4


def test_a_merger_goes_on_where_a_killed_process_has_left_it(
    run_service: Callable[..., RunningService], client: Callable[..., Client]
) -> None:
    membership = run_service("membership")
    organiser = client(membership)
    world = World(organiser)
    city_id = world.a_member()
    pairs = [
        [world.a_person(city_id, email=f"{n}{which}@x.example") for which in "ab"] for n in range(8)
    ]

    answers = []
    for one, other in pairs:
        answers.append(merge(organiser, one, other))
        membership.kill()
        membership.start()

    for answer, (one, other) in zip(answers, pairs, strict=True):
        first, second = absorbed(organiser, answer, one, other)
        assert first["other_emails"] == second["other_emails"]
        assert len(first["other_emails"]) == 1
