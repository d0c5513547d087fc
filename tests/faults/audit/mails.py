"""Checks of mails: each message that was sent has one, a second only where something was killed."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.parser import BytesHeaderParser
from email.utils import parseaddr
from pathlib import Path

from tests.faults.audit.evidence import Evidence, Incident, Json
from tests.faults.audit.verdict import Verdict

DOMAIN = "zirve.example"
SLACK_SECONDS = 2.0
"""How long a process may have had a message in hand before its mail, or after something else."""
DONE_AGAIN = ("broker", "database", "notification")
"""Whose kill, stop or cut may have a mail sent again."""


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail as delivered.

    Attributes:
        message: Id of its message, from its Message-ID.
        to: Address.
        kind: What it is about.
        at: When the mail server took it, seconds since the epoch.
    """

    message: str
    to: str
    kind: str
    at: float


def check_mails(verdict: Verdict, evidence: Evidence) -> None:
    """Compare mails with messages."""
    verdict.section("Mails")
    messages = evidence.stored("notification.messages")
    mails = [_read(path) for path in sorted(evidence.mails.glob("*.eml"))]
    by_message: defaultdict[str, list[Mail]] = defaultdict(list)
    for mail in mails:
        by_message[mail.message].append(mail)
    sent = [id_ for id_, each in messages.items() if each["state"] == "sent"]
    verdict.none("sent messages with a mail", (i for i in sent if i not in by_message), len(sent))
    verdict.none(
        "mails with the Message-ID of a message, its kind and recipient",
        _strange(evidence, messages, mails),
        len(mails),
    )
    _check_again(verdict, evidence, messages, by_message)


def _read(path: Path) -> Mail:
    headers = BytesHeaderParser(policy=policy.default).parsebytes(path.read_bytes())
    at = datetime.strptime(path.name.partition("-")[0], "%Y%m%dT%H%M%S.%f").replace(tzinfo=UTC)
    return Mail(
        message=str(headers["Message-ID"]).strip("<>").removesuffix(f"@{DOMAIN}"),
        to=parseaddr(str(headers["To"]))[1],
        kind=str(headers["X-Zirve-Message-Kind"]),
        at=at.timestamp(),
    )


def _strange(evidence: Evidence, messages: dict[str, Json], mails: list[Mail]) -> Iterator[str]:
    people = evidence.stored("membership.people")
    for mail in mails:
        message = messages.get(mail.message)
        if message is None:
            yield f"{mail} is of no message"
        elif (mail.kind, mail.to) != (
            message["kind"],
            people[message["person_id"]]["contact"]["email"],
        ):
            yield f"{mail} is of {message['kind']} to {message['person_id']}"


def _check_again(
    verdict: Verdict,
    evidence: Evidence,
    messages: dict[str, Json],
    by_message: dict[str, list[Mail]],
) -> None:
    struck = [
        each
        for each in evidence.incidents
        if "database" in each.what or str(each.victim).startswith(DONE_AGAIN)
    ]
    again = {id_: mails for id_, mails in by_message.items() if len(mails) > 1}
    verdict.none(
        "mails that came again, each when its process, the broker or the database was struck",
        (
            f"{id_}: {[each.at for each in mails]}"
            for id_, mails in again.items()
            if not _explained(struck, mails[0].at, mails[-1].at)
        ),
        sum(len(mails) - 1 for mails in again.values()),
    )
    unsaid = {
        id_: mails
        for id_, mails in by_message.items()
        if messages.get(id_, {}).get("state") != "sent"
    }
    verdict.none(
        "mails of a message that was not true any more when it was sent again",
        (
            f"{id_}: {messages.get(id_, {}).get('state')}"
            for id_, mails in unsaid.items()
            if id_ not in messages
            or not _explained(struck, mails[0].at, messages[id_]["history"][-1]["at"].timestamp())
        ),
        len(unsaid),
    )


def _explained(incidents: list[Incident], began: float, ended: float) -> bool:
    return any(
        each.began - SLACK_SECONDS <= ended and each.ended + SLACK_SECONDS >= began
        for each in incidents
    )
