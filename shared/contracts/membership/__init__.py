"""What membership publishes: who belongs to the network and who speaks for whom."""

from shared.contracts.membership.bodies import (
    BodyFounded,
    SeatFilled,
    SeatVacated,
)
from shared.contracts.membership.cities import (
    CityAdmitted,
    CityApplied,
    CityDescribed,
    CityLeft,
    CityReinstated,
    CitySuspended,
    Precision,
)
from shared.contracts.membership.imports import (
    CityRowAccepted,
    ImportCancelled,
    ImportCommitted,
    ImportCompleted,
    ImportPartAccepted,
    ImportPreviewed,
    PersonRowAccepted,
)
from shared.contracts.membership.offices import (
    OfficeHolderChanged,
)
from shared.contracts.membership.people import (
    PersonContactChanged,
    PersonDescribed,
)
from shared.contracts.membership.presidency import (
    PresidencyElected,
)

__all__ = [
    "BodyFounded",
    "CityAdmitted",
    "CityApplied",
    "CityDescribed",
    "CityLeft",
    "CityReinstated",
    "CityRowAccepted",
    "CitySuspended",
    "ImportCancelled",
    "ImportCommitted",
    "ImportCompleted",
    "ImportPartAccepted",
    "ImportPreviewed",
    "OfficeHolderChanged",
    "PersonContactChanged",
    "PersonDescribed",
    "PersonRowAccepted",
    "Precision",
    "PresidencyElected",
    "SeatFilled",
    "SeatVacated",
]
