"""Looking at broker, database and services of one installation."""

from collections.abc import Callable, Iterable, Mapping

from deploy.doctor.broker import examine_broker
from deploy.doctor.certificates import examine_certificates
from deploy.doctor.database import examine_database
from deploy.doctor.services import examine_services
from deploy.local.doctor import Finding, Trouble
from deploy.local.services import MODULES
from shared.config import Settings
from shared.launcher import service_class
from shared.service import topology_of


def examine(amqp_uri: str | None, mongo_uri: str | None, apis: Mapping[str, str]) -> list[Finding]:
    """Look at what there is; nothing is said of what has no address.

    Args:
        amqp_uri: Broker and virtual host.
        mongo_uri: Replica set, as one who may read all databases.
        apis: Base URL of each service's API, by service.
    """
    kinds = {name: service_class(module) for name, module in MODULES.items()}
    ladder = Settings.from_environment().RETRY_LADDER_SECONDS
    findings: list[Finding] = []
    if amqp_uri:
        topologies = [topology_of(kind, ladder) for kind in kinds.values()]
        findings += _looked("the broker", lambda: examine_broker(amqp_uri, topologies))
    if mongo_uri:
        findings += _looked("the database", lambda: examine_database(mongo_uri, kinds))
    findings += _looked("the services", lambda: examine_services(apis, kinds))
    uris = [each for each in (amqp_uri, mongo_uri, *apis.values()) if each]
    findings += _looked("certificates", lambda: examine_certificates(uris))
    return findings


def _looked(what: str, look: Callable[[], Iterable[Finding]]) -> list[Finding]:
    """Look at one thing; when that fails, the others are looked at all the same."""
    findings: list[Finding] = []
    try:
        findings.extend(look())
    except Exception as error:  # noqa: BLE001 - whatever it is, somebody has to know
        trouble = Trouble(
            is_wrong=f"The look at it was broken off: {type(error).__name__}.",
            matters="What comes after in this list was not looked at.",
            mend="Mend what is said above, then look again.",
        )
        findings.append(Finding(what, trouble))
    return findings
