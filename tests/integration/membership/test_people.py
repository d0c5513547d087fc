from collections.abc import Callable

from tests.integration.membership.world import Listener, World, refusal
from tests.support.client import Client

PRIVATE = {"email", "phone", "nationality", "passport_type"}


def test_a_person_is_registered_and_told_of_with_the_contact_apart(
    organiser: Client, world: World, published: Listener
) -> None:
    city_id = world.a_member()

    answer = organiser.post(
        "/v1/people",
        {
            "city_id": city_id,
            "name": "Eleni Vasilaki",
            "original_name": "Ελένη Βασιλάκη",
            "title": "Mayor",
            "languages": ["el", "en"],
            "email": "eleni@athens.example",
            "phone": "+447700900102",
            "nationality": "GR",
            "passport_type": "service",
        },
    )

    assert answer.status_code == 201
    person = answer.json()
    assert {name: person[name] for name in person if name != "id"} == {
        "city_id": city_id,
        "name": "Eleni Vasilaki",
        "original_name": "Ελένη Βασιλάκη",
        "passport_name": "",
        "name_source": "given",
        "title": "Mayor",
        "languages": ["el", "en"],
        "affiliations": [
            {"city_id": city_id, "starts_on": None, "ends_on": None, "title": "Mayor"}
        ],
        "merged_into": None,
        "email": "eleni@athens.example",
        "phone": "+447700900102",
        "other_emails": [],
        "other_phones": [],
        "nationality": "GR",
        "passport_type": "service",
    }
    (described, profile), (changed, contact) = published.events_of(person["id"], 2)
    assert (described, changed) == ("PersonDescribed", "PersonContactChanged")
    assert not PRIVATE & profile.keys()
    assert (contact["email"], contact["phone"]) == ("eleni@athens.example", "+447700900102")


def test_registering_twice_with_one_key_makes_one_person(organiser: Client, world: World) -> None:
    city_id = world.a_member()
    given = {"city_id": city_id, "name": "Defne Karasu"}

    first = organiser.post("/v1/people", given, key=city_id)
    again = organiser.post("/v1/people", given, key=city_id)

    assert first.json()["id"] == again.json()["id"]
    assert len(organiser.get("/v1/people", city_id=city_id).json()["items"]) == 1


def test_a_person_needs_a_known_city(organiser: Client, world: World) -> None:
    answer = organiser.post("/v1/people", {"city_id": world.city_id(), "name": "Defne"})

    assert refusal(answer) == (422, "unknown_city", ["city_id"])


def test_a_name_in_another_script_is_refused(organiser: Client, world: World) -> None:
    answer = organiser.post("/v1/people", {"city_id": world.a_member(), "name": "Ελένη"})

    assert refusal(answer) == (422, "not_in_latin_letters", ["name"])


def test_of_a_person_only_what_is_given_changes(
    organiser: Client, world: World, published: Listener
) -> None:
    person_id = world.a_person(world.a_member())
    path = f"/v1/people/{person_id}"

    changed = organiser.patch(path, {"title": "Deputy Mayor"}, headers={"If-Match": '"1"'})
    stale = organiser.patch(path, {"title": "Mayor"}, headers={"If-Match": '"1"'})

    assert (changed.status_code, changed.json()["title"]) == (200, "Deputy Mayor")
    assert changed.json()["phone"] == "+447700900105"
    assert refusal(stale) == (412, "precondition_failed", [])
    assert [name for name, _ in published.events_of(person_id, 3)] == [
        "PersonDescribed",
        "PersonContactChanged",
        "PersonDescribed",
    ]


def test_a_person_nobody_registered_is_unknown(organiser: Client) -> None:
    assert refusal(organiser.get("/v1/people/none")) == (404, "unknown_person", [])
    assert refusal(organiser.patch("/v1/people/none", {"title": ""})) == (
        404,
        "unknown_person",
        [],
    )


def test_people_are_listed_by_name(organiser: Client, world: World) -> None:
    city_id = world.a_member()
    for name in ("Zeynep", "Ali", "Mehmet"):
        world.a_person(city_id, name=name)

    first = organiser.get("/v1/people", city_id=city_id, limit=2).json()
    second = organiser.get(
        "/v1/people", city_id=city_id, limit=2, cursor=first["next_cursor"]
    ).json()

    assert [each["name"] for each in first["items"] + second["items"]] == [
        "Ali",
        "Mehmet",
        "Zeynep",
    ]
    assert second["next_cursor"] is None


def test_host_staff_see_who_a_person_is_and_not_how_to_reach_him(
    api: Callable[..., Client], world: World
) -> None:
    city_id = world.a_member()
    person_id = world.a_person(city_id)
    host = api("host")

    one = host.get(f"/v1/people/{person_id}")
    (listed,) = host.get("/v1/people", city_id=city_id).json()["items"]

    assert one.status_code == 200
    assert one.json() == listed
    assert not PRIVATE & listed.keys()
    assert refusal(host.patch(f"/v1/people/{person_id}", {"title": ""})) == (403, "forbidden", [])


def test_a_city_lead_keeps_his_own_citys_people(api: Callable[..., Client], world: World) -> None:
    own, other = world.a_member(), world.a_member()
    stranger = world.a_person(other)
    lead = api("city_lead", cities=(own,))

    mine = lead.post("/v1/people", {"city_id": own, "name": "Defne", "email": "d@x.example"})

    assert mine.status_code == 201
    path = f"/v1/people/{mine.json()['id']}"
    assert lead.get(path).json()["email"] == "d@x.example"
    assert lead.patch(path, {"title": "Mayor"}).json()["title"] == "Mayor"
    assert [each["id"] for each in lead.get("/v1/people", city_id=own).json()["items"]] == [
        mine.json()["id"]
    ]
    not_his = (403, "not_your_city", [])
    assert refusal(lead.post("/v1/people", {"city_id": other, "name": "Defne"})) == not_his
    assert refusal(lead.get(f"/v1/people/{stranger}")) == not_his
    assert refusal(lead.patch(f"/v1/people/{stranger}", {"title": "x"})) == not_his
    assert refusal(lead.get("/v1/people", city_id=other)) == not_his
    assert refusal(lead.get("/v1/people")) == not_his


def test_a_name_is_written_in_latin_letters_until_somebody_gives_it(
    organiser: Client, world: World
) -> None:
    city_id = world.a_member()
    given = {
        "city_id": city_id,
        "original_name": "Ελένη Βασιλάκη",
        "passport_name": "VASILAKI ELENI",
    }

    person = organiser.post("/v1/people", given).json()
    path = f"/v1/people/{person['id']}"
    corrected = organiser.patch(path, {"name": "Helen Vasilaki"}).json()
    later = organiser.patch(path, {"original_name": "Ελένη Μαρία Βασιλάκη"}).json()

    assert (person["name"], person["name_source"]) == ("Eleni Vasilaki", "transliterated")
    assert person["passport_name"] == "VASILAKI ELENI"
    assert (corrected["name"], corrected["name_source"]) == ("Helen Vasilaki", "given")
    assert later["name"] == "Helen Vasilaki"


def test_names_that_nobody_could_use_are_refused(organiser: Client, world: World) -> None:
    city_id = world.a_member()

    answers = [
        organiser.post("/v1/people", {"city_id": city_id}),
        organiser.post("/v1/people", {"city_id": city_id, "original_name": "42"}),
        organiser.post("/v1/people", {"city_id": city_id, "name": "Elif", "title": "a\nb"}),
        organiser.post(
            "/v1/people", {"city_id": city_id, "name": "Elif", "passport_name": "Örnek"}
        ),
    ]

    assert [refusal(answer) for answer in answers] == [
        (422, "name_missing", ["name"]),
        (422, "name_missing", ["name"]),
        (422, "invalid", ["title"]),
        (422, "not_a_passport_spelling", ["passport_name"]),
    ]
    assert answers[3].json()["rule"]["source"] == "ICAO Doc 9303, part 3, section 4.6"


def test_who_moves_is_found_in_each_city_on_its_days(
    api: Callable[..., Client], organiser: Client, world: World, published: Listener
) -> None:
    athens, sofia = world.a_member(), world.a_member()
    person_id = world.a_person(athens, title="Mayor")
    path = f"/v1/people/{person_id}/affiliations"

    moved = organiser.post(path, {"city_id": sofia, "starts_on": "2024-03-01", "title": "Adviser"})
    dated = organiser.post(
        path, {"city_id": athens, "starts_on": "2019-09-01", "ends_on": "2024-02-29"}
    )

    assert (moved.status_code, moved.json()["city_id"]) == (200, sofia)
    assert dated.json()["title"] == "Adviser"
    assert dated.json()["affiliations"] == [
        {"city_id": athens, "starts_on": "2019-09-01", "ends_on": "2024-02-29", "title": "Mayor"},
        {"city_id": sofia, "starts_on": "2024-03-01", "ends_on": None, "title": "Adviser"},
    ]

    def found(city_id: str, **query: str) -> list[str]:
        people = organiser.get("/v1/people", city_id=city_id, **query).json()["items"]
        return [each["id"] for each in people]

    assert (found(athens), found(sofia)) == ([], [person_id])
    days = ("2019-08-31", "2019-09-01", "2024-02-29", "2024-03-01")
    assert [found(athens, on=day) for day in days] == [[], [person_id], [person_id], []]
    assert found(sofia, on="2024-03-01") == [person_id]
    everybody = organiser.get("/v1/people", on="2019-09-01", limit=200).json()
    assert everybody["items"]
    names = [name for name, _ in published.events_of(person_id, 5)]
    assert names.count("PersonAffiliated") == 3

    former = api("city_lead", cities=(athens,))
    (shown,) = former.get("/v1/people", city_id=athens, on="2024-02-29").json()["items"]
    assert not PRIVATE & shown.keys()
    assert refusal(former.get(f"/v1/people/{person_id}")) == (403, "not_your_city", [])
    assert api("city_lead", cities=(sofia,)).get(f"/v1/people/{person_id}").json()["email"]


def test_affiliations_that_cannot_be_are_refused(organiser: Client, world: World) -> None:
    athens, sofia = world.a_member(), world.a_member()
    person_id = world.a_person(athens)
    path = f"/v1/people/{person_id}/affiliations"
    organiser.post(path, {"city_id": athens, "starts_on": "2024-03-01"})
    before = organiser.get(f"/v1/people/{person_id}").json()

    answers = [
        organiser.post(
            path, {"city_id": sofia, "starts_on": "2024-05-01", "ends_on": "2024-04-30"}
        ),
        organiser.post(path, {"city_id": sofia, "starts_on": "2999-01-01"}),
        organiser.post(path, {"city_id": sofia, "starts_on": "2024-03-01"}),
        organiser.post(path, {"city_id": athens, "starts_on": "2024-04-01"}),
        organiser.post(path, {"city_id": world.city_id(), "starts_on": "2024-04-01"}),
        organiser.post(path, {"city_id": sofia}),
        organiser.post(
            "/v1/people/none/affiliations", {"city_id": sofia, "starts_on": "2024-04-01"}
        ),
    ]

    assert [refusal(answer) for answer in answers] == [
        (422, "left_before_joined", ["ends_on"]),
        (422, "joined_too_early", ["starts_on"]),
        (422, "moved_backwards", ["starts_on"]),
        (422, "overlaps_affiliation", ["starts_on"]),
        (422, "unknown_city", ["city_id"]),
        (422, "invalid", ["starts_on"]),
        (404, "unknown_person", []),
    ]
    assert organiser.get(f"/v1/people/{person_id}").json() == before


def test_an_office_passes_from_one_holder_to_the_next(
    organiser: Client, world: World, published: Listener
) -> None:
    city_id = world.a_member()
    old, new = world.a_person(city_id), world.a_person(city_id, name="Ali Can")
    path = f"/v1/cities/{city_id}/office-holders"

    organiser.post(path, {"office": "mayor", "person_id": old, "starts_on": "2019-06-27"})
    answer = organiser.post(
        path,
        {
            "office": "mayor",
            "person_id": new,
            "starts_on": "2024-04-01",
            "acting": True,
            "represented_by": old,
        },
    )

    assert answer.status_code == 200
    assert answer.json()["terms"][0]["ends_on"] == "2024-03-31"

    def holders(on: str) -> list[str]:
        found = organiser.get(path, on=on).json()
        assert (found["city_id"], found["on"]) == (city_id, on)
        return [each["person_id"] for each in found["holders"]]

    assert [holders(on) for on in ("2019-06-26", "2024-03-31", "2024-04-01")] == [[], [old], [new]]
    assert organiser.get(path).json()["holders"] == [
        {
            "office": "mayor",
            "person_id": new,
            "starts_on": "2024-04-01",
            "ends_on": None,
            "acting": True,
            "represented_by": old,
        }
    ]
    events = published.events_of(city_id, 5)
    assert [body["person_id"] for name, body in events if name == "OfficeHolderChanged"] == [
        old,
        new,
    ]


def test_an_office_that_is_held_is_not_given_twice(organiser: Client, world: World) -> None:
    city_id = world.a_member()
    given = {
        "office": "mayor",
        "person_id": world.a_person(city_id),
        "starts_on": "2024-04-01",
        "ends_on": "2029-03-31",
    }
    path = f"/v1/cities/{city_id}/office-holders"
    organiser.post(path, given)

    overlapping = organiser.post(path, {**given, "starts_on": "2025-01-01"})
    backwards = organiser.post(path, {**given, "ends_on": "2024-03-31"})

    assert refusal(overlapping) == (422, "overlaps_term", ["starts_on"])
    assert refusal(backwards) == (422, "ends_before_it_starts", ["ends_on"])


def test_an_office_is_held_by_a_known_person_of_the_city(organiser: Client, world: World) -> None:
    city_id, other = world.a_member(), world.a_member()
    own, stranger = world.a_person(city_id), world.a_person(other)
    path = f"/v1/cities/{city_id}/office-holders"
    given = {"office": "mayor", "person_id": own, "starts_on": "2024-04-01"}

    answers = [
        organiser.post(path, {**given, "person_id": "none"}),
        organiser.post(path, {**given, "represented_by": "none"}),
        organiser.post(path, {**given, "person_id": stranger}),
    ]

    assert [refusal(answer) for answer in answers] == [
        (422, "unknown_person", ["person_id"]),
        (422, "unknown_person", ["represented_by"]),
        (422, "person_of_another_city", ["person_id"]),
    ]


def test_the_offices_of_a_city_nobody_knows_are_unknown(organiser: Client, world: World) -> None:
    path = f"/v1/cities/{world.city_id()}/office-holders"
    given = {"office": "mayor", "person_id": None, "starts_on": "2024-04-01"}

    assert refusal(organiser.get(path)) == (404, "unknown_city", [])
    assert refusal(organiser.post(path, given)) == (404, "unknown_city", [])


def test_only_organisers_enter_who_holds_an_office(
    api: Callable[..., Client], world: World
) -> None:
    city_id = world.a_member()
    path = f"/v1/cities/{city_id}/office-holders"
    lead = api("city_lead", cities=(city_id,))
    given = {"office": "mayor", "person_id": None, "starts_on": "2024-04-01"}

    assert refusal(lead.post(path, given)) == (403, "forbidden", [])
    assert lead.get(path).json()["holders"] == []
