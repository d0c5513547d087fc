"""One machine, no containers: broker, database, mail sink and services as processes.

``Installation`` is what tests, the demonstration and the bench use; ``python -m deploy.local`` is
what ``make up`` and ``make down`` call.
"""
