"""Names in Latin letters: written from other scripts, and folded so that spellings can be compared.

All of ICU that people need is here. It is deterministic: the same text gives the same letters.
"""

import re
import unicodedata
from functools import cache
from typing import Any

import icu

_BULGARIAN = """
[:L:] { ия } [^[:L:]] > ia ; [:L:] { ия } $ > ia ;
[:L:] { ИЯ } [^[:L:]] > IA ; [:L:] { ИЯ } $ > IA ;
й > y ; Й > Y ; х > h ; Х > H ; ъ > a ; Ъ > A ; ь > y ; Ь > Y ;
:: Bulgarian-Latin/BGN ;
"""  # noqa: RUF001 - these letters are Cyrillic
"""The streamlined system of passports, where ICU's differs from it.

Source:
    Bulgaria's Transliteration Act (State Gazette 19/2009), articles 4 to 6.
"""
_GREEK = """
γκ > gk ; Γκ > Gk ; ΓΚ > GK ;
:: Greek-Latin/UNGEGN ; :: NFD ; :: [:Mn:] Remove ; :: NFC ;
"""
"""As in passports: an accent tells the stress in Greek and has no place in Latin letters.

Source:
    ELOT 743 (ISO 843, transcription), which ICU's differs from in γκ and in its marks.
"""
_SERBIAN, _MACEDONIAN = ":: Serbian-Latin/BGN ;", ":: Macedonian-Latin/BGN ;"
_FOLDING = ":: Latin-ASCII ; :: Lower ;"
_RULES = {"bg": _BULGARIAN, "mk": _MACEDONIAN, "sr": _SERBIAN}
_LETTERS_OF = {"bg": "bg", "mk": "mk", **dict.fromkeys(("sr", "bs", "cnr", "hr", "sh"), "sr")}
"""By language that can be written in Cyrillic: whose letters are meant."""
_LETTERS_IN = {"bg": "bg", "mk": "mk", **dict.fromkeys(("ba", "me", "rs", "xk"), "sr")}
_GREEK_TEXT = re.compile(r"[\u0370-\u03ff\u1f00-\u1fff]+")
_WORD = re.compile(r"[a-z0-9]+")


def is_latin(text: str) -> bool:
    """Tell whether all letters of a text are Latin ones, with whatever accents."""
    return all(_is_latin(each) for each in text)


def transliterated(name: str, languages: tuple[str, ...], country: str) -> str:
    """Write a name in Latin letters; those that it has stay as they are.

    Cyrillic is read as in the first of the languages that is written in it, else as in the
    country's, else by its letters.

    Args:
        name: In any script.
        languages: Of the person, BCP 47, preferred first.
        country: ISO 3166-1 alpha-2 of the city, in lower case.

    Returns:
        Latin letters alone; empty when there is no letter to write.
    """
    text = unicodedata.normalize("NFC", name)
    text = _GREEK_TEXT.sub(lambda found: _written(_GREEK, found[0]), text)
    first = _cyrillic_language(languages, country)
    for language in dict.fromkeys((first, *_RULES)):
        if not is_latin(text):
            text = _written(_RULES[language], text)
    if not is_latin(text):
        text = _written(":: Any-Latin ;", text)
    text = unicodedata.normalize("NFC", "".join(each for each in text if _is_latin(each)))
    return " ".join(text.split()) if any(each.isalpha() for each in text) else ""


def folded(name: str) -> str:
    """Return what is the same for a name in Latin letters with and without accents.

    The order of its words does not count either; letters of other scripts are left out.
    """
    return " ".join(sorted(_WORD.findall(_written(_FOLDING, name))))


def _is_latin(letter: str) -> bool:
    return not letter.isalpha() or unicodedata.name(letter, "").startswith("LATIN")


def _cyrillic_language(languages: tuple[str, ...], country: str) -> str:
    for tag in languages:
        letters = _LETTERS_OF.get(tag.partition("-")[0])
        if letters is not None:
            return letters
    return _LETTERS_IN.get(country, "sr")


@cache
def _transform(rules: str) -> Any:
    return icu.Transliterator.createFromRules("names", rules, icu.UTransDirection.FORWARD)


def _written(rules: str, text: str) -> str:
    written: str = _transform(rules).transliterate(text)
    return written
