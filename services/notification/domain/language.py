"""Choosing the language of a letter."""

from collections.abc import Collection, Sequence

FALLBACK = "en"
"""The network's working language; every text exists in it."""


def chosen_language(preferred: Sequence[str], available: Collection[str]) -> str:
    """Return the language tag to write in.

    Each of the recipient's languages is tried in turn, from the whole tag to ever less of it:
    ``sr-Latn-RS`` finds ``sr-Latn``, else ``sr``.

    Args:
        preferred: BCP 47, preferred first.
        available: Tags that there are texts in.

    Source:
        RFC 4647 §3.4 (lookup).
    """
    by_lower = {tag.lower(): tag for tag in available}
    for wanted in preferred:
        parts = wanted.lower().split("-")
        while parts:
            tag = by_lower.get("-".join(parts))
            if tag is not None:
                return tag
            parts.pop()
            if parts and len(parts[-1]) == 1:
                parts.pop()  # A singleton begins an extension and means nothing by itself.
    return FALLBACK
