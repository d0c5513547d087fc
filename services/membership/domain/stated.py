"""What imports state of a person, field by field, in whatever order their rows are heard."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True, order=True)
class Statement:
    """Who has stated a field last.

    Attributes:
        stated_at: When the import was committed, UTC.
        import_id: The import; decides between two of the same millisecond.
    """

    stated_at: datetime
    import_id: str
