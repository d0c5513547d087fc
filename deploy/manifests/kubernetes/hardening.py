"""May a process do no more than it needs, and take no more?"""

from collections.abc import Iterator
from typing import Any

from deploy.manifests.kubernetes.installation import Installation, Pods

LIMITED = ("cpu", "memory")


def problems(installation: Installation) -> Iterator[str]:
    """Tell which pods may do more, as the profile "restricted" and our own rules have it.

    Source:
        Kubernetes, "Pod Security Standards".
    """
    for pods in installation.pods:
        if pods.spec:
            for problem in _of_pods(pods):
                yield f"{pods.owner}: {problem}"
    if not any(_denies_all(each["spec"]) for each in installation.of_kind("NetworkPolicy")):
        yield "no NetworkPolicy denies what is not allowed"


def _of_pods(pods: Pods) -> Iterator[str]:
    context = pods.spec.get("securityContext", {})
    if not context.get("runAsNonRoot") or not context.get("runAsUser"):
        yield "it may run as root"
    if context.get("seccompProfile") != {"type": "RuntimeDefault"}:
        yield "it may make any system call"
    if pods.spec.get("automountServiceAccountToken", True):
        yield "it holds a token of the cluster"
    for container in (*pods.containers, *pods.spec.get("initContainers", [])):
        yield from _of_container(container)


def _of_container(container: dict[str, Any]) -> Iterator[str]:
    context = container.get("securityContext", {})
    if context.get("allowPrivilegeEscalation", True):
        yield f"{container['name']} may gain privileges"
    if not context.get("readOnlyRootFilesystem"):
        yield f"{container['name']} may write to its image"
    if context.get("capabilities", {}).get("drop") != ["ALL"]:
        yield f"{container['name']} has capabilities"
    resources = container.get("resources", {})
    for side in ("requests", "limits"):
        for what in LIMITED:
            if what not in resources.get(side, {}):
                yield f"{container['name']} has no {what} among its {side}"


def _denies_all(policy: dict[str, Any]) -> bool:
    return (
        policy["podSelector"] == {}
        and set(policy["policyTypes"]) == {"Ingress", "Egress"}
        and not policy.get("ingress")
        and not policy.get("egress")
    )
