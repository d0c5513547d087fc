import uuid

from shared.ids import derived_id, new_id


def test_a_new_id_is_a_uuid_of_version_7() -> None:
    made = uuid.UUID(new_id())

    assert (made.version, made.variant) == (7, uuid.RFC_4122)


def test_ids_rise_in_the_order_they_are_made() -> None:
    made = [new_id() for _ in range(20_000)]

    assert made == sorted(set(made))


def test_the_same_cause_gives_the_same_id() -> None:
    assert derived_id("travel.trip", "m1", "p1") == derived_id("travel.trip", "m1", "p1")
    assert uuid.UUID(derived_id("travel.trip", "m1")).version == 5


def test_another_split_of_the_same_letters_gives_another_id() -> None:
    assert derived_id("a", "bc") != derived_id("ab", "c")
