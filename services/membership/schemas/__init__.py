"""JSON taken and given, one module per aggregate."""

from services.membership.schemas.body import (
    BodySchema,
    FillSeatSchema,
    FoundBodySchema,
    GetRosterSchema,
    RosterSchema,
    VacateSeatSchema,
)
from services.membership.schemas.city import (
    AdmitCitySchema,
    ApplyForCitySchema,
    CitySchema,
    DescribeCitySchema,
    LeaveCitySchema,
    ListCitiesSchema,
    ReinstateCitySchema,
    SuspendCitySchema,
)
from services.membership.schemas.city_import import CityImportSchema, StartCityImportSchema
from services.membership.schemas.offices import (
    AppointOfficeHolderSchema,
    CityOfficesSchema,
    ListOfficeHoldersSchema,
    OfficeHoldersSchema,
)
from services.membership.schemas.person import (
    ChangePersonSchema,
    ListPeopleSchema,
    PersonSchema,
    RegisterPersonSchema,
)
from services.membership.schemas.presidency import ElectPresidencySchema, PresidencyTermSchema

__all__ = [
    "AdmitCitySchema",
    "ApplyForCitySchema",
    "AppointOfficeHolderSchema",
    "BodySchema",
    "ChangePersonSchema",
    "CityImportSchema",
    "CityOfficesSchema",
    "CitySchema",
    "DescribeCitySchema",
    "ElectPresidencySchema",
    "FillSeatSchema",
    "FoundBodySchema",
    "GetRosterSchema",
    "LeaveCitySchema",
    "ListCitiesSchema",
    "ListOfficeHoldersSchema",
    "ListPeopleSchema",
    "OfficeHoldersSchema",
    "PersonSchema",
    "PresidencyTermSchema",
    "RegisterPersonSchema",
    "ReinstateCitySchema",
    "RosterSchema",
    "StartCityImportSchema",
    "SuspendCitySchema",
    "VacateSeatSchema",
]
