"""Texts: what a letter says, in the recipient's language.

A template per kind and language, ``templates/<language>/<kind>.txt``, states a subject and a body;
``layout.txt`` has what is around the body. Serbian is written once, in Cyrillic letters: those in
Latin letters follow from them one by one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from babel import Locale
from babel.dates import format_date
from jinja2 import FunctionLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from services.notification.domain.fact import ChangeFact, InvitationFact, StayFact, TripFact
from services.notification.domain.letter import Letter
from services.notification.domain.meeting import Schedule
from shared.contracts import PlaceTime
from shared.contracts.travel import BookedLeg
from shared.local_time import local_time

TEMPLATES = Path(__file__).parent.parent / "templates"
SERBIAN, SERBIAN_IN_LATIN_LETTERS = "sr", "sr-Latn"
_LOCALES = {"en": "en-GB"}
"""Where the territory decides how a date is written, and the network's usage is not the default."""
_INDENT = "  "


@dataclass(frozen=True, slots=True)
class Text:
    """What a letter says.

    Attributes:
        subject: One line.
        body: Plain text, lines ended by LF.
    """

    subject: str
    body: str


class Texts:
    """Writes the texts of letters."""

    def __init__(self) -> None:
        self._environment = SandboxedEnvironment(
            loader=FunctionLoader(_source),
            undefined=StrictUndefined,
            autoescape=False,  # It is plain text, in which nothing is markup.
            trim_blocks=True,
            lstrip_blocks=True,
        )
        written = {folder.name for folder in TEMPLATES.iterdir() if folder.is_dir()}
        self.languages = frozenset(written | {SERBIAN_IN_LATIN_LETTERS})

    def write(self, letter: Letter, link: str) -> Text:
        """Return what a letter says.

        Args:
            letter: What it is about; its language must be one of ``languages``.
            link: Where the recipient can answer, or empty.
        """
        template = self._environment.get_template(f"{letter.language}/{letter.kind}.txt")
        words = _words(letter) | {"link": link, "layout": f"{letter.language}/layout.txt"}
        subject = "".join(template.blocks["subject"](template.new_context(words)))
        return Text(_one_line(subject), _tidied(template.render(words)))


def _words(letter: Letter) -> dict[str, Any]:
    """Return what templates can speak of; everything from outside is on one line."""
    locale = Locale.parse(_LOCALES.get(letter.language, letter.language), sep="-")
    about = (letter.title, _span(letter.schedule, locale), letter.venue)
    words: dict[str, Any] = {
        "name": _one_line(letter.name),
        "title": _one_line(letter.title),
        "meeting": "\n".join(_INDENT + _one_line(line) for line in about),
        "before": letter.before and _moment(letter.before, locale),
        "calendar": letter.calendar,
        "fact": letter.fact,
        "reason": "",
    }
    match letter.fact:
        case InvitationFact(answer_by=answer_by, reason=reason):
            zone = letter.schedule.begins.zone
            words["answer_by"] = answer_by and _moment(
                PlaceTime.of(local_time(answer_by, zone)), locale
            )
            words["reason"] = _one_line(reason)
        case ChangeFact(reason=reason):
            words["reason"] = _one_line(reason)
        case TripFact(legs=legs):
            words["journey"] = "\n\n".join(_leg(leg, locale) for leg in legs)
        case StayFact() as stay:
            words["hotel"], words["room_type"] = _one_line(stay.hotel), _one_line(stay.room_type)
            words["arrives_on"] = _day(stay.arrives_on, locale)
            words["departs_on"] = _day(stay.departs_on, locale)
    return words


def _leg(leg: BookedLeg, locale: Locale) -> str:
    by = _one_line(f"{leg.carrier} {leg.number}")
    lines = [
        by,
        f"{_one_line(leg.origin)}: {_moment(leg.departs, locale)}",
        f"{_one_line(leg.destination)}: {_moment(leg.arrives, locale)}",
    ]
    return "\n".join(_INDENT + line for line in lines if line)


def _span(schedule: Schedule, locale: Locale) -> str:
    begins, ends = _wall(schedule.begins), _wall(schedule.ends)
    same_day = begins.date() == ends.date()
    same_offset = _offset(schedule.begins) == _offset(schedule.ends)
    if same_day and same_offset:
        clock = f"{begins:%H:%M}\N{EN DASH}{ends:%H:%M}"
        return f"{_day(begins, locale)}, {clock} ({_offset(schedule.begins)})"
    return f"{_moment(schedule.begins, locale)} \N{EN DASH} {_moment(schedule.ends, locale)}"


def _moment(time: PlaceTime, locale: Locale) -> str:
    wall = _wall(time)
    return f"{_day(wall, locale)}, {wall:%H:%M} ({_offset(time)})"


def _day(day: date, locale: Locale) -> str:
    text: str = format_date(day, "full", locale)
    return text


def _wall(time: PlaceTime) -> datetime:
    return datetime.fromisoformat(time.local)


def _offset(time: PlaceTime) -> str:
    """Return by how much the clocks there are ahead of UTC, as people write it: ``UTC+5:30``."""
    ahead = _wall(time) - time.at.replace(tzinfo=None)
    sign = "-" if ahead.total_seconds() < 0 else "+"
    hours, minutes = divmod(abs(round(ahead.total_seconds() / 60)), 60)
    return f"UTC{sign}{hours}:{minutes:02d}" if minutes else f"UTC{sign}{hours}"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _tidied(text: str) -> str:
    """Return the text with one empty line, and never more, between paragraphs."""
    paragraphs: list[str] = []
    for line in text.splitlines():
        if line.strip() or (paragraphs and paragraphs[-1]):
            paragraphs.append(line.rstrip())
    return "\n".join(paragraphs).strip() + "\n"


def _source(name: str) -> tuple[str, str, Callable[[], bool]]:
    language, _, file = name.partition("/")
    in_latin = language == SERBIAN_IN_LATIN_LETTERS
    path = TEMPLATES / (SERBIAN if in_latin else language) / file
    text = path.read_text("utf-8")
    return text.translate(_LATIN) if in_latin else text, str(path), lambda: True


_LATIN = str.maketrans(
    "абвгдђежзијклмнопрстћуфхцчшАБВГДЂЕЖЗИЈКЛМНОПРСТЋУФХЦЧШ",
    "abvgdđežzijklmnoprstćufhcčšABVGDĐEŽZIJKLMNOPRSTĆUFHCČŠ",
) | str.maketrans({"љ": "lj", "њ": "nj", "џ": "dž", "Љ": "Lj", "Њ": "Nj", "Џ": "Dž"})
"""Serbian Cyrillic to Latin letters (Gaj's alphabet). It leaves a template's tags as they are."""
