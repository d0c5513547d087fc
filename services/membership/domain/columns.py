"""Which column of a sheet says what."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from services.membership.domain.sheet import SheetLine, folded
from shared.errors import RuleViolated

HEADER_WITHIN = 20
"""Lines in which the header must be."""


class ImportKind(StrEnum):
    """What a sheet is about."""

    CITIES = "cities"
    PEOPLE = "people"


SYNONYMS: dict[ImportKind, dict[str, tuple[str, ...]]] = {
    ImportKind.CITIES: {
        "city_id": ("id", "slug"),
        "name_en": ("name", "city", "english name", "name in English", "şehir", "kent", "ad"),
        "name_local": ("local name", "native name", "yerel ad", "yerel adi"),
        "name_local_latin": ("local name in Latin letters", "latin name", "latin harfleriyle ad"),
        "name_tr": ("Turkish name", "name in Turkish", "türkçe ad", "türkçe adi"),
        "country_iso2": ("country", "country code", "ülke", "ülke kodu"),
        "timezone": ("time zone", "zone", "saat dilimi"),
        "languages_bcp47": ("languages", "language", "dil", "diller"),
        "airports": ("airport", "iata", "havalimani", "havalimanlari", "havaalani"),
        "sample": ("örnek",),
        "joined": ("member since", "since", "üyelik tarihi", "katilim tarihi", "katilim"),
        "left": ("left since", "member until", "ayriliş", "ayriliş tarihi"),
    },
    ImportKind.PEOPLE: {
        "person_id": ("person", "kişi"),
        "key": ("external id", "external key", "sicil no", "anahtar"),
        "city_id": ("city", "municipality", "şehir", "kent", "belediye", "il"),
        "name": ("full name", "ad soyad", "adi soyadi", "isim", "isim soyisim", "ad ve soyad"),
        "given_name": ("first name", "given names", "ad", "adi"),
        "family_name": ("last name", "surname", "soyad", "soyadi", "soyisim"),
        "original_name": ("name in original script", "native name", "özgün ad", "yerel ad"),
        "passport_name": ("passport spelling", "name in passport", "pasaporttaki ad"),
        "title": ("function", "position", "role", "unvan", "ünvan", "görev", "görevi"),
        "languages": ("language", "dil", "diller", "bildiği diller"),
        "email": ("mail", "e-mail address", "e-posta", "eposta adresi", "e-posta adresi"),
        "phone": ("telephone", "mobile", "phone number", "telefon", "cep", "cep telefonu", "tel"),
        "nationality": ("citizenship", "uyruk", "uyruğu", "vatandaşlik"),
        "passport_type": ("passport", "type of passport", "pasaport", "pasaport türü"),
    },
}
"""Other headings of our fields, in English and Turkish; each field is also known by its name.

Case, accents, spaces and the dot of an i are not compared. A running number is nobody's key: "No"
and "ID" have to be mapped by who knows that they are more.
"""
REQUIRED: dict[ImportKind, tuple[tuple[str, ...], ...]] = {
    ImportKind.CITIES: (
        ("city_id",),
        ("name_en",),
        ("country_iso2",),
        ("timezone",),
        ("languages_bcp47",),
    ),
    ImportKind.PEOPLE: (
        ("city_id",),
        ("name", "given_name", "family_name", "original_name"),
        ("email", "key", "person_id"),
    ),
}
"""Of each group a sheet has at least one."""


class MissingColumns(RuleViolated):
    """The sheet lacks columns that are needed."""

    rule = "A sheet has a header, with a column for each field that is needed."

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(f"No column was found for {', '.join(names)}.")
        self._names = names

    @property
    def errors(self) -> list[dict[str, str]]:
        """One for each field, which a mapping could name a column for."""
        return [
            {
                "field": f"mapping.{name}",
                "code": "missing_column",
                "message": "No column was found for it.",
            }
            for name in self._names
        ]


class RepeatedColumns(RuleViolated):
    """Two columns could be meant by one field."""

    rule = "Of two columns that could be meant by one field the mapping names one."


class UnknownColumn(RuleViolated):
    """The sheet has no such heading, or its kind no such field."""

    rule = "A mapping leads from a field of the import's kind to a heading of the sheet."


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of a sheet.

    Attributes:
        heading: As written; that of a header of two lines has both.
        field: What it was taken for; ``None`` when it was ignored.
    """

    heading: str
    field: str | None


@dataclass(frozen=True)
class Header:
    """Where a sheet's header is, and what it says.

    Attributes:
        columns: From the left.
        body: Index of the first line below it.
    """

    columns: tuple[Column, ...]
    body: int

    @property
    def places(self) -> dict[str, int]:
        """Place of the column by field."""
        return {each.field: n for n, each in enumerate(self.columns) if each.field is not None}


def fields_known(lines: Sequence[SheetLine], kind: ImportKind, mapping: Mapping[str, str]) -> int:
    """Return how many fields the best header of a sheet has."""
    candidates = _candidates(lines, kind, mapping)
    return max((len(set(found) - {None}) for _, _, found in candidates), default=0)


def find_header(lines: Sequence[SheetLine], kind: ImportKind, mapping: Mapping[str, str]) -> Header:
    """Find the line, or the two lines, whose headings name most of the fields.

    Args:
        lines: Of the sheet; those above the header are passed over.
        kind: What the sheet is about.
        mapping: Headings by field; they count before what headings mean by themselves.

    Raises:
        UnknownColumn: The mapping names a field or heading that there is not.
        MissingColumns: A field that is needed has no column.
        RepeatedColumns: A field has two columns that differ.
    """
    for field in mapping:
        if field not in SYNONYMS[kind]:
            raise UnknownColumn(f"There is no field {field!r}.", field=f"mapping.{field}")
    best = max(
        _candidates(lines, kind, mapping),
        key=lambda each: len(set(each[2]) - {None}),
        default=None,
    )
    if best is None:
        raise MissingColumns([group[0] for group in REQUIRED[kind]])
    number, headings, found = best
    fields = _without_twins(list(found), headings, lines[number + 1 :])
    for field, heading in mapping.items():
        if field not in fields:
            raise UnknownColumn(f"There is no column {heading!r}.", field=f"mapping.{field}")
    missing = [group[0] for group in REQUIRED[kind] if not set(group) & set(fields)]
    if missing:
        raise MissingColumns(missing)
    columns = tuple(
        Column(heading=heading, field=field)
        for heading, field in zip(headings, fields, strict=True)
    )
    return Header(columns, number + 1)


Candidate = tuple[int, list[str], list[str | None]]
"""Index of the last line of a header, its headings, and their fields."""


def _candidates(
    lines: Sequence[SheetLine], kind: ImportKind, mapping: Mapping[str, str]
) -> Iterator[Candidate]:
    """Give what could be the header; of those that name as many fields the first is the one."""
    meanings = _meanings(kind, mapping)
    for number, line in enumerate(lines[:HEADER_WITHIN]):
        yield number, list(line.cells), [_meaning(meanings, text) for text in line.cells]
        if number:
            pairs = list(_pairs(lines[number - 1].cells, line.cells))
            found = [_meaning(meanings, whole, own) for whole, own in pairs]
            yield number, [whole for whole, _ in pairs], found


def _pairs(upper: Sequence[str], lower: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Give the whole heading of each column under a header of two lines, and its own part."""
    for place in range(max(len(upper), len(lower))):
        above = upper[place] if place < len(upper) else ""
        below = lower[place] if place < len(lower) else ""
        own = below or above
        yield (f"{above} {below}" if above and below and above != below else own), own


def _meanings(kind: ImportKind, mapping: Mapping[str, str]) -> dict[str, str]:
    """Return the field by folded heading."""
    meant = {
        folded(heading): field
        for field, headings in SYNONYMS[kind].items()
        if field not in mapping
        for heading in (field, *headings)
    }
    return meant | {folded(heading): field for field, heading in mapping.items()}


def _meaning(meanings: Mapping[str, str], *headings: str) -> str | None:
    found = [meanings[each] for each in map(folded, headings) if each in meanings]
    return found[0] if found else None


def _without_twins(
    fields: list[str | None], headings: Sequence[str], body: Sequence[SheetLine]
) -> list[str | None]:
    """Ignore the second of two columns if it says nothing of its own, as a merged one does."""
    for place, field in enumerate(fields):
        if field is None or (first := fields.index(field)) == place:
            continue
        if any(_cell(each, place) not in ("", _cell(each, first)) for each in body):
            raise RepeatedColumns(
                f"Both {headings[first]!r} and {headings[place]!r} could be meant by {field}.",
                field=f"mapping.{field}",
            )
        fields[place] = None
    return fields


def _cell(line: SheetLine, place: int) -> str:
    return line.cells[place] if place < len(line.cells) else ""
