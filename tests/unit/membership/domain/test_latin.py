import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.membership.domain.latin import folded, is_latin, transliterated


def letters(*ranges: tuple[int, int]) -> list[str]:
    return [
        chr(code)
        for first, last in ranges
        for code in range(first, last + 1)
        if unicodedata.category(chr(code)).startswith("L")
    ]


CYRILLIC, GREEK = letters((0x400, 0x45F)), letters((0x386, 0x3CE), (0x1F00, 0x1FFC))
LATIN = letters((0x41, 0x5A), (0x61, 0x7A), (0xC0, 0x17F))


def names(of: list[str]) -> st.SearchStrategy[str]:
    words = st.text(st.sampled_from(of), min_size=1, max_size=12)
    return st.lists(words, min_size=1, max_size=4).map(" ".join)


LANGUAGES = st.sampled_from([(), ("bg",), ("mk",), ("sr-Latn", "en"), ("cnr",), ("el",), ("tr",)])
COUNTRIES = st.sampled_from(["bg", "mk", "rs", "me", "ba", "xk", "gr", "tr", "al"])


@pytest.mark.parametrize(
    ("name", "country", "written"),
    [
        ("Ελένη Βασιλάκη", "gr", "Eleni Vasilaki"),
        ("ΕΛΕΝΗ ΒΑΣΙΛΑΚΗ", "gr", "ELENI VASILAKI"),
        ("Ευάγγελος Γκίκας", "gr", "Evangelos Gkikas"),
        ("Μπάμπης Τζαβάρας", "gr", "Bampis Tzavaras"),
        ("Радка Първанова", "bg", "Radka Parvanova"),
        ("Йордан Хаджиев", "bg", "Yordan Hadzhiev"),
        ("Мария Юлия Гьорева", "bg", "Maria Yulia Gyoreva"),
        ("МАРИЯ ЩЕРЕВА", "bg", "MARIA SHTEREVA"),
        ("Ѓорѓи Ќосев", "mk", "Ǵorǵi Ḱosev"),
        ("Ђорђе Љубичић", "rs", "Đorđe Ljubičić"),
        ("Ђорђе Љубичић", "me", "Đorđe Ljubičić"),
    ],
)
def test_a_name_is_written_as_its_country_writes_it(name: str, country: str, written: str) -> None:
    assert transliterated(name, (), country) == written


@pytest.mark.parametrize(
    ("languages", "written"),
    [
        ((), "Tsvetan"),
        (("en",), "Tsvetan"),
        (("sr-Cyrl",), "Cvetan"),
        (("hr", "bg"), "Cvetan"),
        (("mk",), "Cvetan"),
        (("en", "bg"), "Tsvetan"),
    ],
)
def test_the_first_language_in_cyrillic_decides_before_the_country(
    languages: tuple[str, ...], written: str
) -> None:
    assert transliterated("Цветан", languages, "bg") == written


def test_letters_of_another_language_are_written_too() -> None:
    assert transliterated("Ђорђе", ("bg",), "bg") == "Đorđe"
    assert transliterated("გიორგი", (), "tr") == "giorgi"


@pytest.mark.parametrize("name", ["İbrahim Çağla", "Đorđe Čović", "Ëndri Hoxha", "Ștefan Țîrcă"])
def test_latin_letters_stay_as_they_are(name: str) -> None:
    assert transliterated(name, ("sr",), "rs") == name


@pytest.mark.parametrize("name", ["", "42", "—"])
def test_what_has_no_letters_cannot_be_written(name: str) -> None:
    assert transliterated(name, (), "bg") == ""


@settings(deadline=None)
@given(names(CYRILLIC) | names(GREEK) | names(CYRILLIC + GREEK), LANGUAGES, COUNTRIES)
def test_what_is_written_has_latin_letters_alone(
    name: str, languages: tuple[str, ...], country: str
) -> None:
    assert is_latin(transliterated(name, languages, country))


def test_signs_that_are_no_letters_of_ours_are_left_out() -> None:
    assert transliterated("عمر", (), "tr") == "mr"


@settings(deadline=None)
@given(st.text(), LANGUAGES, COUNTRIES)
def test_whatever_is_written_has_latin_letters_alone(
    text: str, languages: tuple[str, ...], country: str
) -> None:
    assert is_latin(transliterated(text, languages, country))


@settings(deadline=None)
@given(names(LATIN), LANGUAGES, COUNTRIES)
def test_what_is_latin_is_written_as_it_is(
    name: str, languages: tuple[str, ...], country: str
) -> None:
    assert transliterated(name, languages, country) == unicodedata.normalize("NFC", name)


@settings(deadline=None)
@given(st.text() | names(LATIN) | names(GREEK))
def test_folding_twice_is_folding_once(name: str) -> None:
    assert folded(folded(name)) == folded(name)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Çağla İnönü", "cagla inonu"),
        ("Đorđe Ljubičić", "LJUBICIC DORDE"),
        ("Eleni Vasilaki", "Vasilaki, Eleni"),
        ("Ana-Maria Țîrcă", "Tirca Ana Maria"),
    ],
)
def test_spellings_of_one_name_are_folded_alike(one: str, other: str) -> None:
    assert folded(one) == folded(other)


def test_other_names_are_folded_to_others() -> None:
    assert folded("Defne Karasu") != folded("Defne Karaca")
