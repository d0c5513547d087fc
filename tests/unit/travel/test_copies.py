from itertools import permutations

import pytest

from services.travel.domain.copies import CityCopy, Guest, MeetingCopy
from shared.contracts.travel import TravelStopped
from tests.unit.travel.builders import (
    MEETING,
    NOW,
    city_described,
    meeting_announced,
    meeting_cancelled,
    meeting_rescheduled,
    person_described,
    recorded,
)


@pytest.mark.parametrize("order", [(1, 2), (2, 1), (2, 1, 2)])
def test_a_person_is_called_as_the_newest_event_says(order: tuple[int, ...]) -> None:
    guest = Guest(id="ada")

    for sequence in order:
        guest.describe(person_described("ada", sequence, name=f"A {sequence}", original_name="Âdâ"))

    assert (guest.name, guest.original_name) == ("A 2", "Âdâ")
    assert (guest.title, guest.city_id) == ("Mayor", "tr-istanbul")


@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
def test_a_city_is_called_as_the_newest_event_says(order: tuple[int, ...]) -> None:
    city = CityCopy(id="tr-istanbul")

    for sequence in order:
        city.describe(city_described("tr-istanbul", sequence, name=f"Istanbul {sequence}"))

    assert (city.name, city.zone) == ("Istanbul 2", "Europe/Istanbul")


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_meeting_is_known_alike_in_whatever_order_it_is_heard_of(
    order: tuple[int, ...],
) -> None:
    meeting = MeetingCopy(id=MEETING)
    heard = [
        lambda: meeting.announce(meeting_announced(1)),
        lambda: meeting.reschedule(meeting_rescheduled(2)),
        lambda: meeting.cancel(meeting_cancelled(3), at=NOW),
    ]

    for place in order:
        heard[place]()

    assert (meeting.title, meeting.host_city_id) == ("Executive Board meeting", "al-tirana")
    assert meeting.venue == "City Hall"
    assert meeting.begins == meeting_rescheduled(2).begins
    assert meeting.ends == meeting_rescheduled(2).ends
    assert meeting.revision == 1
    assert meeting.cancelled


def test_a_cancelled_meeting_stops_travel_once() -> None:
    meeting = MeetingCopy(id=MEETING)

    meeting.cancel(meeting_cancelled(), at=NOW)
    meeting.cancel(meeting_cancelled(), at=NOW)

    (stopped,) = recorded(meeting)
    assert isinstance(stopped, TravelStopped)
    assert (stopped.meeting_id, stopped.reason) == (MEETING, "meeting_cancelled")
