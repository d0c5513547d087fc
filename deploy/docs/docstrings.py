"""Docstrings as the project writes them: what a class is, then its attributes."""

import inspect
import re
from dataclasses import dataclass

_ATTRIBUTE = re.compile(r"^ {4}(\w+): (.*)$")


@dataclass(frozen=True)
class Described:
    """A class's docstring, read.

    Attributes:
        text: What stands before the attributes; paragraphs are separated by an empty line.
        attributes: What each is, by name, in order; lines are joined.
    """

    text: str
    attributes: dict[str, str]


def described(kind: type) -> Described:
    """Read a class's docstring; one that it only inherits does not count."""
    text, _, listed = inspect.cleandoc(kind.__dict__.get("__doc__") or "").partition("Attributes:")
    attributes: dict[str, str] = {}
    name = ""
    for line in listed.splitlines():
        if begins := _ATTRIBUTE.match(line):
            name = begins[1]
            attributes[name] = begins[2].strip()
        elif line.startswith(" ") and name:
            attributes[name] += " " + line.strip()
        elif line.strip():
            break  # The next section.
    return Described(text.strip(), attributes)
