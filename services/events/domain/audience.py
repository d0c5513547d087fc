"""Audience: who is to be invited, as a rule over membership at a date."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from services.events.domain.body import Body, UnknownBody
from services.events.domain.member import Member, Standing, UnknownCity
from services.events.domain.presidency import Presidency
from shared.errors import RuleViolated


class NobodyPresides(RuleViolated):
    """The presidency is vacant on that day."""

    rule = "The presidency is invited on a day on which a city presides."


@dataclass(frozen=True, kw_only=True)
class Network:
    """What membership has told, as far as it was heard, on one day.

    Attributes:
        on: The day.
        host_city_id: City that hosts the meeting.
        members: Cities, by id.
        bodies: Bodies, by id.
        presidency: Who presides when.
    """

    on: date
    host_city_id: str
    members: Mapping[str, Member]
    bodies: Mapping[str, Body]
    presidency: Presidency


@dataclass(frozen=True)
class Audience:
    """Cities that are to be invited.

    Attributes:
        reasons: By city id, the first part of the audience that the city belongs to: ``host``,
            ``presidency``, ``named``, ``standing:<standing>`` or ``body:<body id>``.
        alternates: By city id, the person who steps in on a decline, where one is known.
    """

    reasons: dict[str, str]
    alternates: dict[str, str]


@dataclass(frozen=True)
class InvitedCity:
    """A city that was invited.

    Attributes:
        city_id: The city.
        reason: Part of the audience by which it was invited; see ``Audience``.
    """

    city_id: str
    reason: str


@dataclass(frozen=True)
class Invited:
    """What came of inviting an audience.

    Attributes:
        invited: Cities invited now, in the order of the audience.
        already: Ids of cities of the audience that were invited before, in the same order.
    """

    invited: tuple[InvitedCity, ...]
    already: tuple[str, ...]


class AudiencePart(Protocol):
    """A rule that names cities."""

    @property
    def reason(self) -> str:
        """Why its cities are invited."""

    def cities(self, network: Network, field: str) -> Mapping[str, str | None]:
        """Return its cities, each with the person who steps in on a decline, or ``None``.

        Args:
            network: What is known of membership.
            field: Path of this part in the request, for errors.
        """


@dataclass(frozen=True)
class Holders:
    """Whoever holds a seat of a body.

    Attributes:
        body_id: The body.
    """

    body_id: str

    @property
    def reason(self) -> str:
        """Why its cities are invited."""
        return f"body:{self.body_id}"

    def cities(self, network: Network, field: str) -> Mapping[str, str | None]:
        """Return the holders with their alternates.

        Raises:
            UnknownBody: Nobody knows the body.
        """
        body = network.bodies.get(self.body_id)
        if body is None or not body.is_founded:
            raise UnknownBody(f"There is no body {self.body_id!r}.", field=f"{field}.body_id")
        return body.holders_on(network.on)


@dataclass(frozen=True)
class Host:
    """The city that hosts the meeting."""

    reason = "host"

    def cities(self, network: Network, field: str) -> Mapping[str, str | None]:
        """Return the host."""
        return {network.host_city_id: None}


@dataclass(frozen=True)
class Named:
    """Cities by name, whatever they are to the network.

    Attributes:
        city_ids: Which.
    """

    city_ids: tuple[str, ...]
    reason = "named"

    def cities(self, network: Network, field: str) -> Mapping[str, str | None]:
        """Return these cities.

        Raises:
            UnknownCity: Nobody knows one of them.
        """
        for number, city_id in enumerate(self.city_ids):
            member = network.members.get(city_id)
            if member is None or not member.is_described:
                at_fault = f"{field}.city_ids.{number}"
                raise UnknownCity(f"There is no city {city_id!r}.", field=at_fault)
        return dict.fromkeys(self.city_ids)


@dataclass(frozen=True)
class Having:
    """Every city of a standing.

    Attributes:
        standing: Which.
    """

    standing: Standing

    @property
    def reason(self) -> str:
        """Why its cities are invited."""
        return f"standing:{self.standing.value}"

    def cities(self, network: Network, field: str) -> Mapping[str, str | None]:
        """Return the cities that have it on the day."""
        found = network.members.values()
        return {each.id: None for each in found if each.standing_on(network.on) is self.standing}


@dataclass(frozen=True)
class Presiding:
    """The city that presides."""

    reason = "presidency"

    def cities(self, network: Network, field: str) -> Mapping[str, str | None]:
        """Return the president's city.

        Raises:
            NobodyPresides: Nobody was elected for the day.
        """
        city_id = network.presidency.city_on(network.on)
        if city_id is None:
            raise NobodyPresides(f"Nobody presides on {network.on}.", field=f"{field}.presidency")
        return {city_id: None}


def resolved(parts: Sequence[AudiencePart], network: Network) -> Audience:
    """Return the cities that an audience means on a day, each once.

    Raises:
        RuleViolated: One part names what nobody knows.
    """
    reasons: dict[str, str] = {}
    alternates: dict[str, str] = {}
    for number, part in enumerate(parts):
        for city_id, alternate_id in part.cities(network, f"audience.{number}").items():
            reasons.setdefault(city_id, part.reason)
            if alternate_id is not None:
                alternates.setdefault(city_id, alternate_id)
    return Audience(reasons, alternates)
