"""The order of precedence of a network of its own: presidents, board and mayors of B40."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.integration.membership.world import Listener, World, refusal, running_membership
from tests.support.client import Client
from tests.support.running_service import RunningService
from tests.support.servers import Servers

Json = dict[str, Any]

ORDER = "/v1/precedence/order"
CITIES: dict[str, Json] = {
    "tr-istanbul": {"name": "Istanbul", "names": {"tr": "İstanbul"}, "country": "TR"},
    "gr-athens": {"name": "Athens", "names": {"el": "Αθήνα"}, "country": "GR"},
    "al-tirana": {"name": "Tirana", "names": {"sq": "Tiranë"}, "country": "AL"},
    "bg-sofia": {"name": "Sofia", "names": {"bg": "София"}, "country": "BG"},
    "hr-zagreb": {"name": "Zagreb", "names": {"hr": "Zagreb"}, "country": "HR"},
    "ba-sarajevo": {"name": "Sarajevo", "names": {"bs": "Sarajevo"}, "country": "BA"},
    "tr-izmir": {"name": "Izmir", "names": {"tr": "İzmir"}, "country": "TR"},
    "tr-canakkale": {"name": "Canakkale", "names": {"tr": "Çanakkale"}, "country": "TR"},
    "gr-pella": {"name": "Pella", "names": {"el": "Πέλλα"}, "country": "GR"},
}
PRESIDENTS = ("tr-istanbul", "gr-athens", "al-tirana", "bg-sofia", "hr-zagreb", "ba-sarajevo")
BOARD = ("gr-pella", "tr-izmir")
IN_OFFICE_SINCE = {"gr-pella": "2024-06-01", "tr-izmir": "2024-04-01"}
DEFAULT = [
    {"rule": "host"},
    {"rule": "presidency"},
    {"rule": "founding_presidency"},
    {"rule": "body", "body_kind": "executive_board"},
    {"rule": "standing"},
    {"rule": "office_rank", "offices": ["mayor", "deputy_mayor"]},
    {"rule": "seniority", "of": "office"},
    {"rule": "alphabetical"},
]


class B40:
    """A running membership with the cities, and whom a test asks about."""

    def __init__(self, membership: RunningService) -> None:
        self.running = membership
        self._organiser = membership.client()
        self.world = World(self._organiser)
        for city_id, known in CITIES.items():
            self.world.a_member(city_id, **known)
        for year, city_id in enumerate(PRESIDENTS, start=2022):
            self._post("/v1/presidencies", {"year": year, "city_id": city_id})
        board = self.world.a_body(*BOARD)
        self.board_id = board["id"]
        for seat, city_id in zip(board["seats"], BOARD, strict=True):
            path = f"/v1/bodies/{self.board_id}/seats/{seat['id']}/terms"
            self._post(path, {"city_id": city_id, "starts_on": "2025-02-25"})
        self.mayors = {each: self._mayor(each, day) for each, day in IN_OFFICE_SINCE.items()}

    def close(self) -> None:
        self._organiser.close()

    def _mayor(self, city_id: str, since: str) -> str:
        person_id = self.world.a_person(city_id)
        given = {"office": "mayor", "person_id": person_id, "starts_on": since}
        self._post(f"/v1/cities/{city_id}/office-holders", given)
        return person_id

    def _post(self, path: str, given: Json) -> None:
        answer = self._organiser.post(path, given)
        assert answer.status_code in (200, 201), answer.text


@pytest.fixture(scope="module")
def b40(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[B40]:
    with running_membership(servers, tmp_path_factory.mktemp("precedence")) as running:
        network = B40(running)
        yield network
        network.close()


@pytest.fixture
def organiser(b40: B40, client: Callable[..., Client]) -> Client:
    """Speak as an organiser, of a network that has the rules of the default again."""
    organiser = client(b40.running)
    assert organiser.put("/v1/precedence", {"rules": DEFAULT}).status_code == 200
    return organiser


def places(answer: Any) -> list[Json]:
    assert answer.status_code == 200, answer.text
    found: list[Json] = answer.json()["places"]
    return found


def city_ids(answer: Any) -> list[str]:
    return [each["city_id"] for each in places(answer)]


# -- the rules -------------------------------------------------------------------------------------


def test_other_rules_are_taken_told_and_decide(b40: B40, organiser: Client) -> None:
    rules = [
        {"rule": "former_presidencies"},
        {"rule": "body", "body_id": b40.board_id},
        {"rule": "seniority", "of": "membership"},
        {"rule": "alphabetical", "language": "tr"},
    ]
    before = city_ids(organiser.get(ORDER, on="2026-01-26"))

    with Listener(b40.running.amqp_uri) as published:
        answer = organiser.put("/v1/precedence", {"rules": rules})
        ((name, told),) = published.events_of("precedence")

    assert answer.status_code == 200
    assert answer.json() == organiser.get("/v1/precedence").json() == {"rules": rules}
    assert name == "PrecedenceChanged"
    assert [each["rule"] for each in told["rules"]] == [each["rule"] for each in rules]
    assert told["rules"][1]["body_id"] == b40.board_id
    after = city_ids(organiser.get(ORDER, on="2026-01-26"))
    assert before[:2] == ["hr-zagreb", "tr-istanbul"]
    assert after == [*PRESIDENTS[:4], "tr-izmir", "gr-pella", "tr-canakkale", *after[7:]]


def test_the_alphabet_is_added_to_rules_without_one(organiser: Client) -> None:
    answer = organiser.put("/v1/precedence", {"rules": [{"rule": "host"}]})

    assert answer.json()["rules"] == [{"rule": "host"}, {"rule": "alphabetical"}]


def test_rules_are_changed_at_the_version_that_was_seen(organiser: Client) -> None:
    seen = {"If-Match": organiser.get("/v1/precedence").headers["ETag"]}
    rules = {"rules": [{"rule": "standing"}]}

    first = organiser.put("/v1/precedence", rules, headers=seen)
    second = organiser.put("/v1/precedence", {"rules": []}, headers=seen)

    assert first.status_code == 200
    assert refusal(second)[:2] == (412, "precondition_failed")


@pytest.mark.parametrize(
    ("rules", "code", "field"),
    [
        ([{"rule": "host"}, {"rule": "age"}], "invalid", "rules.1.rule"),
        ([{"rule": "host"}, {}], "invalid", "rules.1.rule"),
        ([{"rule": "host", "weight": 2}], "invalid", "rules.0.weight"),
        ([{"rule": "body"}], "wrong_parameters", "rules.0"),
        ([{"rule": "host", "of": "office"}], "wrong_parameters", "rules.0"),
        ([{"rule": "body", "body_id": "choir"}], "unknown_body", "rules.0.body_id"),
        ([{"rule": "body", "body_kind": "choir"}], "invalid", "rules.0.body_kind"),
        ([{"rule": "seniority", "of": "age"}], "invalid", "rules.0.of"),
        ([{"rule": "office_rank", "offices": []}], "invalid", "rules.0.offices"),
        ([{"rule": "office_rank", "offices": ["Mayor!"]}], "invalid", "rules.0.offices.0"),
        ([{"rule": "host"}, {"rule": "host"}], "repeated_rule", "rules.1"),
        ([{"rule": "alphabetical"}, {"rule": "host"}], "alphabet_not_last", "rules.0"),
        ([{"rule": "alphabetical", "language": "zz"}], "unknown_language", "rules.0.language"),
        ([{"rule": "host"}] * 21, "invalid", "rules"),
        (None, "invalid", "rules"),
    ],
)
def test_rules_that_cannot_decide_are_refused(
    organiser: Client, rules: Any, code: str, field: str
) -> None:
    answer = organiser.put("/v1/precedence", {"rules": rules})

    assert refusal(answer) == (422, code, [field])
    assert organiser.get("/v1/precedence").json() == {"rules": DEFAULT}


# -- the order of cities ---------------------------------------------------------------------------


def test_every_place_among_all_cities_is_explained(organiser: Client) -> None:
    answer = organiser.get(ORDER, on="2026-01-26")

    assert city_ids(answer) == [
        "hr-zagreb",
        "tr-istanbul",
        "tr-izmir",
        "gr-pella",
        "gr-athens",
        "tr-canakkale",
        "ba-sarajevo",
        "bg-sofia",
        "al-tirana",
    ]
    told = answer.json()
    assert {each: told[each] for each in ("on", "language", "host_city_id")} == {
        "on": "2026-01-26",
        "language": "en",
        "host_city_id": None,
    }
    first, second, third = told["places"][:3]
    assert (first["decided_by"], first["explanation"]) == (
        "presidency",
        "Zagreb before Istanbul: president in 2026.",
    )
    assert second["explanation"] == "Istanbul before Izmir: first president, in 2022."
    assert third["explanation"] == (
        "Izmir before Pella: both in Board, member, mayor; "
        "in office since 2024-04-01 before in office since 2024-06-01."
    )
    assert told["places"][-1]["explanation"] is None
    assert told["rules"] == [each["rule"] for each in third["reasons"]]
    assert third["reasons"][3] == {"rule": told["rules"][3], "place": 1, "fact": "in Board"}


def test_the_reasons_alone_make_the_order_again(organiser: Client) -> None:
    found = places(organiser.get(ORDER, on="2026-01-26"))

    again = sorted(
        sorted(found, key=lambda each: str(each["city_id"])),
        key=lambda each: [one["place"] for one in each["reasons"]],
    )
    assert again == found


@pytest.mark.parametrize(
    ("before", "after", "left", "came"),
    [
        ("2021-12-31", "2022-01-01", None, "tr-istanbul"),
        ("2022-12-31", "2023-01-01", "tr-istanbul", "gr-athens"),
        ("2023-12-31", "2024-01-01", "gr-athens", "al-tirana"),
        ("2024-12-31", "2025-01-01", "al-tirana", "bg-sofia"),
        ("2025-12-31", "2026-01-01", "bg-sofia", "hr-zagreb"),
        ("2026-12-31", "2027-01-01", "hr-zagreb", "ba-sarajevo"),
    ],
)
def test_a_change_of_president_on_new_years_day_changes_the_head(
    organiser: Client, before: str, after: str, left: str | None, came: str
) -> None:
    heads = [city_ids(organiser.get(ORDER, on=day))[0] for day in (before, after)]

    assert heads == [left or "gr-athens", came]


def test_the_host_comes_before_the_president(organiser: Client) -> None:
    answer = organiser.get(ORDER, on="2026-01-26", host_city_id="gr-pella")

    assert city_ids(answer)[:2] == ["gr-pella", "hr-zagreb"]
    assert answer.json()["host_city_id"] == "gr-pella"


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("tr", ["Athens", "Çanakkale", "İstanbul", "İzmir", "Sarajevo"]),
        ("el", ["Αθήνα", "Canakkale", "Istanbul", "Izmir", "Sarajevo"]),
        ("hr", ["Athens", "Canakkale", "Istanbul", "Izmir", "Sarajevo"]),
    ],
)
def test_cities_that_nothing_else_tells_apart_are_in_the_order_of_an_alphabet(
    organiser: Client, language: str, names: list[str]
) -> None:
    organiser.put("/v1/precedence", {"rules": []})
    asked = ["ba-sarajevo", "tr-izmir", "tr-istanbul", "tr-canakkale", "gr-athens"]

    answer = organiser.get(ORDER, city_id=asked, language=language)

    assert [each["name"] for each in places(answer)] == names


def test_without_a_day_it_is_as_of_today(organiser: Client) -> None:
    today = organiser.get("/v1/clock").json()["now"][:10]

    assert organiser.get(ORDER).json()["on"] == today


@pytest.mark.parametrize(
    ("query", "code", "field"),
    [
        ({"city_id": ["tr-izmir", "fr-paris"]}, "unknown_city", "city_id.1"),
        ({"city_id": ["tr-izmir", "gr-pella", "tr-izmir"]}, "listed_twice", "city_id.2"),
        ({"city_id": ["Izmir"]}, "invalid", "city_id.0"),
        ({"host_city_id": "fr-paris"}, "unknown_city", "host_city_id"),
        (
            {"city_id": ["tr-izmir"], "host_city_id": "gr-pella"},
            "host_not_invited",
            "host_city_id",
        ),
        ({"language": "zz"}, "unknown_language", "language"),
        ({"language": "Turkish"}, "invalid", "language"),
        ({"on": "26.01.2026"}, "invalid", "on"),
        ({"person_id": "somebody"}, "invalid", "person_id"),
    ],
)
def test_a_question_about_cities_that_has_no_answer_is_refused(
    organiser: Client, query: Json, code: str, field: str
) -> None:
    assert refusal(organiser.get(ORDER, **query)) == (422, code, [field])


# -- the order of people ---------------------------------------------------------------------------


def test_people_are_ordered_by_office_and_named_by_whoever_asks(
    b40: B40, organiser: Client
) -> None:
    deputy = b40.world.a_person("tr-izmir", name="Şule Ornek")
    asked = [
        {"city_id": "tr-izmir", "person_id": deputy, "office": "deputy_mayor"},
        {"city_id": "gr-pella"},
        {"city_id": "tr-izmir", "office": "mayor"},
        {"city_id": "hr-zagreb", "person_id": None, "office": None},
    ]

    answer = organiser.post(ORDER, {"on": "2026-01-26", "participants": asked})

    assert [
        (each["position"], each["city_id"], each["office"], each["person_id"])
        for each in places(answer)
    ] == [
        (1, "hr-zagreb", None, None),
        (2, "tr-izmir", "mayor", b40.mayors["tr-izmir"]),
        (3, "gr-pella", "mayor", b40.mayors["gr-pella"]),
        (4, "tr-izmir", "deputy_mayor", deputy),
    ]
    assert places(answer)[2]["explanation"] == (
        "Pella before Şule Ornek (Izmir): both in Board, member; mayor before deputy mayor."
    )


def test_asking_changes_nothing(organiser: Client) -> None:
    version = organiser.get("/v1/precedence").headers["ETag"]
    asked = {"participants": [{"city_id": "tr-izmir"}], "language": "tr"}

    answers = [organiser.post(ORDER, asked, key="the-same-question") for _ in range(2)]

    assert answers[0].json() == answers[1].json()
    assert "Zirve-Seen" not in answers[0].headers
    assert organiser.get("/v1/precedence").headers["ETag"] == version


@pytest.mark.parametrize(
    ("participants", "more", "code", "field"),
    [
        ([{"city_id": "fr-paris"}], {}, "unknown_city", "participants.0.city_id"),
        (
            [{"city_id": "tr-izmir"}, {"city_id": "tr-izmir", "person_id": "nobody"}],
            {},
            "unknown_person",
            "participants.1.person_id",
        ),
        ([{"city_id": "tr-izmir"}] * 2, {}, "listed_twice", "participants.1"),
        ([{"city_id": "tr-izmir", "office": "Mayor!"}], {}, "invalid", "participants.0.office"),
        ([{"city_id": "tr-izmir", "rank": 1}], {}, "invalid", "participants.0.rank"),
        ([{"person_id": "somebody"}], {}, "invalid", "participants.0.city_id"),
        ([], {}, "invalid", "participants"),
        (
            [{"city_id": "tr-izmir"}],
            {"host_city_id": "gr-pella"},
            "host_not_invited",
            "host_city_id",
        ),
        ([{"city_id": "tr-izmir"}], {"language": "zz"}, "unknown_language", "language"),
        ([{"city_id": "tr-izmir"}], {"on": "soon"}, "invalid", "on"),
    ],
)
def test_a_question_about_people_that_has_no_answer_is_refused(
    organiser: Client, participants: list[Json], more: Json, code: str, field: str
) -> None:
    answer = organiser.post(ORDER, {"participants": participants, **more})

    assert refusal(answer) == (422, code, [field])


def test_a_person_is_listed_with_the_own_city(b40: B40, organiser: Client) -> None:
    asked = [{"city_id": "tr-izmir", "person_id": b40.mayors["gr-pella"]}]

    answer = organiser.post(ORDER, {"participants": asked})

    assert refusal(answer) == (422, "person_of_another_city", ["participants.0.person_id"])
    assert answer.json()["rule"]["text"] == (
        "A participant is listed with the city that he or she belongs to."
    )


# -- who may ---------------------------------------------------------------------------------------


def test_hosts_may_ask_and_only_organisers_may_change(
    b40: B40, client: Callable[..., Client]
) -> None:
    host, lead = (client(b40.running, role=each) for each in ("host", "city_lead"))
    asked = {"participants": [{"city_id": "tr-izmir"}]}

    assert host.get("/v1/precedence").status_code == 200
    assert host.get(ORDER).status_code == host.post(ORDER, asked).status_code == 200
    assert refusal(host.put("/v1/precedence", {"rules": []}))[0] == 403
    for answer in (lead.get("/v1/precedence"), lead.get(ORDER), lead.post(ORDER, asked)):
        assert refusal(answer)[0] == 403


def test_there_is_no_other_path(organiser: Client) -> None:
    assert refusal(organiser.get(f"{ORDER}/1"))[0] == 404
