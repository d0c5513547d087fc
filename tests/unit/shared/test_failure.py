import pytest
from bson.errors import InvalidBSON
from pymongo.errors import BulkWriteError, OperationFailure

from shared import errors
from shared.errors import ServiceError
from shared.messaging.failure import HISTORY_MOST, is_passing, marked, noted, reason_of, trace_of
from shared.messaging.frames import Outgoing
from shared.persistence.session import TooOldToJudge
from shared.persistence.store import DatabaseAway

SECRET = "deniz@izmir.example"
LATER = {"Unavailable", "TooManyRequests", "Claimed"}
KINDS = [
    each
    for each in vars(errors).values()
    if isinstance(each, type) and issubclass(each, ServiceError) and each.__name__[0] != "_"
]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_what_is_refused_for_now_is_tried_again_and_every_other_refusal_is_for_good(
    kind: type[ServiceError],
) -> None:
    assert is_passing(kind("No.")) is (kind.__name__ in LATER)


@pytest.mark.parametrize(
    ("error", "passing", "reason"),
    [
        (ValueError("seven"), True, "ValueError: seven"),
        (RecursionError("deep"), True, "RecursionError: deep"),
        (DatabaseAway("It is."), True, "DatabaseAway: It is."),
        (TooOldToJudge("a/b/c@1"), False, "too_old_to_judge: a/b/c@1"),
        (errors.NotFound("Where?"), False, "not_found: Where?"),
    ],
)
def test_a_reason_is_a_code_and_then_detail(error: Exception, passing: bool, reason: str) -> None:
    assert is_passing(error) is passing
    assert reason_of(error) == reason
    assert reason_of(error, restricted=True) == reason.partition(":")[0]


@pytest.mark.parametrize(
    "error",
    [
        BulkWriteError({"writeErrors": [{"op": {"email": SECRET}}]}),
        OperationFailure(SECRET, 11000, {"keyValue": {"email": SECRET}}),
        InvalidBSON(SECRET),
    ],
)
def test_what_the_database_says_is_never_quoted(error: Exception) -> None:
    assert is_passing(error)
    assert reason_of(error) == type(error).__name__
    assert SECRET not in trace_of(error)


def test_a_traceback_tells_where_and_of_which_kind_from_the_cause_on_and_quotes_nothing() -> None:
    with pytest.raises(KeyError) as caught:
        fail_twice()

    trace = trace_of(caught.value)

    cause, error = trace.split("\n\n")
    assert "in fail_once" in cause
    assert cause.endswith("ValueError")
    assert "raise KeyError" in error
    assert trace.endswith("KeyError")
    assert SECRET not in trace


def fail_once(text: str) -> None:
    raise ValueError(text)


def fail_twice() -> None:
    try:
        fail_once("@".join(("deniz", "izmir.example")))
    except ValueError as error:
        raise KeyError(str(error)) from error


def test_a_traceback_is_cut_at_its_beginning() -> None:
    with pytest.raises(RecursionError) as caught:
        descend()

    trace = trace_of(caught.value)

    assert len(trace) == 4000
    assert trace.endswith("RecursionError")


def descend() -> None:
    descend_further()


def descend_further() -> None:
    descend()


def test_a_history_keeps_its_newest_lines_and_forgets_what_is_none() -> None:
    history: object = 7
    for number in range(30):
        history = noted(history, f"ValueError: {number}\nand\tmore {'x' * 1000}")

    lines = str(history).splitlines()
    assert len(lines) == HISTORY_MOST
    assert [f"ValueError: {n} and more" in line for n, line in enumerate(lines, 10)]
    assert all(len(line) <= 240 for line in lines)


def test_marks_replace_older_ones_and_stay_small_whatever_came() -> None:
    headers = {
        "ce-id": "e1",
        "x-death": [{}],
        "x-delivery-count": 3,
        "zirve-traceback": "of the try before",
        "zirve-history": "\n".join(["y" * 100_000] * 50),
    }

    marks = marked(headers, 4, "no_handler: " + "x" * 100_000, "")

    assert marks["ce-id"] == "e1"
    assert marks["zirve-tries"] == 5
    assert marks.keys() == {"ce-id", "zirve-tries", "zirve-reason", "zirve-history"}
    assert marks["zirve-history"].splitlines()[-1].endswith("x")
    frames = Outgoing("sample.dlx", "", b"", marked(marks, 5, "é" * 9000, "é" * 4000), "e1")
    assert len(frames.frames(1)) < 32_768
