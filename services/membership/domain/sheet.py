"""Sheets as they were handed in: lines of cells, and what a cell's text means."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from shared.errors import RuleViolated

ROWS_MOST = 20_000
"""Rows of one sheet below its header: some minutes of work for the services that follow."""
_DOTLESS = "\N{LATIN SMALL LETTER DOTLESS I}"
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
_DAY = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})\.?", re.ASCII)


class UnreadableSheet(RuleViolated):
    """The file is not what it is said to be, or too large."""

    rule = "A sheet is CSV (RFC 4180) in UTF-8 or an XLSX workbook, of 1 to 20,000 rows."

    def __init__(self, message: str) -> None:
        super().__init__(message, field="content")


class UnknownSheet(RuleViolated):
    """The workbook has no visible sheet of that name."""

    rule = "Hidden sheets are not read."

    def __init__(self, message: str) -> None:
        super().__init__(message, field="sheet")


class AmbiguousDay(RuleViolated):
    """Nobody can tell its day from its month."""

    rule = "Where day and month could be either, the import says their order."


class DateOrder(StrEnum):
    """Which comes first where a day is written with numbers alone."""

    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"


@dataclass(frozen=True, slots=True)
class SheetLine:
    """A line that is not blank.

    Attributes:
        number: As programs for spreadsheets show it: the first line of the sheet is 1.
        cells: What they say, from the left.
    """

    number: int
    cells: tuple[str, ...]


def cleaned(text: str) -> str:
    """Return a cell's text in NFC, with single spaces and nothing invisible."""
    return " ".join(unicodedata.normalize("NFC", text).translate(_INVISIBLE).split())


def folded(text: str) -> str:
    """Return what two texts have in common that differ in case, accents, spaces and signs."""
    plain = unicodedata.normalize(
        "NFKD", text.casefold().replace("\N{LATIN SMALL LETTER DOTLESS I}", "i")
    )
    return "".join(each for each in plain if each.isalnum())


def day_text(text: str, order: DateOrder | None) -> str:
    """Return a day in numbers (``31.03.2024``) as ISO 8601; any other text as it is.

    Args:
        text: Of a cell.
        order: Of day and month; ``None`` when nobody has said.

    Raises:
        AmbiguousDay: It could be two days, and nobody has said which.
    """
    found = _DAY.fullmatch(text)
    if found is None:
        return text
    first, second, year = (int(part) for part in found.groups())
    if order is None and first != second and first <= 12 and second <= 12:
        raise AmbiguousDay(
            f"{text} could be two days: write YYYY-MM-DD, or give the import a date_order."
        )
    is_month_first = order is DateOrder.MONTH_FIRST if order else second > 12
    day, month = (second, first) if is_month_first else (first, second)
    return f"{year:04}-{month:02}-{day:02}"
