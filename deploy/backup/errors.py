"""What a backup or a restore cannot go on with, worded for whoever typed the command."""


class BackupError(Exception):
    """It cannot be done; the text says what to do about it."""


class Damaged(BackupError):
    """A backup is not what it was when it was taken; the text names every file."""


class SnapshotGone(BackupError):
    """The database does not keep the instant that a backup reads any more."""


class CatalogChanged(BackupError):
    """A collection was made after the instant, so the backup has to begin again."""
