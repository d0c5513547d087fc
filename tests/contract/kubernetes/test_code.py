"""What the manifests say of queues, accounts and paths is what the code says of them."""

from tests.contract.kubernetes.cases import Telling, cases, expect

SCALING = "overlays/production/scaling.yaml"
DATABASE = "servers/database.yaml"
TRAVEL_API = "          - path: /travel/v1\n            pathType: Prefix\n"


@cases(
    (
        SCALING,
        "queueName: travel.in",
        "queueName: travel.parked",
        "it counts travel.parked, and the",
    ),
    (
        SCALING,
        "scaleTargetRef:\n    name: travel",
        "scaleTargetRef:\n    name: trips",
        "there is no Deployment trips",
    ),
    (
        SCALING,
        "scaleTargetRef:\n    name: travel",
        "scaleTargetRef:\n    name: events",
        "not every service is scaled",
    ),
    (
        SCALING,
        "authenticationRef:\n        name: broker",
        "authenticationRef:\n        name: other",
        "there is no TriggerAuthentication other",
    ),
    (
        SCALING,
        "broker.zirve.svc",
        "broker.svc",
        "it asks http://broker.svc:15672, and the broker is",
    ),
    (SCALING, "minReplicaCount: 2", "minReplicaCount: 0", "nobody would answer or fire timers"),
    (
        SCALING,
        "minReplicaCount: 2",
        "minReplicaCount: 7",
        "the fewest replicas are more than the most",
    ),
    (
        "application/every-service.yaml",
        "revisionHistoryLimit: 5",
        "replicas: 2",
        "has replicas, which each",
    ),
)
def test_autoscalers_count_the_inbox_of_what_they_scale(
    told_of: Telling, file: str, old: str, new: str, expected: str
) -> None:
    expect(told_of(file, old, new), expected)


@cases(
    (
        DATABASE,
        "find, insert, remove, update",
        "find, insert, update",
        "the role ('zirveService', 't",
    ),
    (
        DATABASE,
        "- role: zirveDeploy\n        db: travel",
        "- role: zirveOther\n        db: travel",
        "the role ('zirveDeploy', 'travel') is None",
    ),
    (
        DATABASE,
        "- {name: zirveService, db: travel}",
        "- {name: readWrite, db: travel}",
        "the user travel is",
    ),
    (DATABASE, "        - {name: zirveDeploy, db: events}\n", "", "the user deploy is"),
    ("servers/broker.yaml", "10000", "180000", "its advancedConfig does not say"),
    (
        "servers/broker.yaml",
        "mountPath: /etc/zirve",
        "mountPath: /etc/other",
        "it loads definitions from",
    ),
    (
        "servers/broker.yaml",
        "rabbitmq:4.3.4-management",
        "rabbitmq:4.2.6-management",
        "services cannot start on",
    ),
)
def test_broker_and_database_are_set_up_as_our_code_sets_them_up(
    told_of: Telling, file: str, old: str, new: str, expected: str
) -> None:
    expect(told_of(file, old, new), expected)


@cases(
    (
        "application/ingress.yaml",
        TRAVEL_API,
        TRAVEL_API.replace("v1", "v2"),
        "/travel/v1/status does not lead to travel",
    ),
    (
        "application/ingress.yaml",
        TRAVEL_API,
        TRAVEL_API.replace("/v1", "/"),
        "leads to health and metrics of travel",
    ),
    (
        "application/ingress.yaml",
        "/notification]",
        "/messages]",
        "/notification/v1/status does not lead to",
    ),
    (
        "application/ingress.yaml",
        "/v1/answers",
        "/v1/replies",
        "links to /v1/answers/<invitation_id> do not lead to events",
    ),
    ("application/ingress.yaml", "/v1/answers", "/v1", "/v1 leads to events without its name"),
    (
        "application/ingress.yaml",
        "zirve-without-service@",
        "zirve-other@",
        "there is no middleware zirve-other@",
    ),
    (
        "application/ingress.yaml",
        "name: travel",
        "name: trips",
        "leads to trips, which has ports []",
    ),
    (
        "overlays/trial/own-middleware.yaml",
        "zirve-trial-",
        "zirve-",
        "there is no middleware zirve-without",
    ),
    (
        "overlays/production/host.yaml",
        "/spec/tls/0/hosts/0\n  value: zirve",
        "/spec/tls/0/hosts/0\n  value: other",
        "there is no certificate for zirve.example",
    ),
    (
        "overlays/production/notification.yaml",
        "https://zirve",
        "https://other",
        "links in mails lead to https://other.example",
    ),
)
def test_the_entrance_leads_to_apis_and_links_and_to_nothing_else(
    told_of: Telling, file: str, old: str, new: str, expected: str
) -> None:
    expect(told_of(file, old, new), expected)
