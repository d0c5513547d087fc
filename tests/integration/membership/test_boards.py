"""The Executive Board of the B40 network: hosts by the presidency, elected cities by terms.

Who presided and who sat on the board is taken from the reports on the summits of Sofia (in.gr,
25 February 2025) and Zagreb (aridaianews.gr, January 2026).
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.integration.membership.world import Listener, World, refusal
from tests.support.client import Client
from tests.support.waiting import wait_until

HOSTS = (
    {"name": "Host of the year", "basis": "presidency_current"},
    {"name": "Host of last year", "basis": "presidency_previous"},
    {"name": "Host of next year", "basis": "presidency_next"},
)
ELECTED = tuple(f"Elected {number}" for number in range(1, 5))
PRESIDENTS = {2024: "Tirana", 2025: "Sofia", 2026: "Zagreb", 2027: "Sarajevo"}
ELECTED_IN = {
    # First day, last day: elected at one summit until the next one.
    ("2025-02-25", "2026-01-26"): ("Thessaloniki", "Istanbul", "Sarajevo", "Izmir"),
    ("2026-01-27", "2027-01-31"): ("Thessaloniki", "Pella", "Novo mesto", "Muğla"),
}


class B40:
    """The board and its cities, by name."""

    def __init__(self, api: Client, world: World) -> None:
        self.api = api
        names = {*PRESIDENTS.values(), *(each for cities in ELECTED_IN.values() for each in cities)}
        self.cities = {each: world.a_member(name=each) for each in sorted(names | {"Çanakkale"})}
        self.board = world.a_body(*HOSTS, *ELECTED)
        self.path = f"/v1/bodies/{self.board['id']}"

    def seat(self, name: str) -> str:
        (seat_id,) = (each["id"] for each in self.board["seats"] if each["name"] == name)
        return f"{self.path}/seats/{seat_id}"

    def fill(self, seat: str, city: str, starts_on: str, ends_on: str | None = None) -> Any:
        given = {"city_id": self.cities[city], "starts_on": starts_on, "ends_on": ends_on}
        return self.api.post(f"{self.seat(seat)}/terms", given)

    def elect(self, year: int, city: str) -> Any:
        return self.api.post("/v1/presidencies", {"year": year, "city_id": self.cities[city]})

    def elect_everybody(self) -> None:
        for year, city in PRESIDENTS.items():
            assert self.elect(year, city).status_code == 201
        for (starts_on, ends_on), cities in ELECTED_IN.items():
            for seat, city in zip(ELECTED, cities, strict=True):
                assert self.fill(seat, city, starts_on, ends_on).status_code == 200

    def on(self, day: str, **more: str) -> list[str | None]:
        """Return the cities of the board on a day, by seat."""
        names = {city_id: name for name, city_id in self.cities.items()}
        seats = self.api.get(f"{self.path}/roster", on=day, **more).json()["seats"]
        return [names.get(each["city_id"]) for each in seats]

    def wait_for(self, day: str, cities: list[str | None]) -> None:
        wait_until(lambda: self.on(day) == cities, what=f"{cities} on {day}")

    def composition(self, day: str) -> tuple[bool, dict[str, str], Any]:
        found = self.api.get(f"{self.path}/composition", on=day).json()
        return found["fits"], {each["basis"]: each["state"] for each in found["parts"]}, found


BOARD_OF_2025 = ["Sofia", "Tirana", "Zagreb", "Thessaloniki", "Istanbul", "Sarajevo", "Izmir"]
BOARD_OF_2026 = ["Zagreb", "Sofia", "Sarajevo", "Thessaloniki", "Pella", "Novo mesto", "Muğla"]
KEPT = dict.fromkeys(
    ("presidency_current", "presidency_previous", "presidency_next", "elected"), "fulfilled"
)


@pytest.fixture
def b40(no_presidency: None, organiser: Client, world: World) -> B40:
    return B40(organiser, world)


@pytest.fixture
def set_clock(organiser: Client) -> Iterator[Callable[[str], None]]:
    """Set the domain's time; it is the real one again afterwards."""

    def put(now: str) -> None:
        assert organiser.put("/v1/clock", {"now": now}).status_code == 200

    yield put
    put(datetime.now(UTC).isoformat())


def test_the_boards_of_2025_and_2026_are_found_as_of_a_day(b40: B40) -> None:
    b40.elect_everybody()

    b40.wait_for("2026-12-31", BOARD_OF_2026)

    assert b40.on("2025-02-25") == b40.on("2025-12-31") == BOARD_OF_2025
    assert b40.on("2026-01-27") == BOARD_OF_2026
    assert b40.on("2025-01-01") == [*BOARD_OF_2025[:3], *[None] * 4]
    # The year turns before the summit: the hosts change, the elected cities do not yet.
    assert b40.on("2026-01-01") == [*BOARD_OF_2026[:3], *BOARD_OF_2025[3:]]
    assert b40.on("2028-01-01") == [None] * 7


def test_a_board_that_is_founded_after_the_elections_follows_them_as_well(
    b40: B40, organiser: Client, world: World
) -> None:
    b40.elect_everybody()

    late = world.a_body(*HOSTS)

    path = f"/v1/bodies/{late['id']}/roster"
    expected = [b40.cities[each] for each in BOARD_OF_2025[:3]]

    def seated() -> bool:
        seats = organiser.get(path, on="2025-06-01").json()["seats"]
        return [each["city_id"] for each in seats] == expected

    wait_until(seated, what="hosts on the new board")


def test_canakkale_sat_on_the_board_of_2024_and_not_on_that_of_2025(b40: B40) -> None:
    b40.elect_everybody()
    b40.fill("Elected 1", "Çanakkale", "2024-01-31", "2025-02-24")

    assert "Çanakkale" in b40.on("2024-12-07")
    assert "Çanakkale" in b40.on("2025-02-24")
    assert "Çanakkale" not in b40.on("2025-02-25")
    assert "Çanakkale" not in b40.on("2024-01-30")


def test_the_city_that_presides_hosts_the_summit_and_never_twice_in_a_row(b40: B40) -> None:
    elected = b40.elect(2025, "Sofia")
    again = b40.elect(2026, "Sofia")

    assert elected.json()["summit_host_city_id"] == b40.cities["Sofia"]
    assert refusal(again) == (422, "no_two_terms_in_a_row", ["city_id"])
    assert again.json()["rule"]["text"] == "No city presides for two terms in a row."
    b40.wait_for("2025-06-01", ["Sofia", *[None] * 6])
    b40.wait_for("2026-06-01", [None] * 7)


def test_the_composition_of_2025_and_2026_fits_and_is_explained_where_it_does_not(
    b40: B40,
) -> None:
    b40.elect_everybody()
    b40.wait_for("2026-12-31", BOARD_OF_2026)

    for day in ("2025-06-01", "2026-06-01"):
        assert b40.composition(day)[:2] == (True, KEPT)
    b40.api.post(f"{b40.seat('Elected 2')}/vacancy", {"since": "2026-05-01"})

    fits, states, found = b40.composition("2026-06-01")

    assert (fits, states) == (False, {**KEPT, "elected": "missing"})
    assert found["rule"]["text"].startswith("The Executive Board is the host city of this year")
    assert found["parts"][3]["text"] == "3 cities are elected, 1 too few."
    assert found["parts"][0]["expected_city_id"] == b40.cities["Zagreb"]
    assert b40.composition("2026-04-30")[0] is True


def test_a_roster_is_told_as_it_was_known(b40: B40) -> None:
    b40.elect_everybody()
    b40.wait_for("2026-12-31", BOARD_OF_2026)
    before = b40.api.get("/v1/clock").json()["now"]
    term = f"{b40.seat('Elected 2')}/terms/2026-01-27"

    corrected = b40.api.post(
        f"{term}/correction", {"starts_on": "2026-02-01", "ends_on": "2026-06-30"}
    )

    assert corrected.status_code == 200, corrected.text
    assert b40.on("2026-07-01")[4] is None
    assert b40.on("2026-07-01", known_at=before)[4] == "Pella"
    assert b40.on("2026-01-27", known_at=before)[4] == "Pella"
    withdrawn = b40.api.send("POST", f"{b40.seat('Elected 2')}/terms/2026-02-01/withdrawal")
    assert withdrawn.status_code == 200, withdrawn.text
    assert b40.on("2026-06-01")[4] is None
    assert b40.on("2026-06-01", known_at="2020-01-01T00:00:00Z") == [None] * 7


def test_corrections_that_do_not_fit_are_refused_and_change_nothing(b40: B40) -> None:
    b40.fill("Elected 1", "Pella", "2026-01-27", "2026-12-31")
    b40.fill("Elected 1", "Muğla", "2027-01-01")
    before = b40.api.get(b40.path).json()
    terms = f"{b40.seat('Elected 1')}/terms"

    def correct(first_day: str, starts_on: str, ends_on: str | None) -> tuple[int, str, list[str]]:
        given = {"starts_on": starts_on, "ends_on": ends_on}
        return refusal(b40.api.post(f"{terms}/{first_day}/correction", given))

    assert correct("2026-01-27", "2026-01-27", None) == (409, "overlaps_term", [])
    assert correct("2026-01-27", "2021-01-01", "2021-12-31") == (422, "not_a_member", ["city_id"])
    assert correct("2026-01-27", "2026-02-01", "2026-01-31") == (
        422,
        "ends_before_it_starts",
        ["ends_on"],
    )
    assert correct("2026-01-28", "2026-02-01", None) == (404, "unknown_term", [])
    assert refusal(b40.api.send("POST", f"{terms}/none/withdrawal")) == (404, "unknown_term", [])
    assert b40.api.get(b40.path).json() == before


def test_the_seat_of_a_host_is_given_to_nobody_by_hand(b40: B40) -> None:
    b40.elect(2025, "Sofia")
    b40.wait_for("2025-06-01", ["Sofia", *[None] * 6])
    seat = b40.seat("Host of the year")

    answers = [
        b40.fill("Host of the year", "Pella", "2026-01-01"),
        b40.api.post(f"{seat}/vacancy", {"since": "2025-06-01"}),
        b40.api.send("POST", f"{seat}/terms/2025-01-01/withdrawal"),
        b40.api.post(
            f"{seat}/terms/2025-01-01/correction", {"starts_on": "2025-02-01", "ends_on": None}
        ),
    ]

    assert [refusal(each) for each in answers] == [(409, "follows_presidency", [])] * 4
    assert {each.json()["rule"]["text"] for each in answers} == {
        "Who holds a seat ex officio follows from the presidency."
    }


def test_other_bodies_have_no_rule_of_composition(organiser: Client, world: World) -> None:
    group = world.a_body("Chair", kind="working_group")

    answer = organiser.get(f"/v1/bodies/{group['id']}/composition")

    assert refusal(answer) == (409, "no_rule_of_composition", [])
    assert refusal(organiser.get("/v1/bodies/none/composition")) == (404, "unknown_body", [])


def test_a_holder_carries_on_where_the_body_says_so(organiser: Client, world: World) -> None:
    body = world.a_body("Elected", carry_over={"limit_days": 30})
    path, city_id = f"/v1/bodies/{body['id']}", world.a_member()
    organiser.post(
        f"{path}/seats/{body['seats'][0]['id']}/terms",
        {"city_id": city_id, "starts_on": "2024-01-31", "ends_on": "2025-02-24"},
    )

    def state(day: str) -> str:
        found: str = organiser.get(f"{path}/roster", on=day).json()["seats"][0]["state"]
        return found

    assert body["carry_over"] == {"limit_days": 30}
    assert [state(day) for day in ("2025-02-24", "2025-02-25", "2025-03-26", "2025-03-27")] == [
        "ends_soon",
        "carried_over",
        "carried_over",
        "vacant",
    ]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"carry_over": {"limit_days": 0}}, "carry_over.limit_days"),
        ({"carry_over": {"limit_days": "9"}}, "carry_over.limit_days"),
        ({"carry_over": True}, "carry_over"),
        ({"seats": [{"name": "Host", "basis": "host"}]}, "seats.0.basis"),
        ({"seats": [{"basis": "elected"}]}, "seats.0.name"),
        ({"seats": ["Host", 7]}, "seats.1"),
        ({"seats": [" "]}, "seats.0"),
        ({"seats": []}, "seats"),
    ],
)
def test_a_body_that_cannot_be_is_refused(
    organiser: Client, given: dict[str, Any], field: str
) -> None:
    body = {"name": "Board", "kind": "executive_board", "seats": ["Host"], **given}

    status, _, fields = refusal(organiser.post("/v1/bodies", body))

    assert (status, fields) == (422, [field])


def test_an_alternate_can_be_changed_within_the_term(
    organiser: Client, world: World, published: Listener
) -> None:
    body, city_id = world.a_body("Elected"), world.a_member()
    ana, boris = world.a_person(city_id), world.a_person(city_id)
    path = f"/v1/bodies/{body['id']}"
    seat = f"{path}/seats/{body['seats'][0]['id']}"
    organiser.post(
        f"{seat}/terms", {"city_id": city_id, "starts_on": "2024-01-31", "alternate_id": ana}
    )

    changed = organiser.post(f"{seat}/alternates", {"since": "2024-09-01", "alternate_id": boris})

    def alternate(day: str) -> str | None:
        found: str | None = organiser.get(f"{path}/roster", on=day).json()["seats"][0][
            "alternate_id"
        ]
        return found

    assert changed.status_code == 200, changed.text
    assert [alternate(day) for day in ("2024-08-31", "2024-09-01")] == [ana, boris]
    name, told = published.events_of(body["id"], 3)[2]
    assert (name, told["since"], told["alternate_id"]) == (
        "SeatAlternateChanged",
        "2024-09-01",
        boris,
    )
    unknown = organiser.post(f"{seat}/alternates", {"since": "2024-09-01", "alternate_id": "none"})
    too_early = organiser.post(f"{seat}/alternates", {"since": "2024-01-30", "alternate_id": ana})
    assert refusal(unknown) == (422, "unknown_person", ["alternate_id"])
    assert refusal(too_early) == (409, "seat_is_vacant", [])


def test_the_end_of_a_term_is_noticed_sixty_days_before_and_once(
    organiser: Client, world: World, published: Listener, set_clock: Callable[[str], None]
) -> None:
    set_clock("2024-12-01T09:00:00Z")
    body, city_id = world.a_body("Elected 1", "Elected 2"), world.a_member()
    for seat, ends_on in zip(body["seats"], ("2025-02-24", "2025-03-01"), strict=True):
        organiser.post(
            f"/v1/bodies/{body['id']}/seats/{seat['id']}/terms",
            {"city_id": city_id, "starts_on": "2024-01-31", "ends_on": ends_on},
        )

    def noticed(count: int) -> list[str]:
        told = published.events_of(body["id"], 3 + count)
        return [each["ends_on"] for name, each in told if name == "SeatTermEndNoticed"]

    set_clock("2024-12-26T00:00:01Z")
    assert noticed(1) == ["2025-02-24"]
    set_clock("2025-01-10T09:00:00Z")
    assert noticed(2) == ["2025-02-24", "2025-03-01"]
    set_clock("2025-01-20T09:00:00Z")
    organiser.post(
        f"/v1/bodies/{body['id']}/seats/{body['seats'][0]['id']}/vacancy", {"since": "2025-02-01"}
    )
    assert [name for name, _ in published.events_of(body["id"], 6)][3:] == [
        "SeatTermEndNoticed",
        "SeatTermEndNoticed",
        "SeatVacated",
    ]
