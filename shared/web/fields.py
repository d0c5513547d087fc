"""Marshmallow fields for what JSON has no type for: times, days, zones, codes."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, ClassVar

from marshmallow import Schema, ValidationError, fields, validate

from shared.clock import cut
from shared.errors import RuleViolated
from shared.local_time import LocalTime, UnknownZone, zone_named
from shared.web.problem import CodedText

_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_WALL = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?", re.ASCII)


def refuse(message: str, code: str, field: str | None = None) -> ValidationError:
    """Return a ValidationError with a code of its own; about a part when a field is named."""
    text = CodedText.of(message, code)
    return ValidationError({field: [text]} if field else [text])


def instant_text(at: datetime) -> str:
    """Return an instant as RFC 3339 in UTC with milliseconds."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class IntegerField(fields.Integer):
    """A whole number; neither ``"5"`` nor ``true`` is one."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        if type(value) is not int:
            raise refuse("Not a valid integer.", "wrong_type")
        return super()._deserialize(value, attr, data, **options)


class BooleanField(fields.Boolean):
    """``true`` or ``false``, nothing that stands for them."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> Any:
        if type(value) is not bool:
            raise refuse("Not a valid boolean.", "wrong_type")
        return value


class InstantField(fields.Field[datetime]):
    """An instant as RFC 3339; read with any offset, cut to milliseconds, given in UTC."""

    shape: ClassVar[Mapping[str, Any]] = {"type": "string", "format": "date-time"}

    def _serialize(self, value: datetime | None, attr: str | None, obj: Any, **_: Any) -> Any:
        return None if value is None else instant_text(value)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> datetime:
        if not isinstance(value, str):
            raise refuse("Not a valid instant.", "wrong_type")
        try:
            if not _INSTANT.fullmatch(value):
                raise refuse("Not an RFC 3339 instant with an offset.", "invalid")
            return cut(datetime.fromisoformat(value.upper()).astimezone(UTC))
        except (ValueError, OverflowError):
            raise refuse("Not an RFC 3339 instant with an offset.", "invalid") from None


class DayField(fields.Date):
    """A day as ISO 8601, ``2024-12-07`` and no other form of it."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        if not isinstance(value, str):
            raise refuse("Not a valid date.", "wrong_type")
        if not _DAY.fullmatch(value):
            raise refuse("Not a day as YYYY-MM-DD.", "invalid")
        return super()._deserialize(value, attr, data, **options)


class _WallClockField(fields.String):
    """What a clock on the wall shows: ISO 8601 without offset."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        text = super()._deserialize(value, attr, data, **options)
        try:
            if not _WALL.fullmatch(text):
                raise refuse("Not an ISO 8601 time without offset.", "invalid")
            return datetime.fromisoformat(text)
        except ValueError:
            raise refuse("Not a time of the calendar.", "invalid") from None


class _LocalTimeSchema(Schema):
    local = _WallClockField(required=True)
    zone = fields.String(required=True)
    fold = IntegerField(validate=validate.OneOf((0, 1)), allow_none=True)
    # It follows from the rest; it is taken so that what was given can be sent back.
    at = fields.Raw()


class LocalTimeField(fields.Field[LocalTime]):
    """A wall time at a place: read ``{local, zone, fold?}``, given ``{local, zone, at}``."""

    shape: ClassVar[Mapping[str, Any]] = {"$ref": "#/components/schemas/LocalTime"}
    _parts: ClassVar[Schema] = _LocalTimeSchema()

    def _serialize(self, value: LocalTime | None, attr: str | None, obj: Any, **_: Any) -> Any:
        if value is None:
            return None
        given = {"local": value.local.isoformat(), "zone": value.zone, "at": instant_text(value.at)}
        return given if value.fold is None else {**given, "fold": value.fold}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> LocalTime:
        parts = self._parts.load(value)
        try:
            return LocalTime(parts["local"], parts["zone"], parts.get("fold"))
        except RuleViolated as error:
            raise refuse(error.message, error.code, error.field) from None


class PatternField(fields.String):
    """Text of one form.

    Attributes:
        pattern: Of the whole text.
        form: How the form is called, for the caller.
    """

    pattern: ClassVar[re.Pattern[str]]
    form: ClassVar[str]

    @property
    def shape(self) -> Mapping[str, Any]:
        """For the description of the API."""
        return {"type": "string", "pattern": f"^{self.pattern.pattern}$"}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        text = super()._deserialize(value, attr, data, **options)
        if not self.pattern.fullmatch(text):
            raise refuse(f"Not {self.form}.", "invalid")
        return text


class SlugField(PatternField):
    """A stable name in lower case: ``tr-istanbul``."""

    pattern = re.compile(r"(?=.{1,64}$)[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)
    form = "a slug of lower-case letters, digits and single hyphens"


class CountryField(PatternField):
    """A country by ISO 3166-1 alpha-2, or by one of its user-assigned codes (``XK``, Kosovo)."""

    pattern = re.compile(r"[A-Z]{2}", re.ASCII)
    form = "a country code of two capital letters (ISO 3166-1 alpha-2)"


class LanguageField(PatternField):
    """A language tag that is well formed: language, script, region, variants.

    Source:
        RFC 5646 §2.1 (BCP 47), without extensions and grandfathered tags.
    """

    pattern = re.compile(
        r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|\d{3}))?(-([a-z0-9]{5,8}|\d[a-z0-9]{3}))*",
        re.ASCII,
    )
    form = "a language tag (BCP 47)"


class PartialDateField(PatternField):
    """A day as precise as it is known: ``2021``, ``2021-11`` or ``2021-11-05``; stays text."""

    pattern = re.compile(r"[12]\d{3}(-\d\d(-\d\d)?)?", re.ASCII)
    form = "a year, a month or a day (ISO 8601)"

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        text = super()._deserialize(value, attr, data, **options)
        try:
            date.fromisoformat(text + "-01-01"[len(text) - 4 :])
        except ValueError:
            raise refuse("Not a day of the calendar.", "invalid") from None
        return text


class ZoneField(fields.String):
    """A time zone by its IANA name."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        name = super()._deserialize(value, attr, data, **options)
        try:
            zone_named(name)
        except UnknownZone as error:
            raise refuse(error.message, error.code) from None
        return name
