"""The chassis: what all services use and none of them owns.

Something enters here only when a second service needs it, when it names no domain word and when it
belongs to one of the packages below. The chassis never imports a service.
"""

VERSION = "0.1.0"
"""Of this software, as in pyproject.toml."""
