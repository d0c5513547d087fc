"""The retry ladder: where a message goes that was handled in vain."""

import logging
import random

from shared.messaging.failure import marked
from shared.messaging.frames import Outgoing
from shared.messaging.received import Fate, Received
from shared.messaging.topology import Topology
from shared.observability import metrics
from shared.observability.traces.context import trace_id_of

log = logging.getLogger(__name__)


def sent_on(message: Received, topology: Topology) -> Outgoing:
    """Return the copy that goes up the ladder or, when no try is left, to the parked."""
    original = message.raw[1]
    ladder = topology.ladder_seconds
    tries = message.envelope.tries if message.envelope else 0
    most = message.subscription.tries if message.subscription else None
    steps = ladder[: most - 1] if most else ladder  # The first try takes no step.
    seconds = steps[tries] if tries < len(steps) else None
    if message.fate is Fate.WAIT:
        tries, seconds = tries - 1, ladder[0]
    came = original.properties.get("application_headers") or {}
    headers = marked(came, tries, message.reason, message.trace)
    message_id = str(original.properties.get("message_id") or "")
    if message.fate is not Fate.PARK and seconds:
        # Up to a fifth earlier, so that what failed together does not come back together.
        ttl = int(seconds * 1000 * random.uniform(0.8, 1.0))  # noqa: S311 - jitter
        metrics.retried(message)
        return Outgoing(topology.retry, f"{seconds}s", message.body, headers, message_id, ttl)
    trace = trace_id_of(message.span.traceparent)
    told = {"reason": message.reason, "event_id": message_id, "trace_id": trace}
    log.error("event parked", extra=told)
    metrics.parked(message)
    return Outgoing(topology.dead, "", message.body, headers, message_id)
