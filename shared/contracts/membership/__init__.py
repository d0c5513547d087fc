"""What membership publishes: who belongs to the network and who speaks for whom."""

from shared.contracts.membership.bodies import (
    BodyFounded,
    SeatFilled,
    SeatVacated,
)
from shared.contracts.membership.cities import (
    CityAdmitted,
    CityAdmittedAsObserver,
    CityApplied,
    CityDescribed,
    CityLeft,
    CityReinstated,
    CityReinstatedAsObserver,
    CityStanding,
    CityStandingsWithdrawn,
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
    PersonAffiliated,
    PersonContactChanged,
    PersonDescribed,
    PersonMerged,
    PersonRestored,
    PersonToldApart,
    SurvivorChanged,
)
from shared.contracts.membership.precedence import (
    PrecedenceChanged,
    PrecedenceRanked,
    PrecedenceRule,
)
from shared.contracts.membership.presidency import (
    PresidencyElected,
    PresidencyHandedOver,
    PresidencyItemClosed,
    PresidencyItemHandedOver,
    PresidencyItemOpened,
    PresidencyTakenOver,
    PresidencyWithdrawn,
)

__all__ = [
    "BodyFounded",
    "CityAdmitted",
    "CityAdmittedAsObserver",
    "CityApplied",
    "CityDescribed",
    "CityLeft",
    "CityReinstated",
    "CityReinstatedAsObserver",
    "CityRowAccepted",
    "CityStanding",
    "CityStandingsWithdrawn",
    "CitySuspended",
    "ImportCancelled",
    "ImportCommitted",
    "ImportCompleted",
    "ImportPartAccepted",
    "ImportPreviewed",
    "OfficeHolderChanged",
    "PersonAffiliated",
    "PersonContactChanged",
    "PersonDescribed",
    "PersonMerged",
    "PersonRestored",
    "PersonRowAccepted",
    "PersonToldApart",
    "PrecedenceChanged",
    "PrecedenceRanked",
    "PrecedenceRule",
    "Precision",
    "PresidencyElected",
    "PresidencyHandedOver",
    "PresidencyItemClosed",
    "PresidencyItemHandedOver",
    "PresidencyItemOpened",
    "PresidencyTakenOver",
    "PresidencyWithdrawn",
    "SeatFilled",
    "SeatVacated",
    "SurvivorChanged",
]
