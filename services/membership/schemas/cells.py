"""Fields for what cells of a sheet say, written as people write."""

import re
from calendar import monthrange
from datetime import date
from typing import Any

from marshmallow import fields

from services.membership.domain.profile import PassportType
from services.membership.domain.sheet import folded
from services.membership.schemas.texts import PhoneField
from shared.contracts.membership import Precision
from shared.web.fields import CountryField, LanguageField, PartialDateField, refuse

_BETWEEN_CODES = re.compile(r"[\s;,/|]+")
_IN_NUMBERS = re.compile(r"[\s().\-/]")
_YES = {"true", "yes", "1", "evet", "x"}
_NO = {"false", "no", "0", "hayir"}
_PASSPORTS = {
    "umumamahsus": PassportType.ORDINARY,
    "bordo": PassportType.ORDINARY,
    "hususi": PassportType.SPECIAL,
    "yesil": PassportType.SPECIAL,
    "hizmet": PassportType.SERVICE,
    "gri": PassportType.SERVICE,
    "diplomatik": PassportType.DIPLOMATIC,
} | {each.value: each for each in PassportType}
"""Kinds of passports by their folded names in English and Turkish."""


class CodesField(fields.Field[tuple[str, ...]]):
    """Codes of one kind, with semicolons, commas, slashes or spaces between them."""

    def __init__(self, code: fields.Field[Any], **options: Any) -> None:
        super().__init__(**options)
        self._code = code

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> tuple[str, ...]:
        return tuple(map(self._code.deserialize, filter(None, _BETWEEN_CODES.split(value))))


class LanguageCellField(LanguageField):
    """A language tag, in capital letters too if it has one part."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        text = value.lower() if "-" not in value else value
        return super()._deserialize(text, attr, data, **options)


class CountryCellField(CountryField):
    """A country's code, in small letters too."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        return super()._deserialize(value.upper(), attr, data, **options)


class PhoneCellField(PhoneField):
    """A telephone number with its country's code after ``+`` or ``00``, grouped in any way."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        digits = _IN_NUMBERS.sub("", value)
        text = "+" + digits[2:] if digits.startswith("00") else digits
        return super()._deserialize(text, attr, data, **options)


class YesNoField(fields.Field[bool]):
    """Yes or no, in English or Turkish."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> bool:
        if (text := folded(value)) not in _YES | _NO:
            raise refuse("Neither yes nor no.", "invalid")
        return text in _YES


class PassportField(fields.Field[str]):
    """A kind of passport, in English or Turkish."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> str:
        found = _PASSPORTS.get(folded(value))
        if found is None:
            raise refuse("Not ordinary, special, service or diplomatic.", "invalid")
        return found.value


class JoinedField(fields.Field[tuple[date, Precision]]):
    """Since when a city is a member: ``2021``, ``2021-11``, ``2021-11-30`` or ``by 2024-01``."""

    _part = PartialDateField()
    _precisions: dict[int, Precision] = {4: "year", 7: "month", 10: "day"}  # noqa: RUF012 - a table

    def _deserialize(
        self, value: Any, attr: str | None, data: Any, **_: Any
    ) -> tuple[date, Precision]:
        text = self._part.deserialize(value.removeprefix("by ").strip())
        first = date.fromisoformat(text + "-01-01"[len(text) - 4 :])
        precision = self._precisions[len(text)]
        if not value.startswith("by "):
            return first, precision
        return _last_day(first, precision), "no_later_than"


def _last_day(first: date, precision: Precision) -> date:
    """Return the last possible day of a month or year that begins on a day."""
    if precision == "year":
        return first.replace(month=12, day=31)
    if precision == "month":
        return first.replace(day=monthrange(first.year, first.month)[1])
    return first
