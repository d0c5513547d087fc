"""Do the network's policies let through what is needed, and nothing else?"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from deploy.manifests.kubernetes.installation import Installation, Pods, matches

NAMESPACE = "kubernetes.io/metadata.name"
"""The label that every namespace has: its name."""


@dataclass(frozen=True, slots=True)
class Place:
    """One end of a connection.

    Attributes:
        name: For a reader.
        namespace: Its labels; None outside the cluster.
        labels: The pod's.
        ports: Numbers of its ports, by name.
    """

    name: str
    namespace: dict[str, str] | None
    labels: dict[str, str]
    ports: dict[str, int]


def _elsewhere(name: str, namespace: str) -> Place:
    return Place(name, {NAMESPACE: namespace}, {"app.kubernetes.io/name": name}, {})


ENTRANCE = _elsewhere("traefik", "traefik")
PROMETHEUS = _elsewhere("prometheus", "monitoring")
SCALER = _elsewhere("keda-operator", "keda")
STRANGER = _elsewhere("stranger", "default")
NAMES = Place("kube-dns", {NAMESPACE: "kube-system"}, {"k8s-app": "kube-dns"}, {})
AMONG_BROKERS = (4369, 25672, 35672)
"""Erlang's port mapper, RabbitMQ's nodes, and its command line.

Source:
    RabbitMQ, "Networking", ports used.
"""
OUTSIDE = Place("outside", None, {}, {})


def problems(installation: Installation) -> Iterator[str]:
    """Tell which connection is not let through that must be, or is that must not be."""
    network = Network(installation)
    for source, target, port in _needed(installation, network):
        if not network.lets(source, target, port):
            yield f"{source.name} cannot reach {target.name} at {port}"
    for source, target, port in _unwanted(installation, network):
        if network.lets(source, target, port):
            yield f"{source.name} can reach {target.name} at {port}"


Connection = tuple[Place, Place, int]


def _needed(installation: Installation, network: "Network") -> Iterator[Connection]:
    for pods, container in installation.programs:
        place = network.place(pods)
        yield place, NAMES, 53
        for server in network.servers:
            yield place, server, next(iter(server.ports.values()))
        if pods.is_service:
            yield ENTRANCE, place, pods.ports["http"]
            yield PROMETHEUS, place, pods.ports["admin"]
        for setting in container["env"]:
            if setting["name"] == "SMTP_URI" and "value" in setting:
                yield place, *network.found(urlsplit(setting["value"]))
    for place in network.backups:
        yield place, NAMES, 53
        yield from ((place, server, port) for server, port in network.databases)
    yield from _among_servers(installation, network)


def _among_servers(installation: Installation, network: "Network") -> Iterator[Connection]:
    for server in network.servers:
        if "mongodb" in server.ports:
            yield server, server, server.ports["mongodb"]
            continue
        yield from ((server, server, port) for port in AMONG_BROKERS)
        yield PROMETHEUS, server, server.ports["prometheus"]
        if installation.of_kind("ScaledObject"):
            yield SCALER, server, server.ports["management"]


def _unwanted(installation: Installation, network: "Network") -> Iterator[Connection]:
    services = [network.place(pods) for pods in installation.pods if pods.is_service]
    for service in services:
        yield ENTRANCE, service, service.ports["admin"]
        yield PROMETHEUS, service, service.ports["http"]
        yield SCALER, service, service.ports["http"]
        yield service, OUTSIDE, 443
        if service.name != "Deployment notification":
            yield service, OUTSIDE, 587
        for port in service.ports.values():
            yield STRANGER, service, port
            yield from ((other, service, port) for other in services if other is not service)
    for place in network.backups:
        yield place, OUTSIDE, 443
        yield from ((place, s, port) for s in services for port in s.ports.values())
        yield from (
            (place, server, port)
            for server in network.servers
            for port in server.ports.values()
            if (server, port) not in network.databases
        )
    for server in network.servers:
        yield from ((STRANGER, server, port) for port in server.ports.values())
        yield from ((service, server, 15672) for service in services)


class Network:
    """The policies of one installation's namespace."""

    def __init__(self, installation: Installation) -> None:
        self._own = {NAMESPACE: installation.namespace}
        self._installation = installation
        self._policies = [each["spec"] for each in installation.of_kind("NetworkPolicy")]
        self.servers = [
            self.place(pods)
            for kind in ("RabbitmqCluster", "MongoDBCommunity")
            for pods in installation.pods
            if pods.owner.startswith(f"{kind} ")
        ]
        self.backups = [self.place(pods) for pods in installation.pods if pods.takes_backups]

    @property
    def databases(self) -> list[tuple[Place, int]]:
        """Return the databases among the servers, each with its port."""
        return [(s, s.ports["mongodb"]) for s in self.servers if "mongodb" in s.ports]

    def place(self, pods: Pods) -> Place:
        """Return where pods of ours are."""
        return Place(pods.owner, self._own, pods.labels, pods.ports)

    def found(self, address: Any) -> tuple[Place, int]:
        """Return whom an address means: pods of a Service here, or somebody outside."""
        service = self._installation.named("Service", address.hostname)
        if service is None:
            return OUTSIDE, address.port
        pods = self._installation.selected({"matchLabels": service["spec"]["selector"]})[0]
        port = next(each for each in service["spec"]["ports"] if each["port"] == address.port)
        return self.place(pods), pods.ports[port["targetPort"]]

    def lets(self, source: Place, target: Place, port: int) -> bool:
        """Tell whether a connection gets through at both ends, as far as they are ours."""
        leaves = source.namespace != self._own or self._let(source, "Egress", target, port, target)
        enters = target.namespace != self._own or self._let(target, "Ingress", source, port, target)
        return leaves and enters

    def _let(self, subject: Place, direction: str, peer: Place, port: int, target: Place) -> bool:
        rules, peers = ("egress", "to") if direction == "Egress" else ("ingress", "from")
        selecting = [
            policy
            for policy in self._policies
            if direction in policy["policyTypes"] and matches(policy["podSelector"], subject.labels)
        ]
        return not selecting or any(
            self._means_peer(rule.get(peers, []), peer) and _means_port(rule, port, target)
            for policy in selecting
            for rule in policy.get(rules, [])
        )

    def _means_peer(self, peers: list[dict[str, Any]], peer: Place) -> bool:
        return not peers or any(self._means(each, peer) for each in peers)

    def _means(self, selector: dict[str, Any], peer: Place) -> bool:
        if peer.namespace is None or "ipBlock" in selector:
            return peer.namespace is None and "ipBlock" in selector
        here = {"matchLabels": self._own}
        return matches(selector.get("namespaceSelector", here), peer.namespace) and matches(
            selector.get("podSelector", {}), peer.labels
        )


def _means_port(rule: dict[str, Any], port: int, target: Place) -> bool:
    ports = rule.get("ports", [])
    return not ports or any(_is_within(each, port, target) for each in ports)


def _is_within(each: dict[str, Any], port: int, target: Place) -> bool:
    first = target.ports.get(each["port"], 0) if isinstance(each["port"], str) else each["port"]
    return bool(first <= port <= each.get("endPort", first))
