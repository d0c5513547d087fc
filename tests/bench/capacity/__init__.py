"""The capacity model: what a network costs, what many of them need, and where the first wall is.

``measure`` runs one meeting after the other through real processes and counts; ``model`` works out
what 1, 100 and 10,000 networks need; ``simulate`` plays a year and a peak minute with the same
costs; ``replay`` has real processes carry a steady rate and compares. See docs/capacity.md.
"""

SERVICES = ("membership", "events", "travel", "notification")
PROCESSES = (*SERVICES, "broker", "database")
