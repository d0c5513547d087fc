"""What a class declares: the doors of a large service lie in several classes."""

from typing import Any


def declared_by(kind: type) -> dict[str, Any]:
    """Return the attributes of a class by name: what it inherits first, each in its order."""
    declared: dict[str, Any] = {}
    for each in reversed(kind.__mro__[:-1]):
        declared |= vars(each)
    return declared
