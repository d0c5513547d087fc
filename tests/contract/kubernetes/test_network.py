"""What means pods means those that are there, and the network lets through what it should."""

from typing import Any

import pytest

from deploy.manifests.kubernetes.installation import matches
from tests.contract.kubernetes.cases import Telling, cases, expect

BACKUP = "overlays/production/backup.yaml"
COMMON = "application/every-service.yaml"
MONITORING = "overlays/production/monitoring.yaml"
TRAVEL = "app.kubernetes.io/name: travel"
SELECTOR = "  selector:\n    app.kubernetes.io/name: travel"
BUDGET = "  selector:\n    matchLabels:\n      app.kubernetes.io/name: travel\n      app.k"
BROKER = "              app.kubernetes.io/component: rabbitmq\n      ports:\n        - port: 5672\n"


@cases(
    (
        "application/travel.yaml",
        f"        {TRAVEL}",
        "        app.kubernetes.io/name: trips",
        "its own pods",
    ),
    (
        "application/travel.yaml",
        SELECTOR,
        SELECTOR.replace("travel", "trips"),
        "selector means no pods",
    ),
    ("application/travel.yaml", "targetPort: http", "targetPort: web", "has no port 'web'"),
    (
        "application/travel.yaml",
        BUDGET,
        BUDGET.replace("travel", "trips"),
        "PodDisruptionBudget travel: its selector means no pods",
    ),
    (COMMON, "path: /health/live\n              port: admin", "port: health", "no port 'health'"),
    (COMMON, "readinessProbe", "livenessProbe", "has no readinessProbe"),
    (
        COMMON,
        "        - name: token-keys\n          configMap",
        "        - name: keys\n          configMap",
        "there is no volume token-keys",
    ),
    (MONITORING, "port: admin", "port: metrics", "has no port 'metrics'"),
    (MONITORING, "component: service", "component: process", "PodMonitor services: its selector"),
    (
        "application/network.yaml",
        "component: service",
        "component: process",
        "services: its selector",
    ),
    ("servers/network.yaml", "app: database-svc", "app: database", "a rule means no pods"),
)
def test_selectors_and_ports_mean_what_is_there(
    told_of: Telling, file: str, old: str, new: str, expected: str
) -> None:
    expect(told_of(file, old, new), expected)


@cases(
    (
        "application/network.yaml",
        "port: http",
        "port: admin",
        "traefik cannot reach Deployment travel at 8000",
    ),
    (
        "application/network.yaml",
        "port: http",
        "port: admin",
        "traefik can reach Deployment travel at 9100",
    ),
    (
        "application/network.yaml",
        "port: admin",
        "port: http",
        "prometheus cannot reach Deployment events at",
    ),
    (
        "application/network.yaml",
        "port: 53",
        "port: 54",
        "Deployment events cannot reach kube-dns at 53",
    ),
    (
        "application/network.yaml",
        "kubernetes.io/metadata.name: traefik",
        "kubernetes.io/metadata.name: entrance",
        "traefik cannot reach",
    ),
    (
        "application/network.yaml",
        "policyTypes: [Ingress, Egress]",
        "policyTypes: [Ingress, Egress]\n  ingress: [{}]",
        "stranger can reach Deployment membership at 8000",
    ),
    (
        "application/network.yaml",
        "policyTypes: [Ingress, Egress]",
        "policyTypes: [Ingress]",
        "no NetworkPolicy denies what is not allowed",
    ),
    (
        "servers/network.yaml",
        "port: 27017",
        "port: 27018",
        "cannot reach MongoDBCommunity database",
    ),
    (
        BACKUP,
        "app: database-svc",
        "app.kubernetes.io/name: broker",
        "CronJob backup cannot reach MongoDBCommunity database at 27017",
    ),
    (BACKUP, "  egress:\n", "  egress:\n    - {}\n", "CronJob backup can reach outside at 443"),
    (
        "servers/network.yaml",
        BROKER,
        BROKER.replace("5672", "5671"),
        "cannot reach RabbitmqCluster",
    ),
    (
        "servers/network.yaml",
        "values: [service, declare]",
        "values: [service]",
        "Job declare-0-1-0 c",
    ),
    (
        "servers/network.yaml",
        "port: 25672",
        "port: 25671",
        "broker cannot reach RabbitmqCluster bro",
    ),
    ("servers/network.yaml", "port: 15672", "port: 15671", "keda-operator cannot reach"),
    (
        "overlays/production/mail.yaml",
        "port: 587",
        "port: 465",
        "notification cannot reach outside at 587",
    ),
    (
        "overlays/production/mail.yaml",
        "      app.kubernetes.io/name: notification\n",
        "",
        "Deployment travel can reach outside at 587",
    ),
    (
        "overlays/trial/mail.yaml",
        "      ports:\n        - port: smtp",
        "      ports:\n        - port: pages",
        "cannot reach Deployment mail at 1025",
    ),
)
def test_the_network_lets_through_what_is_needed_and_nothing_else(
    told_of: Telling, file: str, old: str, new: str, expected: str
) -> None:
    expect(told_of(file, old, new), expected)


@cases(
    (COMMON, "runAsNonRoot: true", "runAsNonRoot: false", "it may run as root"),
    (COMMON, "type: RuntimeDefault", "type: Unconfined", "it may make any system call"),
    (
        COMMON,
        "automountServiceAccountToken: false",
        "automountServiceAccountToken: true",
        "a token",
    ),
    (COMMON, "allowPrivilegeEscalation: false", "allowPrivilegeEscalation: true", "privileges"),
    (COMMON, "readOnlyRootFilesystem: true", "readOnlyRootFilesystem: false", "write to its image"),
    (COMMON, "drop: [ALL]", "drop: [NET_RAW]", "has capabilities"),
    ("application/travel.yaml", "              memory: 256Mi\n", "", "no memory among its limits"),
    ("application/travel.yaml", "              cpu: 250m\n", "", "no cpu among its requests"),
)
def test_processes_may_do_no_more_than_they_need(
    told_of: Telling, file: str, old: str, new: str, expected: str
) -> None:
    expect(told_of(file, old, new), expected)


@pytest.mark.parametrize(
    ("selector", "meant"),
    [
        ({}, "abc"),
        ({"matchLabels": {"tier": "x"}}, "a"),
        ({"matchLabels": {"tier": "x", "zone": "1"}}, ""),
        ({"matchExpressions": [{"key": "tier", "operator": "In", "values": ["x", "z"]}]}, "a"),
        ({"matchExpressions": [{"key": "tier", "operator": "NotIn", "values": ["x"]}]}, "bc"),
        ({"matchExpressions": [{"key": "tier", "operator": "Exists"}]}, "ab"),
        ({"matchExpressions": [{"key": "tier", "operator": "DoesNotExist"}]}, "c"),
        (
            {
                "matchLabels": {"zone": "1"},
                "matchExpressions": [{"key": "tier", "operator": "Exists"}],
            },
            "b",
        ),
    ],
)
def test_a_selector_means_what_it_means_in_kubernetes(selector: dict[str, Any], meant: str) -> None:
    labels = {"a": {"tier": "x"}, "b": {"tier": "y", "zone": "1"}, "c": {"zone": "2"}}

    assert "".join(name for name, each in labels.items() if matches(selector, each)) == meant
