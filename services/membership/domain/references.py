"""What is refused when a request's body names something that cannot be used."""

from shared.errors import RuleViolated


class UnknownCity(RuleViolated):
    """There is no such city."""

    rule = "What is entered about a city is about one that is known."


class UnknownBody(RuleViolated):
    """There is no such body."""

    rule = "What is entered about a body is about one that is known."


class UnknownPerson(RuleViolated):
    """There is no such person."""

    rule = "What is entered about a person is about one who is known."


class PersonOfAnotherCity(RuleViolated):
    """The person belongs to another city."""

    rule = "An office is held, and its holder represented, by people of the city."


class NotAMember(RuleViolated):
    """The city is no member on that day."""

    rule = "Seats and the presidency are held by members with a vote."
