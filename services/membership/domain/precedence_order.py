"""An order of participants, in which every place is explained."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.membership.domain.collation import Collation
from services.membership.domain.participant import Candidate, Network, Question, candidates_of
from services.membership.domain.precedence import Precedence
from services.membership.domain.precedence_weight import Circumstances, Weight, weigh_by

BY_ID = "id"
"""What decides last: it tells any two apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """What one rule says of a participant.

    Attributes:
        rule: The rule's label, or ``id``.
        place: Which place it would have by this rule alone, from 1 on; equals share one.
        fact: Why, in English; empty when the rule sees nothing in it.
    """

    rule: str
    place: int
    fact: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A participant's place.

    Attributes:
        position: From 1 on; nobody shares one.
        candidate: Who has it.
        reasons: One for each rule, in order. Sorted by their places, the first first, the
            participants are in this order.
        decided_by: The rule that puts it before the next one; ``None`` for the last.
        explanation: The same as a sentence in English; ``None`` for the last.
    """

    position: int
    candidate: Candidate
    reasons: tuple[Reason, ...]
    decided_by: str | None
    explanation: str | None


@dataclass(frozen=True, kw_only=True)
class Order:
    """The order that was asked for.

    Attributes:
        question: What was asked for.
        language: Whose alphabet decided, BCP 47.
        rules: Labels of what decided, in order; ``id`` is the last.
        places: From the first on.
    """

    question: Question
    language: str
    rules: tuple[str, ...]
    places: tuple[Place, ...]

    @property
    def city_ids(self) -> tuple[str, ...]:
        """The cities, in order."""
        return tuple(each.candidate.city.id for each in self.places)


def ordered(question: Question, precedence: Precedence, network: Network) -> Order:
    """Return the order of the participants of a question.

    Args:
        question: Whose order, as of when.
        precedence: By which rules.
        network: What was loaded for the question; without participants, the cities to order.

    Raises:
        UnknownLanguage: The alphabet that was asked for is not known.
        RuleViolated: What ``candidates_of`` refuses.
    """
    language = question.language or precedence.language
    seen = Circumstances(
        on=question.on,
        host_city_id=question.host_city_id,
        collation=Collation(language),
        network=network,
    )
    candidates = candidates_of(question, network, precedence.offices, language)
    columns = [
        _reasons(rule.label, [weigh(each) for each in candidates])
        for rule in precedence.rules
        for weigh in (weigh_by(rule, seen),)
    ]
    columns.append(_reasons(BY_ID, [Weight(key=each.identity) for each in candidates]))
    rows = sorted(
        zip(candidates, zip(*columns, strict=True), strict=True),
        key=lambda row: [each.place for each in row[1]],
    )
    rules = tuple(each.label for each in precedence.rules)
    return Order(
        question=question, language=language, rules=(*rules, BY_ID), places=tuple(_places(rows))
    )


def _reasons(rule: str, weights: list[Weight]) -> list[Reason]:
    """Return what a rule says of each participant, in the order given."""
    known = sorted({each.key for each in weights if each.key is not None})
    places = {key: place for place, key in enumerate(known, start=1)}
    last = len(known) + 1
    return [Reason(rule=rule, place=places.get(each.key, last), fact=each.fact) for each in weights]


def _places(rows: Sequence[tuple[Candidate, tuple[Reason, ...]]]) -> list[Place]:
    places = []
    for position, (candidate, reasons) in enumerate(rows, start=1):
        decided_by = explanation = None
        if position < len(rows):
            next_one, others = rows[position]
            index = next(
                number for number, each in enumerate(reasons) if each.place != others[number].place
            )
            decided_by = reasons[index].rule
            why = _why(reasons[: index + 1], others)
            explanation = f"{candidate.title} before {next_one.title}: {why}."
        places.append(
            Place(
                position=position,
                candidate=candidate,
                reasons=reasons,
                decided_by=decided_by,
                explanation=explanation,
            )
        )
    return places


def _why(reasons: Sequence[Reason], others: Sequence[Reason]) -> str:
    """Return what two have in common, and what then tells them apart.

    Args:
        reasons: Of the first one, up to the one that decides.
        others: Of the other one, in the same order.
    """
    *shared, deciding = reasons
    pairs = zip(shared, others, strict=False)
    common = ", ".join(mine.fact for mine, other in pairs if mine.fact == other.fact != "")
    other = others[len(shared)]
    told = deciding.fact or deciding.rule
    if other.fact not in ("", deciding.fact):
        told = f"{told} before {other.fact}"
    return f"both {common}; {told}" if common else told
