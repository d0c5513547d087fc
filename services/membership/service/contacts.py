"""Doors of how to reach office holders."""

from datetime import date

from services.membership.domain.contacts import CityContacts, PresidencyContacts
from services.membership.domain.presidency_rights import Right
from services.membership.repository import Repositories
from services.membership.schemas.contacts import (
    CityContactsSchema,
    PresidencyContactsOnSchema,
    PresidencyContactsSchema,
)
from services.membership.service.access import PRESIDENCY, check_contacts, check_right, today
from services.membership.use_cases import contacts
from shared.web.auth import Principal
from shared.web.http import http
from shared.web.paging import Page, PageRequest


class ContactDoors:
    """What can be asked about how to reach office holders."""

    @http(
        "GET",
        "/v1/presidencies/current/contacts",
        takes=PresidencyContactsOnSchema,
        gives=PresidencyContactsSchema,
        allow=PRESIDENCY,
    )
    def get_presidency_contacts(
        self: Repositories, on: date | None, principal: Principal
    ) -> PresidencyContacts:
        """Tell whom to write to for the network on a day; today (UTC) unless told."""
        day = on or today()
        term = contacts.presiding_term(self, on=day)
        check_contacts(self, principal, term.city_id)
        return contacts.presidency_contacts(self, term, on=day)

    @http("GET", "/v1/network-contacts", lists=CityContactsSchema, allow=PRESIDENCY)
    def list_network_contacts(
        self: Repositories, page: PageRequest, principal: Principal
    ) -> Page[CityContacts]:
        """List how to reach today's office holders of all member cities, by city id."""
        check_right(self, principal, Right.READ_NETWORK_CONTACTS)
        return contacts.network_contacts(self, page, on=today())
