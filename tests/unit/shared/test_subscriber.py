from typing import Any

import pytest

from shared.messaging.subscriber import subscribe
from tests.sample.outside import Poked


@pytest.mark.parametrize("tries", [0, -1, True, 2.0, "2"])
def test_a_number_of_tries_that_cannot_be_is_refused_when_the_service_is_read(tries: Any) -> None:
    with pytest.raises(ValueError, match=f"Poked cannot have tries={tries!r}: "):
        subscribe(Poked, tries=tries)


@pytest.mark.parametrize("tries", [None, 1, 100])
def test_a_number_of_tries_may_be_beyond_the_ladder_or_not_said_at_all(tries: int | None) -> None:
    subscribe(Poked, tries=tries)
