"""Participation: a city's part in a meeting, and the ids that follow from it."""

from dataclasses import dataclass

from shared.ids import derived_id


@dataclass(frozen=True)
class Participation:
    """A city and a meeting.

    Attributes:
        meeting_id: The meeting.
        city_id: The city.
    """

    meeting_id: str
    city_id: str

    @property
    def invitation_id(self) -> str:
        """Id of the city's one invitation to the meeting."""
        return derived_id("events.invitation", self.meeting_id, self.city_id)

    @property
    def delegation_id(self) -> str:
        """Id of the city's one delegation to the meeting."""
        return derived_id("events.delegation", self.meeting_id, self.city_id)
