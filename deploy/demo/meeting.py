"""Second act: the board meeting is called, cities answer and name who comes; later it moves."""

import re
from email import message_from_bytes, policy
from urllib.parse import parse_qs, urlsplit

from deploy.demo.stage import Json, Stage, cast, local

TIRANA = "Europe/Tirane"
INVITED = 7
QUOTA = 2
DELEGATES = (
    # Person, role.
    ("tirana-mayor", "head"),
    ("athens-mayor", "head"),
    ("athens-adviser", "member"),
    ("sofia-mayor", "head"),
    ("canakkale-mayor", "head"),
    ("istanbul-mayor", "head"),
    ("istanbul-secretary", "member"),
    ("sarajevo-deputy", "head"),
)
LINK = re.compile(r"https?://\S+/v1/answers/\S+")


def call(stage: Stage) -> None:
    """Call and announce the meeting, and invite in two calls: the second adds the difference."""
    with stage.act("The meeting is called"):
        call_meeting(stage)
        invite(stage)


def answers(stage: Stage) -> None:
    """Record the answers, and who comes."""
    with stage.act("Cities answer"):
        answer_directly(stage)
        answer_by_link(stage)
        decline_and_pass_on(stage)
        name_delegations(stage)


def call_meeting(stage: Stage) -> None:
    """Call and announce the meeting."""
    meeting = stage.client.post(
        "events",
        "/v1/meetings",
        {
            "title": "Executive Board meeting",
            "kind": "board_meeting",
            "host_city_id": "al-tirana",
            "venue": "City Hall of Tirana (sample venue)",
            "begins": local("2024-12-07T11:00:00", TIRANA),
            "ends": local("2024-12-07T15:00:00", TIRANA),
            "body_id": stage.ids["board"],
            "quota": QUOTA,
            "answer_by": "2024-11-22T22:00:00Z",
            "naming_by": "2024-11-29T22:00:00Z",
        },
        key="meeting",
    )
    stage.ids["meeting"] = meeting["id"]
    stage.client.post("events", f"/v1/meetings/{meeting['id']}/announcement", key="announcement")
    stage.say("The board meets in Tirana on 7 December 2024 at 11:00: called and announced.")


def invite(stage: Stage) -> None:
    """Invite the board and the host, then the secretariat's city as well."""
    path = f"/v1/meetings/{stage.ids['meeting']}/invitations"
    audience: list[Json] = [{"body_id": stage.ids["board"]}, {"host": True}]
    first = stage.client.post(
        "events", path, {"audience": audience, "on": "2024-12-07"}, key="invite-board"
    )
    audience.append({"body_id": stage.ids["secretariat"]})
    second = stage.client.post(
        "events", path, {"audience": audience, "on": "2024-12-07"}, key="invite-secretariat"
    )
    stage.say(
        f"{len(first['invited'])} cities invited as members of the board and as host; then"
        f" {len(second['invited'])} more with the secretariat, {len(second['already'])} already."
    )
    stage.client.wait_for(
        "an invitation sent to each city",
        lambda: _sent(stage, "invitation") >= INVITED,
    )
    for each in stage.client.items("events", path):
        stage.ids[f"invitation-{each['city_id']}"] = each["id"]
    stage.say("Every city's mayor has a mail in a language of theirs.")


def answer_directly(stage: Stage) -> None:
    """Record acceptances: two given here, two by others on a mayor's behalf."""
    said: tuple[tuple[str, Json], ...] = (
        ("al-tirana", {}),
        ("bg-sofia", {}),
        ("tr-canakkale", {"on_behalf_of": "The mayor's private secretary", "channel": "phone"}),
        ("tr-istanbul", {"on_behalf_of": "The head of protocol", "channel": "mail"}),
    )
    for city_id, how in said:
        stage.client.post(
            "events",
            f"/v1/invitations/{stage.ids[f'invitation-{city_id}']}/acceptance",
            how,
            key=f"accept-{city_id}",
        )
    stage.say(
        "Tirana and Sofia accept; Çanakkale and Istanbul are accepted for, by phone and mail."
    )


def answer_by_link(stage: Stage) -> None:
    """Accept for Athens as its mayor would: through the link in her mail."""
    link = urlsplit(link_in_mail(stage, "athens-mayor"))
    query = {name: values[0] for name, values in parse_qs(link.query).items()}
    stage.client.answer_by_link(
        link.path,
        {
            "answer": "accepted",
            "generation": int(query["generation"]),
            "signature": query["signature"],
        },
        key="accept-gr-athens",
    )
    stage.say("Athens accepts through the signed link in its mayor's mail.")


def decline_and_pass_on(stage: Stage) -> None:
    """Decline for Sarajevo's mayor; her alternate is asked and accepts."""
    path = f"/v1/invitations/{stage.ids['invitation-ba-sarajevo']}"
    stage.client.post(
        "events",
        f"{path}/decline",
        {
            "reason": "The city council sits that day.",
            "on_behalf_of": "The mayor's office",
            "channel": "mail",
        },
        key="decline-ba-sarajevo",
    )
    stage.client.wait_for(
        "an invitation sent to the alternate",
        lambda: _sent(stage, "invitation") > INVITED,
    )
    stage.client.post(
        "events",
        f"{path}/acceptance",
        {"on_behalf_of": "The deputy mayor's assistant", "channel": "phone"},
        key="accept-ba-sarajevo",
    )
    stage.say("Sarajevo's mayor declines; the alternate is asked and accepts. Belgrade is silent.")


def name_delegations(stage: Stage) -> None:
    """Name and confirm who comes."""
    city_of = {each["key"]: each["city_id"] for each in cast()}
    for person, role in DELEGATES:
        delegates = f"/v1/meetings/{stage.ids['meeting']}/delegations/{city_of[person]}/delegates"
        stage.client.post(
            "events",
            delegates,
            {"person_id": stage.person(person), "role": role},
            key=f"nominate-{person}",
        )
        stage.client.post(
            "events",
            f"{delegates}/{stage.person(person)}/confirmation",
            key=f"confirm-{person}",
        )
    stage.say(f"{len(DELEGATES)} delegates of six cities are named and confirmed.")


def withdraw_adviser(stage: Stage) -> None:
    """Withdraw one delegate, whose trip and room others have arranged already."""
    meeting, person = stage.ids["meeting"], stage.person("athens-adviser")
    stage.client.post(
        "events",
        f"/v1/meetings/{meeting}/delegations/gr-athens/delegates/{person}/withdrawal",
        key="withdraw-athens-adviser",
    )
    stage.say("Athens's adviser stays at home after all.")


def move(stage: Stage) -> None:
    """Move the beginning by two hours and wait until everybody concerned was told."""
    stage.client.post(
        "events",
        f"/v1/meetings/{stage.ids['meeting']}/reschedulings",
        {
            "begins": local("2024-12-07T13:00:00", TIRANA),
            "ends": local("2024-12-07T17:00:00", TIRANA),
            "reason": "Athens comes by road from the border and needs the morning.",
        },
        key="move",
    )
    stage.client.settle()
    told = _sent(stage, "meeting_rescheduled")
    stage.say(f"The meeting begins two hours later, at 13:00; {told} people are told.")


def link_in_mail(stage: Stage, person: str) -> str:
    """Return the answer link in a person's mail, as they would find it."""
    address = next(each["email"] for each in cast() if each["key"] == person)
    for path in stage.mails.files():
        mail = message_from_bytes(path.read_bytes(), policy=policy.default)
        if address not in str(mail["To"]) or mail["X-Zirve-Message-Kind"] != "invitation":
            continue
        if body := mail.get_body(("plain",)):
            return str(LINK.findall(body.get_content())[0])
    raise LookupError(f"{address} has no invitation in {stage.mails.folder}.")


def _sent(stage: Stage, kind: str) -> int:
    messages = stage.client.items(
        "notification", "/v1/messages", meeting_id=stage.ids["meeting"], kind=kind, state="sent"
    )
    return sum(1 for _ in messages)
