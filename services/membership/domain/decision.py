"""Decisions: what a standing or an election rests upon."""

from dataclasses import dataclass
from datetime import date

from shared.errors import RuleViolated


class NotDecidedYet(RuleViolated):
    """A decision cannot have been taken on a later day than today."""

    rule = "A decision is recorded once it has been taken."


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What something rests upon, as far as it is known.

    Attributes:
        text: Who decided and where it can be read (``General Assembly, Sofia, item 4``), or empty.
        decided_on: The day, or ``None``.
    """

    text: str = ""
    decided_on: date | None = None


UNDOCUMENTED = Decision()
"""When nothing is known of a decision."""


def check_decided(decided_on: date | None, *, today: date) -> None:
    """Refuse what is said to be decided on a later day than today.

    Raises:
        NotDecidedYet: It is.
    """
    if decided_on is not None and decided_on > today:
        raise NotDecidedYet(f"{decided_on} has not come yet.", field="decided_on")
