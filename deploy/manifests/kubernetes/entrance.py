"""Does the entrance lead to every API, to what mails link to, and to nothing else?"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit

from deploy.local.services import MODULES
from deploy.manifests.kubernetes.installation import Installation
from deploy.manifests.kubernetes.kustomize import Manifest, name_of
from shared.launcher import service_class
from shared.web.auth import SIGNED_LINK
from shared.web.door import doors_of

MIDDLEWARES = "traefik.ingress.kubernetes.io/router.middlewares"
DESCRIPTION = "/openapi.json"


@dataclass(frozen=True, slots=True)
class Path:
    """Where a path leads.

    Attributes:
        host: Name that users know.
        path: As they write it.
        reached: As the service sees it, without what was stripped.
        exact: Only this path, not what is below it.
        service: Whom it leads to.
    """

    host: str
    path: str
    reached: str
    exact: bool
    service: str

    def covers(self, wanted: str) -> bool:
        """Tell whether it leads to a path of the service."""
        return wanted == self.reached or (
            not self.exact and wanted.startswith(f"{self.reached.rstrip('/')}/")
        )


def problems(installation: Installation) -> Iterator[str]:
    """Tell what cannot be reached and should be, and what can be and should not."""
    ingresses = installation.of_kind("Ingress")
    for each in ingresses:
        for check in (_middlewares, _backends, _certificates):
            yield from (f"{name_of(each)}: {problem}" for problem in check(installation, each))
    paths = [path for each in ingresses for path in _paths(installation, each)]
    yield from _apis(paths)
    yield from _links(paths)
    yield from _hosts(paths, installation)
    for path in paths:
        if any(path.covers(hidden) for hidden in ("/metrics", "/health/live")):
            yield f"{path.path} leads to health and metrics of {path.service}"


def _notes(ingress: Manifest) -> dict[str, str]:
    notes: dict[str, str] = ingress["metadata"].get("annotations", {})
    return notes


def _middlewares(installation: Installation, ingress: Manifest) -> Iterator[str]:
    name = _notes(ingress).get(MIDDLEWARES)
    known = {
        f"{installation.namespace}-{each['metadata']['name']}@kubernetescrd"
        for each in installation.of_kind("Middleware")
    }
    if name is not None and name not in known:
        yield f"there is no middleware {name}, only {', '.join(sorted(known))}"


def _backends(installation: Installation, ingress: Manifest) -> Iterator[str]:
    for rule in ingress["spec"]["rules"]:
        for path in rule["http"]["paths"]:
            backend = path["backend"]["service"]
            service = installation.named("Service", backend["name"])
            ports = [each["name"] for each in service["spec"]["ports"]] if service else []
            if backend["port"].get("name") not in ports:
                yield f"{path['path']} leads to {backend['name']}, which has ports {ports}"


def _certificates(_: Installation, ingress: Manifest) -> Iterator[str]:
    certified = {host for tls in ingress["spec"].get("tls", []) for host in tls["hosts"]}
    for rule in ingress["spec"]["rules"]:
        if rule["host"] not in certified:
            yield f"there is no certificate for {rule['host']}"


def _paths(installation: Installation, ingress: Manifest) -> Iterator[Path]:
    stripped: list[str] = []
    if MIDDLEWARES in _notes(ingress):
        for each in installation.of_kind("Middleware"):
            stripped += each["spec"]["stripPrefix"]["prefixes"]
    for rule in ingress["spec"]["rules"]:
        for path in rule["http"]["paths"]:
            prefix = next((p for p in stripped if path["path"].startswith(f"{p}/")), "")
            yield Path(
                host=rule["host"],
                path=path["path"],
                reached=path["path"].removeprefix(prefix),
                exact=path["pathType"] == "Exact",
                service=path["backend"]["service"]["name"],
            )


def _apis(paths: list[Path]) -> Iterator[str]:
    for service in MODULES:
        for wanted in ("/v1/status", DESCRIPTION):
            meant = f"/{service}{wanted}"
            leading = [
                path
                for path in paths
                if path.covers(wanted) and meant == path.path + wanted.removeprefix(path.reached)
            ]
            if [path.service for path in leading] != [service]:
                yield f"{meant} does not lead to {service}"


def _links(paths: list[Path]) -> Iterator[str]:
    """What mails link to has no prefix: they name the host alone (PUBLIC_URL)."""
    plain = [path for path in paths if path.path == path.reached]
    for service, doors in _signed().items():
        for door in doors:
            if not any(path.covers(door) and path.service == service for path in plain):
                yield f"links to {door} do not lead to {service}"
    for path in plain:
        opened = {door.partition("<")[0].rstrip("/") for door in _signed()[path.service]}
        if path.reached not in opened:
            yield f"{path.path} leads to {path.service} without its name"


def _hosts(paths: list[Path], installation: Installation) -> Iterator[str]:
    hosts = {path.host for path in paths if path.path == path.reached}
    for pods, container in installation.programs:
        for each in container["env"]:
            if each["name"] == "PUBLIC_URL" and urlsplit(each["value"]).hostname not in hosts:
                yield f"{pods.owner}: links in mails lead to {each['value']}, which is not served"


@cache
def _signed() -> dict[str, tuple[str, ...]]:
    """Return the paths of the doors that a signed link opens, by service."""
    return {
        name: tuple(d.path for d in doors_of(service_class(module)) if d.allow is SIGNED_LINK)
        for name, module in MODULES.items()
    }
