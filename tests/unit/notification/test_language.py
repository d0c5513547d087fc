import pytest

from services.notification.domain.language import chosen_language

AVAILABLE = {"en", "tr", "sq", "el", "bg", "sr", "sr-Latn"}


@pytest.mark.parametrize(
    ("preferred", "chosen"),
    [
        (("tr", "en"), "tr"),
        (("TR",), "tr"),
        (("bs", "tr"), "tr"),
        (("bs", "hr", "cnr"), "en"),
        ((), "en"),
        (("sr",), "sr"),
        (("sr-Cyrl-RS",), "sr"),
        (("sr-Latn-RS",), "sr-Latn"),
        (("sr-latn",), "sr-Latn"),
        (("el-GR-x-private",), "el"),
    ],
)
def test_the_first_language_that_there_is_a_text_in_is_chosen(
    preferred: tuple[str, ...], chosen: str
) -> None:
    assert chosen_language(preferred, AVAILABLE) == chosen
