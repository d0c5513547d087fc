"""Alphabets: the order of names in a language."""

from functools import lru_cache
from typing import Any

import icu

from shared.errors import RuleViolated

_LANGUAGES = frozenset(icu.Locale(each).getLanguage() for each in icu.Locale.getAvailableLocales())
_SAME_ALPHABET = {"cnr": "sr-Latn-ME"}
"""Montenegrin, which ICU knows only by the code that it had before 2017."""


class UnknownLanguage(RuleViolated):
    """Nobody knows the alphabet of that language."""

    rule = "Names are sorted by the alphabet of a language that is known."


class Collation:
    """The order of names in a language.

    Args:
        language: BCP 47.
        field: Where a request names it.

    Raises:
        UnknownLanguage: Its alphabet is not known.

    Source:
        Unicode Collation Algorithm (UTS #10) with the tailorings of CLDR, by ICU.
    """

    def __init__(self, language: str, *, field: str = "language") -> None:
        self.language = language
        self._collator = _collator(language)
        if self._collator is None:
            raise UnknownLanguage(f"The alphabet of {language!r} is not known.", field=field)

    def key(self, name: str) -> bytes:
        """Return what names are compared by; equal when the alphabet does not tell them apart."""
        key: bytes = self._collator.getSortKey(name)
        return key


@lru_cache(maxsize=64)
def _collator(language: str) -> Any:
    locale = icu.Locale.forLanguageTag(_SAME_ALPHABET.get(language, language))
    return icu.Collator.createInstance(locale) if locale.getLanguage() in _LANGUAGES else None
