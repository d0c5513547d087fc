"""All checks, one after the other."""

from deploy.demo.checker.broker import check_broker
from deploy.demo.checker.evidence import Evidence, Expected
from deploy.demo.checker.journeys import check_journeys
from deploy.demo.checker.mails import check_mails
from deploy.demo.checker.meeting import check_meeting
from deploy.demo.checker.messages import check_messages
from deploy.demo.checker.network import check_network
from deploy.demo.checker.verdict import Verdict

CHECKS = (check_network, check_meeting, check_journeys, check_messages, check_mails, check_broker)


def check(evidence: Evidence) -> list[str]:
    """Recount everything, and print a line for each check.

    Returns:
        The checks that failed; none when all is as expected.
    """
    verdict = Verdict()
    expected = Expected.of(evidence)
    for each in CHECKS:
        try:
            each(verdict, evidence, expected)
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            # Something is stored or sent in another shape than the checker knows.
            verdict.holds(
                f"{each.__name__} can read what is there", condition=False, otherwise=repr(error)
            )
    print(f"\n  {verdict.passed} checks hold, {len(verdict.failures)} fail")
    return verdict.failures
