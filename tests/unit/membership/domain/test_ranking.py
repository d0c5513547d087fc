from datetime import UTC, datetime, timedelta

from services.membership.domain.ranking import CITIES_A_PART, Ranking
from shared.contracts.membership import PrecedenceRanked
from shared.domain import bookkeeping
from shared.messaging.serialization import EVENT_BYTES, encode
from tests.unit.membership.builders import NOW, TODAY, forget_events, recorded

SECOND = timedelta(seconds=1)


def a_ranking() -> Ranking:
    return Ranking(id="ranking")


def rank(ranking: Ranking, city_ids: tuple[str, ...], at: datetime = NOW) -> None:
    ranking.rank(city_ids, on=TODAY, language="en", at=at)


def due_at(ranking: Ranking) -> list[datetime]:
    return [each.due_at for each in bookkeeping(ranking).timers]


def test_the_first_order_is_told_with_every_position() -> None:
    ranking = a_ranking()

    rank(ranking, ("hr-zagreb", "tr-istanbul"))

    assert recorded(ranking) == [
        PrecedenceRanked(
            ranking=1,
            on=TODAY,
            language="en",
            part=1,
            is_last=True,
            positions={"hr-zagreb": 1, "tr-istanbul": 2},
            occurred_at=NOW,
        )
    ]


def test_the_same_order_is_not_told_again() -> None:
    ranking = a_ranking()
    rank(ranking, ("hr-zagreb", "tr-istanbul"))
    forget_events(ranking)

    rank(ranking, ("hr-zagreb", "tr-istanbul"), at=NOW + SECOND)

    assert recorded(ranking) == []


def test_another_order_is_told_under_the_next_number() -> None:
    ranking = a_ranking()
    rank(ranking, ("hr-zagreb", "tr-istanbul"))
    forget_events(ranking)

    rank(ranking, ("tr-istanbul", "hr-zagreb"))

    (told,) = recorded(ranking)
    assert isinstance(told, PrecedenceRanked)
    assert (told.ranking, told.positions) == (2, {"tr-istanbul": 1, "hr-zagreb": 2})


def test_a_network_that_has_lost_its_last_city_is_told_so() -> None:
    ranking = a_ranking()
    rank(ranking, ("hr-zagreb",))
    forget_events(ranking)

    rank(ranking, ())

    (told,) = recorded(ranking)
    assert isinstance(told, PrecedenceRanked)
    assert (told.part, told.is_last, told.positions) == (1, True, {})


def test_a_large_network_is_told_in_parts_that_fit_into_events() -> None:
    ranking = a_ranking()
    cities = tuple(f"tr-{number:060}" for number in range(2 * CITIES_A_PART + 1))

    rank(ranking, cities)

    parts = [each for each in recorded(ranking) if isinstance(each, PrecedenceRanked)]
    assert [(each.part, each.is_last, len(each.positions)) for each in parts] == [
        (1, False, CITIES_A_PART),
        (2, False, CITIES_A_PART),
        (3, True, 1),
    ]
    assert [each for part in parts for each in part.positions.items()] == [
        (city_id, place) for place, city_id in enumerate(cities, start=1)
    ]
    assert all(len(encode(each)) <= EVENT_BYTES for each in parts)


def test_it_is_made_again_when_the_next_day_begins() -> None:
    ranking = a_ranking()

    rank(ranking, ("hr-zagreb",), at=datetime(2025, 12, 31, 23, 59, tzinfo=UTC))

    assert due_at(ranking) == [datetime(2026, 1, 1, tzinfo=UTC)]


def test_a_burst_of_facts_is_ranked_once() -> None:
    ranking = a_ranking()
    ranking.follow(at=NOW)
    (first,) = due_at(ranking)

    assert NOW < first <= NOW + 5 * SECOND
    assert ranking.is_due_soon(NOW)
    assert ranking.is_due_soon(first - SECOND / 1000)


def test_a_fact_that_comes_while_it_is_made_has_it_made_again() -> None:
    ranking = a_ranking()
    ranking.follow(at=NOW)
    (first,) = due_at(ranking)

    assert not ranking.is_due_soon(first)


def test_what_is_due_at_midnight_is_not_soon() -> None:
    ranking = a_ranking()
    rank(ranking, ("hr-zagreb",))

    assert not ranking.is_due_soon(NOW)
    ranking.follow(at=NOW)
    assert ranking.is_due_soon(NOW)
    assert len(due_at(ranking)) == 1
