"""The auditor: recounts what is left when everything has settled.

It knows what is stored, published and sent, and none of the code that does it: it imports nothing
of ``services`` and ``shared``. Each check is a line with what was counted.
"""

from tests.faults.audit.commands import check_commands
from tests.faults.audit.copies import check_copies
from tests.faults.audit.evidence import Evidence
from tests.faults.audit.hearing import check_hearing
from tests.faults.audit.journeys import check_journeys
from tests.faults.audit.mails import check_mails
from tests.faults.audit.messages import check_messages
from tests.faults.audit.queues import check_events, check_queues
from tests.faults.audit.verdict import Verdict

__all__ = ["Evidence", "audit"]


def audit(evidence: Evidence) -> Verdict:
    """Check everything."""
    verdict = Verdict()
    for check in (
        check_commands,
        check_events,
        check_queues,
        check_hearing,
        check_copies,
        check_journeys,
        check_messages,
        check_mails,
    ):
        try:
            check(verdict, evidence)
        except Exception as error:  # noqa: BLE001 - what is too wrong to be counted is wrong
            verdict.none(check.__name__, [f"{type(error).__name__}: {error}"], 0)
    return verdict
