"""What stops the check: something that it does not understand, and so cannot vouch for."""


class Refused(Exception):
    """A file says what the check does not know; the text says what and where."""
