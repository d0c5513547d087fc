"""Reading PromQL as far as names go: which series a query asks for, and by which labels.

Whether a query is well formed, promtool says.
"""

import re
from dataclasses import dataclass

_WORDS = re.compile(
    r"""
    (?P<grouping>\b(?:by|without|on|ignoring|group_left|group_right)\s*\((?P<labels>[^)]*)\))
    | (?P<name>[a-zA-Z_:][\w:]*)\s*(?P<matchers>\{(?:"[^"]*"|[^}"])*\})?
    | "[^"]*" | \[[^\]]*\] | [\d.]+[a-z]*
    """,
    re.VERBOSE,
)
_MATCHER = re.compile(r'(\w+)\s*(?:=~|!~|!=|=)\s*"([^"]*)"')
_OPERATORS = {"and", "or", "unless", "bool", "offset"}
_AGGREGATIONS = {"sum", "min", "max", "avg", "count", "topk", "bottomk", "quantile"}


@dataclass(frozen=True)
class Selector:
    """A name in a query, and what it is narrowed down by.

    Attributes:
        name: Of the series.
        matchers: Label and the text that it is compared to, a value or a regular expression.
    """

    name: str
    matchers: tuple[tuple[str, str], ...]

    def values(self) -> set[tuple[str, str]]:
        """Return labels with each value that is spelt out."""
        return {
            (label, value)
            for label, text in self.matchers
            for value in text.split("|")
            if re.fullmatch(r"[\w-]+", value)
        }


@dataclass(frozen=True)
class Query:
    """What a query is about.

    Attributes:
        selectors: In the order in which they stand there.
        grouped_by: Labels that it groups or joins by.
    """

    selectors: tuple[Selector, ...]
    grouped_by: frozenset[str]


def read(text: str) -> Query:
    """Read a query."""
    selectors: list[Selector] = []
    grouped: set[str] = set()
    for word in _WORDS.finditer(text):
        if word["grouping"]:
            grouped.update(label.strip() for label in word["labels"].split(",") if label.strip())
        elif (name := word["name"]) and not _is_syntax(name, text[word.end() :]):
            matchers = tuple(_MATCHER.findall(word["matchers"] or ""))
            selectors.append(Selector(name, matchers))
    return Query(tuple(selectors), frozenset(grouped))


def _is_syntax(name: str, rest: str) -> bool:
    return name in _OPERATORS | _AGGREGATIONS or rest.lstrip().startswith("(")
