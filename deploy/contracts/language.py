"""Which contracts there are."""

import importlib
from dataclasses import is_dataclass

from shared.contracts import PlaceTime
from shared.domain import Event

PUBLISHERS = ("membership", "events", "travel", "notification")
"""In the order in which their facts come to be."""


def contracts_of(publisher: str) -> list[type[Event]]:
    """Return the events that a service publishes, module by module."""
    return [each for each in _stated_by(publisher) if issubclass(each, Event)]


def contracts() -> list[type[Event]]:
    """Return all events, by publisher."""
    return [each for publisher in PUBLISHERS for each in contracts_of(publisher)]


def values() -> list[type]:
    """Return the classes of values that fields of events hold."""
    stated = [each for publisher in PUBLISHERS for each in _stated_by(publisher)]
    return [PlaceTime, *(each for each in stated if not issubclass(each, Event))]


def name_of(contract: type) -> str:
    """Name a contract or a value among all of them: ``travel.TripBooked``."""
    return f"{contract.__module__.split('.')[:3][-1]}.{contract.__name__}"


def _stated_by(publisher: str) -> list[type]:
    module = importlib.import_module(f"shared.contracts.{publisher}")
    return [
        each
        for each in vars(module).values()
        if isinstance(each, type)
        if is_dataclass(each)
        if f"{each.__module__}.".startswith(f"{module.__name__}.")
    ]
