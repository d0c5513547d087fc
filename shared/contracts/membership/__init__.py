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
)
from shared.contracts.membership.offices import (
    OfficeHolderChanged,
)
from shared.contracts.membership.people import (
    PersonAffiliated,
    PersonContactChanged,
    PersonDescribed,
    PersonMerged,
    PersonRestored,
    PersonToldApart,
    SurvivorChanged,
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
    "OfficeHolderChanged",
    "PersonAffiliated",
    "PersonContactChanged",
    "PersonDescribed",
    "PersonMerged",
    "PersonRestored",
    "PersonToldApart",
    "Precision",
    "PresidencyElected",
    "SeatFilled",
    "SeatVacated",
    "SurvivorChanged",
]
