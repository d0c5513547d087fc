"""Load, decide, save: one function per command, one module per matter."""

from services.membership.use_cases.bodies import (
    elect_presidency,
    fill_seat,
    found_body,
    get_roster,
    vacate_seat,
)
from services.membership.use_cases.cities import (
    admit_city,
    apply_for_city,
    describe_city,
    follow_row,
    leave_city,
    list_cities,
    reinstate_city,
    report_city_import,
    start_city_import,
    suspend_city,
)
from services.membership.use_cases.people import (
    appoint_office_holder,
    change_person,
    list_office_holders,
    list_people,
    register_person,
)

__all__ = [
    "admit_city",
    "apply_for_city",
    "appoint_office_holder",
    "change_person",
    "describe_city",
    "elect_presidency",
    "fill_seat",
    "follow_row",
    "found_body",
    "get_roster",
    "leave_city",
    "list_cities",
    "list_office_holders",
    "list_people",
    "register_person",
    "reinstate_city",
    "report_city_import",
    "start_city_import",
    "suspend_city",
    "vacate_seat",
]
