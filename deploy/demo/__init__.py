"""The founding scene on real cities: played through the APIs, then checked by a stranger."""
