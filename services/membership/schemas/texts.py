"""Fields of text that several schemas have."""

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from marshmallow import fields, validate

from shared.web.fields import PatternField, refuse

NAME_MOST = 200
REASON_MOST = 1000


class NameField(fields.String):
    """One line of text, 1 to 200 characters, not blank; spaces around it are dropped."""

    shape: ClassVar[Mapping[str, Any]] = {
        "type": "string",
        "minLength": 1,
        "maxLength": NAME_MOST,
    }

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        text = super()._deserialize(value, attr, data, **options).strip()
        if not text.isprintable():
            raise refuse("Not one line of text.", "invalid")
        if not 0 < len(text) <= NAME_MOST:
            raise refuse(f"Not 1 to {NAME_MOST} characters.", "invalid")
        return text


class LineField(fields.String):
    """One line of text of up to 200 characters, or nothing; spaces around it are dropped."""

    shape: ClassVar[Mapping[str, Any]] = {"type": "string", "maxLength": NAME_MOST}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        text = super()._deserialize(value, attr, data, **options).strip()
        if not text.isprintable():
            raise refuse("Not one line of text.", "invalid")
        if len(text) > NAME_MOST:
            raise refuse(f"Not up to {NAME_MOST} characters.", "invalid")
        return text


class ReasonField(fields.String):
    """Text of 1 to 1000 characters, not blank; spaces around it are dropped."""

    shape: ClassVar[Mapping[str, Any]] = {
        "type": "string",
        "minLength": 1,
        "maxLength": REASON_MOST,
    }

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        text = super()._deserialize(value, attr, data, **options).strip()
        if not 0 < len(text) <= REASON_MOST:
            raise refuse(f"Not 1 to {REASON_MOST} characters.", "invalid")
        return text


class CityIdField(PatternField):
    """Country code and name of a city as a slug (``tr-istanbul``)."""

    pattern = re.compile(r"[a-z]{2}-[a-z0-9-]{1,60}", re.ASCII)
    form = "a city's id, as tr-istanbul"


class AirportField(PatternField):
    """An airport by its IATA code."""

    pattern = re.compile(r"[A-Z]{3}", re.ASCII)
    form = "an airport's code of three capital letters (IATA)"


class OfficeField(PatternField):
    """Name of an office (``head_of_international_relations``)."""

    pattern = re.compile(r"[a-z]+(_[a-z]+){0,7}", re.ASCII)
    form = "an office in lower case, as deputy_mayor"


class PhoneField(PatternField):
    """A telephone number by ITU-T E.164, or empty."""

    pattern = re.compile(r"(\+[1-9]\d{6,14})?", re.ASCII)
    form = "a telephone number as +447700900105 (E.164)"


ID = validate.Length(1, 64)
"""Of ids that were given by a service."""
