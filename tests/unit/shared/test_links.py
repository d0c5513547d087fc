import pytest

from shared.links import sign, verify

SECRET = "of the installation"


def test_a_signature_is_that_of_its_purpose_subject_and_generation() -> None:
    signature = sign(SECRET, "answer", "invitation-1", 0)

    assert verify(signature, SECRET, "answer", "invitation-1", 0)
    assert len(signature) == 43


@pytest.mark.parametrize(
    ("secret", "purpose", "subject", "generation"),
    [
        ("another", "answer", "invitation-1", 0),
        (SECRET, "decline", "invitation-1", 0),
        (SECRET, "answer", "invitation-2", 0),
        (SECRET, "answer", "invitation-1", 1),
        (SECRET, "answerinvitation", "-1", 0),
    ],
)
def test_any_other_signature_is_refused(
    secret: str, purpose: str, subject: str, generation: int
) -> None:
    signature = sign(SECRET, "answer", "invitation-1", 0)

    assert not verify(signature, secret, purpose, subject, generation)


@pytest.mark.parametrize("nonsense", ["", "é", "\udcff", "a" * 43])
def test_nonsense_is_refused(nonsense: str) -> None:
    assert not verify(nonsense, SECRET, "answer", "invitation-1", 0)
