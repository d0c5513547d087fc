"""What membership publishes: who belongs to the network and who speaks for whom."""

from shared.contracts.membership.bodies import (
    AlternateSince,
    BodyFounded,
    HeldTerm,
    SeatAlternateChanged,
    SeatFilled,
    SeatTermEndNoticed,
    SeatTermsCorrected,
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
)
from shared.contracts.membership.offices import (
    OfficeHolderChanged,
    OfficeTermWithdrawn,
)
from shared.contracts.membership.people import (
    PersonContactChanged,
    PersonDescribed,
)
from shared.contracts.membership.presidency import (
    PresidencyElected,
)

__all__ = [
    "AlternateSince",
    "BodyFounded",
    "CityAdmitted",
    "CityApplied",
    "CityDescribed",
    "CityLeft",
    "CityReinstated",
    "CityRowAccepted",
    "CitySuspended",
    "HeldTerm",
    "OfficeHolderChanged",
    "OfficeTermWithdrawn",
    "PersonContactChanged",
    "PersonDescribed",
    "Precision",
    "PresidencyElected",
    "SeatAlternateChanged",
    "SeatFilled",
    "SeatTermEndNoticed",
    "SeatTermsCorrected",
    "SeatVacated",
]
