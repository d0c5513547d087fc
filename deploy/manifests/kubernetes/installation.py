"""What an overlay installs, seen as a whole: its objects, and the pods that come of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from deploy.manifests.kubernetes.kustomize import Manifest, name_of

PROGRAM = ["python", "-m", "shared.run"]
BACKUP = ["python", "-m", "deploy.backup"]
BROKER_PORTS = {"amqp": 5672, "management": 15672, "prometheus": 15692}
"""Of the pods that RabbitMQ's operator makes.

Source:
    RabbitMQ Cluster Operator 2.22, ``internal/resource/statefulset.go``.
"""
DATABASE_PORTS = {"mongodb": 27017}


@dataclass(frozen=True, slots=True)
class Pods:
    """The pods of one object.

    Attributes:
        owner: Kind and name of what makes them.
        labels: Theirs.
        ports: Numbers of their ports, by name.
        spec: As a Deployment or Job has it; empty where an operator writes it.
    """

    owner: str
    labels: dict[str, str]
    ports: dict[str, int]
    spec: dict[str, Any]

    @property
    def containers(self) -> list[dict[str, Any]]:
        """Return what runs in them, without what runs before."""
        containers: list[dict[str, Any]] = self.spec.get("containers", [])
        return containers

    @property
    def name(self) -> str:
        """Name of what makes them, without its kind."""
        return self.owner.split()[-1]

    @property
    def program(self) -> dict[str, Any] | None:
        """Return the container that runs a program of ours, or None."""
        ours = [each for each in self.containers if each.get("command") == PROGRAM]
        return ours[0] if ours else None

    @property
    def is_service(self) -> bool:
        """Tell whether they are processes of a service, not the deploy step."""
        return self.program is not None and self.owner.startswith("Deployment ")

    @property
    def takes_backups(self) -> bool:
        """Tell whether they read the databases at certain times, and nothing else."""
        return any(each.get("command") == BACKUP for each in self.containers)


@dataclass(frozen=True)
class Installation:
    """The manifests of one overlay.

    Attributes:
        name: The overlay's.
        manifests: As kustomize renders them.
    """

    name: str
    manifests: list[Manifest]

    def of_kind(self, kind: str) -> list[Manifest]:
        """Return the objects of a kind."""
        return [each for each in self.manifests if each["kind"] == kind]

    def named(self, kind: str, name: str) -> Manifest | None:
        """Return an object, or None when there is none of that name."""
        return next((e for e in self.of_kind(kind) if e["metadata"]["name"] == name), None)

    @property
    def namespace(self) -> str:
        """Return where all of it lives."""
        return str(self.of_kind("Namespace")[0]["metadata"]["name"])

    @cached_property
    def pods(self) -> list[Pods]:
        """Return all pods, those that operators make among them."""
        return [pods for each in self.manifests for pods in _pods_of(each)]

    @property
    def programs(self) -> Iterator[tuple[Pods, dict[str, Any]]]:
        """Return pods that run a program of ours, with its container."""
        for pods in self.pods:
            if (container := pods.program) is not None:
                yield pods, container

    def selected(self, selector: dict[str, Any]) -> list[Pods]:
        """Return the pods that a label selector means."""
        return [each for each in self.pods if matches(selector, each.labels)]


def matches(selector: dict[str, Any], labels: dict[str, str]) -> bool:
    """Tell whether a label selector means something with these labels; an empty one means all."""
    if any(labels.get(key) != value for key, value in selector.get("matchLabels", {}).items()):
        return False
    return all(_fulfils(each, labels) for each in selector.get("matchExpressions", []))


def _fulfils(expression: dict[str, Any], labels: dict[str, str]) -> bool:
    value = labels.get(expression["key"])
    match expression["operator"]:
        case "In":
            return value in expression["values"]
        case "NotIn":
            return value not in expression["values"]
        case "Exists":
            return value is not None
        case _:
            return value is None


def _pods_of(manifest: Manifest) -> Iterator[Pods]:
    owner, name = name_of(manifest), manifest["metadata"]["name"]
    match manifest["kind"]:
        case "Deployment" | "Job" | "CronJob":
            maker = manifest["spec"].get("jobTemplate", manifest)["spec"]
            template = maker["template"]
            spec = template["spec"]
            ports = {
                port["name"]: port["containerPort"]
                for container in spec["containers"]
                for port in container.get("ports", [])
            }
            yield Pods(owner, template["metadata"]["labels"], ports, spec)
        case "RabbitmqCluster":
            labels = {"app.kubernetes.io/name": name, "app.kubernetes.io/component": "rabbitmq"}
            yield Pods(owner, labels, BROKER_PORTS, {})
        case "MongoDBCommunity":
            yield Pods(owner, {"app": f"{name}-svc"}, DATABASE_PORTS, {})
