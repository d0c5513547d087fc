"""Is there everything for each service, and does it run what it is named for?"""

from collections.abc import Iterator

from deploy.local.services import MODULES
from deploy.manifests.kubernetes.installation import Installation
from deploy.manifests.kubernetes.kustomize import parted

KINDS = ("Deployment", "Service", "PodDisruptionBudget")
DEPLOYER = "deploy"


def problems(installation: Installation) -> Iterator[str]:
    """Tell which service lacks something, and which pods run something else."""
    for service in MODULES:
        for kind in KINDS:
            if installation.named(kind, service) is None:
                yield f"{service} has no {kind}"
    yield from _programs(installation)
    yield from _deploy_step(installation)


def _programs(installation: Installation) -> Iterator[str]:
    for pods, container in installation.programs:
        if not pods.is_service:
            continue
        service = pods.name
        if container["args"] != [MODULES.get(service)]:
            yield f"{pods.owner} runs {container['args']}"
        if parted(container["image"])[0].split("/")[-1] != service:
            yield f"{pods.owner} runs it from the image {container['image']}"


def _deploy_step(installation: Installation) -> Iterator[str]:
    """A Job cannot be changed, so a release whose Job has an old name could not be applied."""
    jobs = [pods for pods, _ in installation.programs if not pods.is_service]
    if len(jobs) != 1:
        yield f"there are {len(jobs)} deploy steps"
        return
    container = jobs[0].program or {}
    if sorted(container["args"]) != sorted(["--declare", *MODULES.values()]):
        yield f"{jobs[0].owner} declares {container['args']}"
    tags = {parted(container["image"])[1] for _, container in installation.programs}
    if len(tags) != 1 or tags <= {"", "latest"}:
        yield f"images must have one tag, that of the release, and have {sorted(tags)}"
    for tag in tags:
        if jobs[0].name != f"declare-{tag.replace('.', '-')}":
            yield f"{jobs[0].owner} is not named for its release {tag}"
    if not parted(container["image"])[0].endswith(f"/{DEPLOYER}"):
        yield f"{jobs[0].owner} runs from the image {container['image']}"
