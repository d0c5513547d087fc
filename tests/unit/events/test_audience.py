from collections.abc import Sequence
from datetime import date

import pytest

from services.events.domain.audience import (
    Audience,
    AudiencePart,
    Having,
    Holders,
    Host,
    Named,
    Network,
    NobodyPresides,
    Presiding,
    resolved,
)
from services.events.domain.body import Body, UnknownBody
from services.events.domain.member import Member, Standing, UnknownCity
from services.events.domain.presidency import PRESIDENCY, Presidency
from shared.errors import RuleViolated
from tests.unit.events.builders import (
    BOARD,
    DEPUTY,
    MEETING_DAY,
    SOFIA,
    TIRANA,
    a_body,
    a_member,
    a_presidency,
    seat_filled,
)

ATHENS = "gr-athens"


def a_network(on: date = MEETING_DAY, **known: object) -> Network:
    board = a_body(s1=TIRANA, s2=SOFIA)
    everything = {
        "members": {each: a_member(each) for each in (TIRANA, SOFIA, ATHENS)},
        "bodies": {BOARD: board},
        "presidency": a_presidency(TIRANA),
        **known,
    }
    return Network(on=on, host_city_id=TIRANA, **everything)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("part", "reasons"),
    [
        (Holders(BOARD), {TIRANA: "body:board", SOFIA: "body:board"}),
        (Host(), {TIRANA: "host"}),
        (Named((ATHENS, SOFIA)), {ATHENS: "named", SOFIA: "named"}),
        (
            Having(Standing.MEMBER),
            dict.fromkeys((TIRANA, SOFIA, ATHENS), "standing:member"),
        ),
        (Having(Standing.SUSPENDED), {}),
        (Presiding(), {TIRANA: "presidency"}),
    ],
)
def test_each_part_names_its_cities(part: AudiencePart, reasons: dict[str, str]) -> None:
    assert resolved([part], a_network()) == Audience(reasons, {})


def test_an_audience_is_resolved_as_of_a_day() -> None:
    before_all = a_network(on=date(2010, 1, 1))

    audience = resolved([Holders(BOARD), Having(Standing.MEMBER)], before_all)

    assert audience == Audience({}, {})


def test_a_city_that_belongs_to_two_parts_is_invited_once_for_the_first() -> None:
    audience = resolved([Host(), Holders(BOARD)], a_network())

    assert audience.reasons == {TIRANA: "host", SOFIA: "body:board"}


def test_an_alternate_is_known_from_whichever_part_has_one() -> None:
    board = a_body(s2=SOFIA)
    board.fill_seat(seat_filled(TIRANA, 9, seat_id="s1", alternate_id=DEPUTY))

    audience = resolved([Host(), Holders(BOARD)], a_network(bodies={BOARD: board}))

    assert audience.alternates == {TIRANA: DEPUTY}


@pytest.mark.parametrize(
    ("parts", "known", "error", "field"),
    [
        ([Host(), Holders("other")], {}, UnknownBody, "audience.1.body_id"),
        (
            [Holders(BOARD)],
            {"bodies": {BOARD: Body.heard_of(BOARD)}},
            UnknownBody,
            "audience.0.body_id",
        ),
        ([Named((TIRANA, "xx-nowhere"))], {}, UnknownCity, "audience.0.city_ids.1"),
        (
            [Named((ATHENS,))],
            {"members": {ATHENS: Member.heard_of(ATHENS)}},
            UnknownCity,
            "audience.0.city_ids.0",
        ),
        (
            [Presiding()],
            {"presidency": Presidency(id=PRESIDENCY)},
            NobodyPresides,
            "audience.0.presidency",
        ),
    ],
)
def test_a_part_that_names_what_nobody_knows_is_refused(
    parts: Sequence[AudiencePart],
    known: dict[str, object],
    error: type[RuleViolated],
    field: str,
) -> None:
    with pytest.raises(error) as refused:
        resolved(parts, a_network(**known))

    assert refused.value.field == field
