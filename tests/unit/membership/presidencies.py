"""Whatever can be entered about the presidency, in any order, and what comes of it."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

from services.membership.domain.presidency import Presidency
from services.membership.domain.presidency_term import PresidencyTerm, Takeover
from shared.errors import ServiceError
from tests.unit.membership.builders import a_member

CITIES = ("al-tirana", "bg-sofia", "hr-zagreb")
BEGIN = datetime(2024, 6, 1, tzinfo=UTC)

instants = st.integers(0, 1000).map(lambda days: BEGIN + timedelta(days=days, hours=days % 24))
days = st.integers(0, 1000).map(lambda number: BEGIN.date() + timedelta(days=number))
commands = st.lists(
    st.tuples(
        st.integers(0, 90),
        st.sampled_from(["elect", "take over", "withdraw"]),
        st.integers(2024, 2027),
        st.sampled_from(CITIES),
        days,
    ),
    max_size=12,
)

Command = tuple[int, str, int, str, date]


def obey(presidency: Presidency, command: Command, now: datetime) -> None:
    _, what, year, city_id, day = command
    city = a_member(city_id)
    with suppress(ServiceError):
        if what == "elect":
            presidency.elect(PresidencyTerm.of(year, city_id), city, at=now)
        elif what == "take over":
            takeover = Takeover(city_id=city_id, since=day, reason="x")
            presidency.take_over(day.year, takeover, city, at=now)
        else:
            presidency.withdraw(year, reason="x", at=now)


def entered(given_commands: list[Command], until: datetime | None = None) -> Presidency:
    """Return what came of those commands that were given by an instant."""
    presidency, now = Presidency(id="presidency"), BEGIN
    for command in given_commands:
        now += timedelta(days=command[0], minutes=1)
        if until is None or now <= until:
            obey(presidency, command, now)
    return presidency
