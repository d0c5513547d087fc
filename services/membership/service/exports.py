"""Doors of exports: the lists that people work with, as files."""

from datetime import date
from functools import partial

from services.membership.repository import Repositories
from services.membership.schemas.exports import (
    CITIES,
    CONTACT,
    HOLDERS,
    PEOPLE,
    PEOPLES_CONTACTS,
    ROSTER,
    ExportOfCitySchema,
    ExportSchema,
    sheet_of,
)
from services.membership.schemas.written_sheets import FILES, SheetFormat, file_of
from services.membership.service.access import READERS, STAFF, columns_for, in_full, today
from services.membership.use_cases import exports
from shared.web.auth import Principal
from shared.web.http import Answer, http


class ExportDoors:
    """What can be had as a sheet; how to reach people only for those who may."""

    @http("GET", "/v1/exports/people", takes=ExportOfCitySchema, files=FILES, allow=READERS)
    def export_people(
        self: Repositories,
        format: SheetFormat,
        on: date | None,
        city_id: str | None,
        principal: Principal,
    ) -> Answer:
        """Export people by city and name, as of now or of a day; those of one city if given."""
        shown = partial(in_full, principal)
        rows = exports.export_people(self, city_id=city_id, on=on, in_full=shown)
        columns = columns_for(principal, PEOPLE, PEOPLES_CONTACTS)
        return file_of(sheet_of("people", columns, rows), format)

    @http("GET", "/v1/exports/cities", takes=ExportSchema, files=FILES, allow=STAFF)
    def export_cities(self: Repositories, format: SheetFormat, on: date | None) -> Answer:
        """Export cities by id, as they were on a day; today (UTC) unless told."""
        rows = exports.export_cities(self, on=on or today())
        return file_of(sheet_of("cities", CITIES, rows), format)

    @http(
        "GET",
        "/v1/exports/office-holders",
        takes=ExportOfCitySchema,
        files=FILES,
        allow=READERS,
    )
    def export_office_holders(
        self: Repositories,
        format: SheetFormat,
        on: date | None,
        city_id: str | None,
        principal: Principal,
    ) -> Answer:
        """Export who holds an office on a day, by city; today (UTC) unless told."""
        shown = partial(in_full, principal)
        rows = exports.export_office_holders(self, city_id=city_id, on=on or today(), in_full=shown)
        columns = columns_for(principal, HOLDERS, CONTACT)
        return file_of(sheet_of("office-holders", columns, rows), format)

    @http(
        "GET",
        "/v1/exports/rosters/<body_id>",
        takes=ExportSchema,
        files=FILES,
        allow=STAFF,
    )
    def export_roster(
        self: Repositories,
        body_id: str,
        format: SheetFormat,
        on: date | None,
        principal: Principal,
    ) -> Answer:
        """Export the seats of a body on a day, in order; today (UTC) unless told."""
        shown = partial(in_full, principal)
        rows = exports.export_roster(self, body_id, on=on or today(), in_full=shown)
        columns = columns_for(principal, ROSTER, CONTACT)
        return file_of(sheet_of("roster", columns, rows), format)
