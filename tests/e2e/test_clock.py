"""The domain's clock, as an installation's processes share it."""

from collections.abc import Callable

from tests.support.client import Client
from tests.support.running_service import RunningService


def test_a_process_that_starts_later_has_the_time_that_was_set_before_it_answers(
    run_service: Callable[..., RunningService], client: Callable[..., Client]
) -> None:
    membership = run_service("membership")
    assert client(membership).put("/v1/clock", {"now": "2024-11-04T09:00:00Z"}).ok

    for _ in range(3):
        membership.kill()
        membership.start()

        assert client(membership).get("/v1/clock").json()["now"].startswith("2024-11-04")
