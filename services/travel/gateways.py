"""What travel asks of the outside: the world's airports."""

import csv
from functools import cached_property
from importlib.resources import files


class Airports:
    """The IATA codes of all airports, read when the first one is asked for.

    Only the codes are kept: the whole table would cost every idle process some 20 MiB.

    Source:
        Package ``airportsdata`` (MIT), ``airports.csv``.
    """

    def __contains__(self, code: object) -> bool:
        """Tell whether an airport has this code, in capital letters."""
        return code in self._codes

    @cached_property
    def _codes(self) -> frozenset[str]:
        table = files("airportsdata").joinpath("airports.csv")
        with table.open(encoding="utf-8") as lines:
            return frozenset(row["iata"] for row in csv.DictReader(lines)) - {""}


AIRPORTS = Airports()
"""Those of this process."""
