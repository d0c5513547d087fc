"""``@subscribe``: a method that is called for an event."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from nameko.extensions import Entrypoint

from shared.domain import Aggregate, Event
from shared.messaging.received import Ids, Subscription

Method = TypeVar("Method", bound=Callable[..., None])
Key = str | Callable[[Any], str | Iterable[str]]


class _Subscriber(Entrypoint):
    """Registers the method with the runtime, which hears the inbox for all of them."""

    def __init__(
        self,
        contract: type[Event],
        loads: Mapping[type[Aggregate], Key],
        *,
        alone: bool,
        tries: int | None,
    ) -> None:
        super().__init__()
        self.contract = contract
        self.loads = loads
        self.alone = alone
        self.tries = tries

    def setup(self) -> None:
        """Tell the runtime of the subscription."""
        expected = "on_" + re.sub(r"(?<!^)(?=[A-Z])", "_", self.contract.__name__).lower()
        if self.method_name != expected:
            raise TypeError(
                f"{self.method_name} hears {self.contract.__name__}: call it {expected}"
            )
        runtime = self.container.config["runtime"]
        method = runtime.method(self.method_name)
        loads = tuple((runtime.repository_of(kind), _ids(key)) for kind, key in self.loads.items())
        runtime.subscribe(Subscription(self.contract, method, loads, self.alone, self.tries))


def subscribe(
    contract: type[Event],
    *,
    loads: Mapping[type[Aggregate], Key] | None = None,
    alone: bool = False,
    tries: int | None = None,
) -> Callable[[Method], Method]:
    """Have a method called for each event of a contract; it is named ``on_<event>``.

    Publisher and routing key follow from the contract. A raise of what is refused for now
    (``Unavailable``, ``TooManyRequests``) or of anything unforeseen sends the event up the retry
    ladder, until that is used up or ``tries`` are; any other ``ServiceError`` parks it.

    Args:
        contract: The event's class.
        loads: Which aggregates the method asks for, so that a batch reads all at once: by their
            class, a field of the event (an id or a tuple of ids) or a function of the event.
        alone: The method runs a query, so it is called by itself, after the rest was saved.
        tries: How often an event may fail before it is parked, although the ladder has further
            steps; without it the whole ladder is gone through. ``Claimed`` is no failure.

    Raises:
        ValueError: ``tries`` is no whole number, or less than 1.
    """
    if tries is not None and (type(tries) is not int or tries < 1):
        raise ValueError(f"{contract.__name__} cannot have tries={tries!r}: say 1 or more, or none")
    decorator: Callable[..., Callable[[Method], Method]] = _Subscriber.decorator
    return decorator(contract, loads or {}, alone=alone, tries=tries)


def _ids(key: Key) -> Ids:
    """Return a function from an event to the ids that a key names; ``None`` names none."""

    def ids(event: Event) -> tuple[str, ...]:
        value = getattr(event, key) if isinstance(key, str) else key(event)
        if value is None:
            return ()
        return (value,) if isinstance(value, str) else tuple(value)

    return ids
