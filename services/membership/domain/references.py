"""What is refused when a request's body names something that cannot be used."""

from shared.errors import RuleViolated


class UnknownCity(RuleViolated):
    """There is no such city."""


class UnknownPerson(RuleViolated):
    """There is no such person."""


class PersonOfAnotherCity(RuleViolated):
    """The person belongs to another city."""


class NotAMember(RuleViolated):
    """The city is no member on that day."""
