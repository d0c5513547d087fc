import pytest

from services.membership.domain.collation import Collation, UnknownLanguage


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("tr", ["Bursa", "Cizre", "Çanakkale", "Isparta", "Istanbul", "İzmir", "Sivas", "Şile"]),
        ("en", ["Bursa", "Çanakkale", "Cizre", "Isparta", "Istanbul", "İzmir", "Şile", "Sivas"]),
        ("hr", ["Cetina", "Čakovec", "Ćuprija", "Dubrovnik", "Đakovo", "Lz", "Ljubljana", "Zadar"]),
        ("sr-Latn", ["Cetina", "Čačak", "Ćuprija", "Subotica", "Šabac", "Zrenjanin", "Žabalj"]),
        ("sr", ["Београд", "Ваљево", "Зајечар", "Крагујевац", "Ниш", "Чачак", "Шабац"]),
        ("cnr", ["Cetinje", "Čakor", "Danilovgrad", "Nikšić", "Šavnik", "Tivat", "Žabljak"]),
        ("sq", ["Cërrik", "Çorovodë", "Durrës", "Dhërmi", "Elbasan", "Ersekë", "Ëndrra", "Xhafa"]),
        ("el", ["Αθήνα", "Άρτα", "Θεσσαλονίκη", "Ιωάννινα", "Πάτρα", "Πέλλα", "Ρόδος"]),
        ("mk", ["Битола", "Велес", "Гостивар", "Ѓорче", "Кичево", "Прилеп", "Скопје"]),
        ("ro", ["Arad", "Constanța", "Sibiu", "Suceava", "Șimleu", "Timișoara", "Țăndărei"]),
        ("sl", ["Celje", "Črnomelj", "Maribor", "Novo mesto", "Sežana", "Škofja Loka", "Žalec"]),
    ],
)
def test_every_language_has_an_alphabet_of_its_own(language: str, names: list[str]) -> None:
    assert sorted(set(names), key=Collation(language).key) == names


@pytest.mark.parametrize("language", ["zz", "qaa", "zxx", "xx-Latn"])
def test_an_alphabet_that_nobody_knows_is_refused(language: str) -> None:
    with pytest.raises(UnknownLanguage) as refused:
        Collation(language)

    assert refused.value.field == "language"


def test_names_that_an_alphabet_does_not_tell_apart_are_equal() -> None:
    composed, decomposed = "Ni\u0161", "Nis\u030c"

    assert Collation("sr-Latn").key(composed) == Collation("sr-Latn").key(decomposed)
