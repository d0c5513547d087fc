"""Does everything that means pods, or their ports, mean some that are there?"""

from collections.abc import Iterator
from typing import Any

from deploy.manifests.kubernetes.installation import Installation, Pods, matches
from deploy.manifests.kubernetes.kustomize import Manifest, name_of


def problems(installation: Installation) -> Iterator[str]:
    """Tell what means no pods, other pods, or a port that they do not have."""
    for manifest in installation.manifests:
        check = CHECKS.get(manifest["kind"])
        if check is not None:
            for problem in check(installation, manifest):
                yield f"{name_of(manifest)}: {problem}"
    for pods in installation.pods:
        for problem in (*_probes(pods), *_mounts(pods)):
            yield f"{pods.owner}: {problem}"


def _deployment(_: Installation, manifest: Manifest) -> Iterator[str]:
    spec = manifest["spec"]
    if not matches(spec["selector"], spec["template"]["metadata"]["labels"]):
        yield "its selector does not mean its own pods"


def _service(installation: Installation, manifest: Manifest) -> Iterator[str]:
    spec = manifest["spec"]
    pods = installation.selected({"matchLabels": spec["selector"]})
    if len(pods) != 1:
        yield f"its selector means {_owners(pods)}"
    for port in spec["ports"]:
        yield from _has_port(pods, port.get("targetPort", port["port"]))


def _budget(installation: Installation, manifest: Manifest) -> Iterator[str]:
    pods = installation.selected(manifest["spec"]["selector"])
    if len(pods) != 1:
        yield f"its selector means {_owners(pods)}"


def _monitor(installation: Installation, manifest: Manifest) -> Iterator[str]:
    pods = installation.selected(manifest["spec"]["selector"])
    if not pods:
        yield "its selector means no pods"
    for endpoint in manifest["spec"]["podMetricsEndpoints"]:
        yield from _has_port(pods, endpoint["port"])


def _policy(installation: Installation, manifest: Manifest) -> Iterator[str]:
    spec = manifest["spec"]
    pods = installation.selected(spec["podSelector"])
    if not pods:
        yield "its selector means no pods"
    for rule in spec.get("ingress", []):
        yield from _peers(installation, rule.get("from", []))
        for port in rule.get("ports", []):
            if isinstance(port["port"], str):
                yield from _has_port(pods, port["port"])
    for rule in spec.get("egress", []):
        yield from _peers(installation, rule.get("to", []))


def _peers(installation: Installation, peers: list[dict[str, Any]]) -> Iterator[str]:
    for peer in peers:
        is_here = "podSelector" in peer and "namespaceSelector" not in peer
        if is_here and not installation.selected(peer["podSelector"]):
            yield f"a rule means no pods: {peer['podSelector']}"


CHECKS = {
    "Deployment": _deployment,
    "Service": _service,
    "PodDisruptionBudget": _budget,
    "PodMonitor": _monitor,
    "NetworkPolicy": _policy,
}


def _has_port(pods: list[Pods], port: str | int) -> Iterator[str]:
    for each in pods:
        if port not in (each.ports if isinstance(port, str) else each.ports.values()):
            yield f"{each.owner} has no port {port!r}"


def _probes(pods: Pods) -> Iterator[str]:
    for container in pods.containers:
        for kind in ("startupProbe", "livenessProbe", "readinessProbe"):
            if (probe := container.get(kind)) is not None:
                yield from _has_port([pods], probe["httpGet"]["port"])
            elif pods.is_service:
                yield f"{container['name']} has no {kind}"


def _mounts(pods: Pods) -> Iterator[str]:
    volumes = {each["name"] for each in pods.spec.get("volumes", [])}
    for container in pods.containers:
        for mount in container.get("volumeMounts", []):
            if mount["name"] not in volumes:
                yield f"there is no volume {mount['name']}"


def _owners(pods: list[Pods]) -> str:
    return ", ".join(each.owner for each in pods) or "no pods"
