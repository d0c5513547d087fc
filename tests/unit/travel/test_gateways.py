import sys

import pytest

from services.travel.gateways import AIRPORTS, Airports


@pytest.mark.parametrize("code", ["TIA", "IST", "SAW", "SOF", "ATH", "PRN"])
def test_airports_have_iata_codes(code: str) -> None:
    assert code in AIRPORTS


@pytest.mark.parametrize("code", ["tia", "LATI", "XXX", "", "Tirana", None, 7])
def test_nothing_else_is_an_airports_code(code: object) -> None:
    assert code not in AIRPORTS


def test_airports_are_read_when_the_first_one_is_asked_for_and_the_codes_alone_are_kept() -> None:
    airports = Airports()
    assert not vars(airports)

    assert "TIA" in airports

    (codes,) = vars(airports).values()
    assert len(codes) > 5_000
    assert sys.getsizeof(codes) + sum(map(sys.getsizeof, codes)) < 2_000_000
