"""Does each autoscaler count the inbox of the service that it scales?"""

from collections.abc import Iterator
from functools import cache
from typing import Any

from deploy.local.services import MODULES
from deploy.manifests.kubernetes.installation import Installation
from deploy.manifests.kubernetes.kustomize import Manifest, name_of
from shared.config import Settings
from shared.launcher import service_class
from shared.service import topology_of


def problems(installation: Installation) -> Iterator[str]:
    """Tell which autoscaler scales nothing, or by something else than its service's inbox."""
    scaled = installation.of_kind("ScaledObject")
    for each in scaled:
        for problem in (*_target(installation, each), *_triggers(installation, each)):
            yield f"{name_of(each)}: {problem}"
    targets = {each["spec"]["scaleTargetRef"]["name"] for each in scaled}
    if targets and targets != set(MODULES):
        yield f"not every service is scaled, or others are: {', '.join(sorted(targets))}"


def _target(installation: Installation, manifest: Manifest) -> Iterator[str]:
    spec = manifest["spec"]
    deployment = installation.named("Deployment", spec["scaleTargetRef"]["name"])
    if deployment is None:
        yield f"there is no Deployment {spec['scaleTargetRef']['name']}"
    elif "replicas" in deployment["spec"]:
        yield f"{name_of(deployment)} has replicas, which each apply would set it back to"
    if spec["minReplicaCount"] < 1:
        yield "nobody would answer or fire timers while its inbox is empty"
    if spec["minReplicaCount"] > spec["maxReplicaCount"]:
        yield "the fewest replicas are more than the most"


def _triggers(installation: Installation, manifest: Manifest) -> Iterator[str]:
    inbox = _inboxes().get(manifest["spec"]["scaleTargetRef"]["name"])
    for trigger in manifest["spec"]["triggers"]:
        queue = trigger["metadata"]["queueName"]
        if queue != inbox:
            yield f"it counts {queue}, and the inbox is {inbox}"
        authentication = trigger["authenticationRef"]["name"]
        if installation.named("TriggerAuthentication", authentication) is None:
            yield f"there is no TriggerAuthentication {authentication}"
        yield from _host(installation, trigger["metadata"])


def _host(installation: Installation, metadata: dict[str, Any]) -> Iterator[str]:
    """KEDA lives in a namespace of its own, so it needs the broker's with its name."""
    known = {
        f"http://{each['metadata']['name']}.{installation.namespace}.svc:15672"
        for each in installation.of_kind("RabbitmqCluster")
    }
    if known and metadata["host"] not in known:
        yield f"it asks {metadata['host']}, and the broker is {', '.join(known)}"


@cache
def _inboxes() -> dict[str, str]:
    ladder = Settings().RETRY_LADDER_SECONDS
    return {
        name: topology_of(service_class(module), ladder).inbox for name, module in MODULES.items()
    }
