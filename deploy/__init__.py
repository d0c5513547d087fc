"""How Zirve runs: on one machine without containers, in images, in a cluster."""
