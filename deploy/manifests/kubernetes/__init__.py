"""Check what is applied to a cluster, without one: shapes, references, selectors, traffic."""

from collections.abc import Callable, Iterable
from pathlib import Path

from deploy.manifests.kubernetes import (
    entrance,
    hardening,
    references,
    scaling,
    selectors,
    servers,
    services,
    settings,
    shapes,
    traffic,
)
from deploy.manifests.kubernetes.installation import Installation
from deploy.manifests.kubernetes.kustomize import rendered
from deploy.manifests.kubernetes.refusal import Refused

FOLDER = Path("deploy", "kubernetes")
PAGE = Path("docs", "operations", "kubernetes.md")
CHECKS: tuple[Callable[[Installation], Iterable[str]], ...] = (
    services.problems,
    selectors.problems,
    settings.problems,
    hardening.problems,
    traffic.problems,
    entrance.problems,
    scaling.problems,
    servers.problems,
)


def problems(repository: Path) -> list[str]:
    """Return what is wrong with the manifests of each overlay; nothing when they can be applied.

    Args:
        repository: With ``deploy/kubernetes`` and the page that tells operators what to make.
    """
    try:
        installations = [
            Installation(folder.name, rendered(folder))
            for folder in sorted((repository / FOLDER / "overlays").iterdir())
        ]
    except Refused as refused:
        return [str(refused)]
    # What has not the shape that its API takes cannot be looked at any further.
    if found := [f"{each.name}: {p}" for each in installations for p in shapes.problems(each)]:
        return found
    found = [f"{i.name}: {p}" for i in installations for check in CHECKS for p in check(i)]
    return found + list(references.problems(installations, repository / PAGE))
