from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.membership.domain.recorded import MOMENT, Record, in_common, known, revised, rewritten

NOW = datetime(2024, 11, 20, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_a_fact_is_known_from_its_record_on() -> None:
    records = revised((), ["tirana"], at=NOW)

    assert known(records) == ("tirana",)
    assert known(records, NOW) == ("tirana",)
    assert known(records, NOW - HOUR) == ()


def test_a_fact_that_was_replaced_is_still_known_for_the_time_before() -> None:
    records = revised(revised((), ["tirana", "sofia"], at=NOW), ["zagreb", "sofia"], at=NOW + HOUR)

    assert known(records) == ("zagreb", "sofia")
    assert set(known(records, NOW)) == {"tirana", "sofia"}
    assert known(records, NOW + HOUR) == ("zagreb", "sofia")


def test_what_stays_keeps_the_instant_at_which_it_was_recorded() -> None:
    records = revised(revised((), ["tirana"], at=NOW), ["tirana"], at=NOW + HOUR)

    assert records == (Record(fact="tirana", recorded_at=NOW),)


def test_a_fact_recorded_with_an_earlier_instant_was_never_known_in_between() -> None:
    records = revised(revised((), ["tirana"], at=NOW), [], at=NOW - HOUR)

    assert known(records) == ()
    assert known(records, NOW) == ()


facts = st.lists(st.sampled_from("abcd"), unique=True)


@given(st.lists(facts, min_size=1))
def test_every_state_stays_known_as_of_its_time(states: list[list[str]]) -> None:
    records: tuple[Record[str], ...] = ()
    for number, state in enumerate(states):
        records = revised(records, state, at=NOW + number * HOUR)

    for number, state in enumerate(states):
        assert set(known(records, NOW + number * HOUR)) == set(state)
        assert set(known(records, NOW + number * HOUR + HOUR / 2)) == set(state)
    assert known(records) == tuple(states[-1])


def test_a_sequence_keeps_what_it_begins_with_and_its_order() -> None:
    first = rewritten((), ("a", "b", "c"), at=NOW)

    second = rewritten(first, ("a", "d"), at=NOW + HOUR)

    assert known(second) == ("a", "d")
    assert known(second, NOW) == ("a", "b", "c")
    assert [each.recorded_at for each in second if each.is_known_at(None)] == [NOW, NOW + HOUR]


def test_a_sequence_may_say_the_same_twice() -> None:
    assert known(rewritten((), ("a", "b", "a"), at=NOW)) == ("a", "b", "a")


def test_what_is_entered_with_an_earlier_instant_is_known_after_what_was_known_before() -> None:
    records = rewritten(rewritten((), ("a",), at=NOW), ("b",), at=NOW - HOUR)

    assert known(records, NOW) == ("a",)
    assert known(records, NOW + MOMENT) == ("b",)


def test_what_two_sequences_have_in_common_ends_at_the_first_difference() -> None:
    assert in_common(("a", "b", "c"), ("a", "x", "c")) == 1
    assert in_common(("a",), ("a", "b")) == 1
    assert in_common((), ("a",)) == 0


@given(st.lists(st.lists(st.sampled_from("abc")), min_size=1))
def test_every_sequence_stays_known_as_of_its_time_in_its_order(states: list[list[str]]) -> None:
    records: tuple[Record[str], ...] = ()
    for number, state in enumerate(states):
        records = rewritten(records, tuple(state), at=NOW + number * HOUR)

    for number, state in enumerate(states):
        assert known(records, NOW + number * HOUR + HOUR / 2) == tuple(state)
