"""The order of precedence: a chain of rules, of which the first that tells two apart decides."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.membership.domain.body import BodyKind
from services.membership.domain.collation import Collation
from services.membership.domain.references import UnknownBody
from shared.contracts.membership import PrecedenceChanged, PrecedenceRule
from shared.domain import Aggregate
from shared.errors import RuleViolated

PRECEDENCE = "precedence"
"""Id of the one aggregate: a network has one order of precedence."""
LANGUAGE = "en"
"""Whose alphabet decides unless the chain or the question names another (BCP 47)."""


class WrongParameters(RuleViolated):
    """The rule needs a parameter that is missing, or has one that it does not take."""

    rule = (
        "A body is named by its id or its kind, a rank of offices lists them, seniority says of "
        "what, an alphabet may name its language; other rules have no parameters."
    )


class RepeatedRule(RuleViolated):
    """The chain has the rule before."""

    rule = "A rule that could not decide is not asked again."


class AlphabetNotLast(RuleViolated):
    """Something follows the alphabetical order."""

    rule = "The alphabetical order comes last: it leaves nothing to decide."


class RuleKind(StrEnum):
    """What two participants are told apart by."""

    HOST = "host"
    """The city that hosts the meeting comes first."""
    PRESIDENCY = "presidency"
    """The city that presides on the day comes first."""
    FOUNDING_PRESIDENCY = "founding_presidency"
    """The city that presided first of all comes first."""
    FORMER_PRESIDENCIES = "former_presidencies"
    """Cities that have presided come first, in the order in which they first did."""
    BODY = "body"
    """Cities that hold a seat of the body come first."""
    OFFICE_RANK = "office_rank"
    """By office, in the order that is listed; other offices after them, no office last."""
    SENIORITY = "seniority"
    """Whoever is longer in office, or longer a member, comes first."""
    STANDING = "standing"
    """Members, observers, suspended cities, applicants, others."""
    ALPHABETICAL = "alphabetical"
    """By the city's name, then the person's."""


class SeniorityOf(StrEnum):
    """What somebody can be senior in."""

    OFFICE = "office"
    MEMBERSHIP = "membership"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A rule of a chain.

    Attributes:
        kind: What it compares.
        body_id: Of ``body``: which one; ``None`` when a kind is named.
        body_kind: Of ``body``: any body of this kind; ``None`` when one is named.
        offices: Of ``office_rank``: the highest first.
        of: Of ``seniority``: in what.
        language: Of ``alphabetical``: BCP 47, or ``None`` for English.
    """

    kind: RuleKind
    body_id: str | None = None
    body_kind: BodyKind | None = None
    offices: tuple[str, ...] = ()
    of: SeniorityOf | None = None
    language: str | None = None

    @property
    def label(self) -> str:
        """How an order names it, unlike any other of its chain (``seniority:office``)."""
        told_apart_by = self.body_id or self.body_kind or self.of
        return f"{self.kind}:{told_apart_by}" if told_apart_by else str(self.kind)

    def has_its_parameters(self) -> bool:
        """Tell whether it has every parameter that it needs and none besides."""
        is_body, is_alphabet = self.kind is RuleKind.BODY, self.kind is RuleKind.ALPHABETICAL
        named_bodies = [each for each in (self.body_id, self.body_kind) if each is not None]
        return (
            len(named_bodies) == is_body
            and bool(self.offices) == (self.kind is RuleKind.OFFICE_RANK)
            and (self.of is not None) == (self.kind is RuleKind.SENIORITY)
            and (self.language is None or is_alphabet)
        )


ALPHABETICAL = Rule(kind=RuleKind.ALPHABETICAL)
DEFAULT = (
    Rule(kind=RuleKind.HOST),
    Rule(kind=RuleKind.PRESIDENCY),
    Rule(kind=RuleKind.FOUNDING_PRESIDENCY),
    Rule(kind=RuleKind.BODY, body_kind=BodyKind.EXECUTIVE_BOARD),
    Rule(kind=RuleKind.STANDING),
    Rule(kind=RuleKind.OFFICE_RANK, offices=("mayor", "deputy_mayor")),
    Rule(kind=RuleKind.SENIORITY, of=SeniorityOf.OFFICE),
    ALPHABETICAL,
)
"""What counts in a network that has decided nothing else."""


@dataclass(kw_only=True, eq=False)
class Precedence(Aggregate):
    """A network's order of precedence.

    Attributes:
        rules: The first that tells two participants apart decides; the last is alphabetical.
    """

    rules: tuple[Rule, ...] = DEFAULT

    @property
    def language(self) -> str:
        """Whose alphabet decides unless a question names another (BCP 47)."""
        return self.rules[-1].language or LANGUAGE

    @property
    def offices(self) -> tuple[str, ...]:
        """Offices by rank, the highest first; the mayor alone when the chain ranks none."""
        ranks = (each.offices for each in self.rules if each.kind is RuleKind.OFFICE_RANK)
        return next(ranks, ("mayor",))

    def change(self, rules: tuple[Rule, ...], bodies: Collection[str], *, at: datetime) -> None:
        """Have other rules decide; records ``PrecedenceChanged`` if that changes anything.

        Args:
            rules: In order; the alphabetical one is added where it is missing.
            bodies: Ids of the bodies that exist, among those that the rules name.
            at: Now, UTC.

        Raises:
            WrongParameters: A rule lacks a parameter, or has one of another rule.
            UnknownBody: A rule names a body that does not exist.
            UnknownLanguage: A rule names an alphabet that is not known.
            RepeatedRule: A rule comes twice; only another body, or another seniority, is another.
            AlphabetNotLast: A rule follows the alphabetical one.
        """
        for index, each in enumerate(rules):
            self._check(index, each, rules, bodies)
        if not rules or rules[-1].kind is not RuleKind.ALPHABETICAL:
            rules = (*rules, ALPHABETICAL)
        if rules == self.rules:
            return
        self.rules = rules
        self.record(PrecedenceChanged(rules=tuple(map(_told, rules)), occurred_at=at))

    @staticmethod
    def _check(index: int, rule: Rule, rules: tuple[Rule, ...], bodies: Collection[str]) -> None:
        field = f"rules.{index}"
        if not rule.has_its_parameters():
            raise WrongParameters(f"These are not the parameters of {rule.kind}.", field=field)
        if rule.body_id is not None and rule.body_id not in bodies:
            raise UnknownBody(f"There is no body {rule.body_id!r}.", field=f"{field}.body_id")
        if rule.language is not None:
            Collation(rule.language, field=f"{field}.language")
        if rule.label in {each.label for each in rules[:index]}:
            raise RepeatedRule(f"The chain has {rule.label} before.", field=field)
        if rule.kind is RuleKind.ALPHABETICAL and index + 1 < len(rules):
            raise AlphabetNotLast("What follows would never be asked.", field=field)


def _told(rule: Rule) -> PrecedenceRule:
    """Return a rule as it is published."""
    return PrecedenceRule(
        rule=rule.kind,
        body_id=rule.body_id,
        body_kind=rule.body_kind,
        offices=rule.offices,
        of=rule.of,
        language=rule.language,
    )
