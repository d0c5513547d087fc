"""Doors of the presidency."""

from datetime import date, datetime

from services.membership.domain.presidency import HANDOVER, Presidency
from services.membership.domain.presidency_rights import Right
from services.membership.domain.presidency_term import PresidencyTerm, Takeover
from services.membership.repository import Repositories
from services.membership.schemas.presidency import (
    AccessAuditSchema,
    AuditAccessSchema,
    ElectPresidencySchema,
    ListPresidenciesSchema,
    PresidencyTermSchema,
    TakeOverPresidencySchema,
    WithdrawPresidencySchema,
)
from services.membership.service.access import NETWORK, check_right
from services.membership.use_cases import presidency
from services.membership.use_cases.presidency import AccessAudit
from shared.clock import utc_now
from shared.timers import timer
from shared.web.auth import OPERATOR, ORGANISER, Principal
from shared.web.http import http
from shared.web.paging import Page, PageRequest

YEAR = "/v1/presidencies/<int:year>"


class PresidencyDoors:
    """What can be asked and done about the presidency."""

    @http(
        "POST",
        "/v1/presidencies",
        takes=ElectPresidencySchema,
        gives=PresidencyTermSchema,
        status=201,
        allow=ORGANISER,
    )
    def elect_presidency(self: Repositories, term: PresidencyTerm) -> PresidencyTerm:
        """Elect a city for a year, whose summit it hosts."""
        return presidency.elect_presidency(self, term, at=utc_now())

    @http(
        "POST",
        f"{YEAR}/takeover",
        takes=TakeOverPresidencySchema,
        gives=PresidencyTermSchema,
        allow=ORGANISER,
    )
    def take_over_presidency(self: Repositories, year: int, takeover: Takeover) -> PresidencyTerm:
        """Have another city preside for the rest of a year's term."""
        return presidency.take_over_presidency(self, year, takeover, at=utc_now())

    @http(
        "POST",
        f"{YEAR}/withdrawal",
        takes=WithdrawPresidencySchema,
        gives=PresidencyTermSchema,
        allow=ORGANISER,
    )
    def withdraw_presidency(self: Repositories, year: int, reason: str) -> PresidencyTerm:
        """Withdraw the last term of a year that was entered by mistake and has not begun."""
        return presidency.withdraw_presidency(self, year, reason=reason, at=utc_now())

    @http(
        "GET",
        "/v1/presidencies",
        takes=ListPresidenciesSchema,
        lists=PresidencyTermSchema,
        allow=NETWORK,
    )
    def list_presidencies(
        self: Repositories,
        page: PageRequest,
        on: date | None,
        known_at: datetime | None,
        principal: Principal,
    ) -> Page[PresidencyTerm]:
        """List the terms of the presidency by first day."""
        check_right(self, principal, Right.READ_NETWORK)
        return self.presidencies.page_of(page, on=on, known_at=known_at)

    @http(
        "GET",
        "/v1/access-audit",
        takes=AuditAccessSchema,
        gives=AccessAuditSchema,
        allow=ORGANISER | OPERATOR,
    )
    def audit_access(
        self: Repositories, first: date | None, last: date | None, city_id: str | None
    ) -> AccessAudit:
        """Tell who could do what when because of the presidency, and why."""
        return presidency.audit_access(self, first=first, last=last, city_id=city_id)

    @timer(HANDOVER, Presidency)
    def hand_over_presidency(self: Repositories, _: str) -> None:
        """Hand the presidency over when a term begins."""
        presidency.hand_over_presidency(self, at=utc_now())
