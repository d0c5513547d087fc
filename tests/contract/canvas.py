"""A service's canvas, read from its package's docstring, and what the code says of the same."""

import ast
import importlib
import inspect
import re
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from deploy.local.layout import REPOSITORY
from deploy.local.services import MODULES
from shared.domain import Event
from shared.persistence.repository import Repository

SERVICES = tuple(MODULES)


@dataclass(frozen=True)
class Canvas:
    """What a service's package says of itself.

    Attributes:
        owned: What it decides about.
        copies: What it keeps of others' facts.
        publishes: Names of events.
        subscribes: Names of events by publisher.
    """

    owned: list[str]
    copies: list[str]
    publishes: set[str]
    subscribes: dict[str, set[str]]


def canvas_of(service: str) -> Canvas:
    text = inspect.getdoc(importlib.import_module(f"services.{service}")) or ""
    owns, publishes, subscribes = (
        _paragraph(text, word) for word in ("Owns", "Publishes", "Subscribes")
    )
    owned, _, copies = owns.partition(";")
    heard = re.findall(r"([^();]+)\((\w+)\)", subscribes)
    return Canvas(
        _listed(owned),
        _listed(copies.replace("copies of", "")),
        set(_listed(publishes)),
        {publisher: set(_listed(names)) for names, publisher in heard},
    )


def _paragraph(text: str, word: str) -> str:
    found = re.search(rf"^{word}:\s+(.*?)\.(?=\n\w|\Z)", text, re.DOTALL | re.MULTILINE)
    assert found, f"no {word} in the canvas"
    return " ".join(found[1].split())


def _listed(text: str) -> list[str]:
    parts = re.split(r",| and ", text)
    return [part.strip().removeprefix("the ") for part in parts if part.strip()]


def is_named_by(repository: type[Repository[Any]], noun: str) -> bool:
    """Tell whether a canvas can mean a repository by a noun: ``city imports``, ``presidency``."""
    aggregate = re.sub(r"(?<!^)(?=[A-Z])", "_", repository.aggregate.__name__).lower()
    documented = re.findall(r"[a-z]+", (repository.__doc__ or "").lower())
    return noun.replace(" ", "_") in {repository.collection, aggregate} or noun in documented


def domain_modules(service: str) -> list[ModuleType]:
    folder = REPOSITORY / "services" / service
    paths = [folder / "domain.py", *sorted((folder / "domain").glob("*.py"))]
    return [importlib.import_module(_dotted(path)) for path in paths if path.exists()]


def _dotted(path: Path) -> str:
    parts = path.relative_to(REPOSITORY).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def made_in(module: ModuleType, publisher: str) -> set[str]:
    """Return the events of a publisher that a module uses as values: makes, or picks to make.

    What it only annotates, or asks ``isinstance`` of, is heard and not made.
    """
    tree = ast.parse(inspect.getsource(module))
    asked = {id(part) for node in ast.walk(tree) for part in _asked(node)}
    found = (_named(node, module) for node in ast.walk(tree) if id(node) not in asked)
    return {each.__name__ for each in found if each and each.publisher() == publisher}


def _asked(node: ast.AST) -> list[ast.AST]:
    """Return what lies in an annotation, an alias of types, or a question for the class."""
    parts = [getattr(node, name, None) for name in ("annotation", "returns", "cls", "slice")]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        parts += node.args[1:] if node.func.id == "isinstance" else []
    if isinstance(node, ast.Assign) and isinstance(node.value, ast.BinOp):
        parts.append(node.value)
    return [inner for part in parts if part for inner in ast.walk(part)]


def _named(node: ast.AST, module: ModuleType) -> type[Event] | None:
    value: Any = None
    if isinstance(node, ast.Name):
        value = getattr(module, node.id, None)
    elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        value = getattr(getattr(module, node.value.id, None), node.attr, None)
    is_event = isinstance(value, type) and issubclass(value, Event) and value is not Event
    return value if is_event else None
