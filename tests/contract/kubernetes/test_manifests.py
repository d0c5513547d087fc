"""Our manifests are whole; and each check of them can fail, of a copy spoilt in one place."""

import shutil
from pathlib import Path

import pytest

from deploy.local.layout import REPOSITORY
from deploy.manifests.__main__ import main
from deploy.manifests.kubernetes import FOLDER, problems
from tests.contract.kubernetes.cases import Telling, cases, expect

COMMON = "application/every-service.yaml"
IMAGES = "overlays/production/kustomization.yaml"
SCALING = "overlays/production/scaling.yaml"
LINK_SECRET = """\
            - name: LINK_SECRET
              valueFrom:
                secretKeyRef:
                  name: links
                  key: LINK_SECRET
"""
LINK_IN_THE_OPEN = "            - name: LINK_SECRET\n              value: a secret\n"


def test_our_manifests_can_be_applied() -> None:
    assert problems(REPOSITORY) == []


def test_the_command_tells_every_problem(
    tmp_path: Path, told_of: Telling, copied: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = told_of("application/travel.yaml", "targetPort: http", "targetPort: web")
    whole = tmp_path / "whole"
    shutil.copytree(REPOSITORY, whole, ignore=shutil.ignore_patterns(".*", "var", "__pycache__"))
    shutil.copy(REPOSITORY / ".dockerignore", whole)
    shutil.copytree(copied / FOLDER, whole / FOLDER, dirs_exist_ok=True)

    assert main(["--root", str(whole)]) == 1

    assert capsys.readouterr().err.splitlines() == told


@cases(
    (COMMON, "timeoutSeconds: 5", "timeoutSecs: 5", "Kubernetes 1.32 refuses $.spec.template"),
    (COMMON, "maxSurge: 1", "maxSurge: [1]", "[1] is not"),
    ("application/network.yaml", "policyTypes: [Egress]", "policyTypes: Egress", "'Egress' is not"),
    ("application/network.yaml", "kind: NetworkPolicy", "kind: NetworkRule", "has no such kind"),
    (SCALING, "mode: QueueLength", "mode: QueueSize", "'QueueSize' is not one of"),
    (SCALING, "minReplicaCount", "minReplicas", "its schema refuses $.spec"),
    (SCALING, "parameter: username", "parameter: user", "'user' is not one of"),
    ("servers/broker.yaml", "replicas: 3", "replicas: 2", "2 is not one of [1, 3, 5]"),
    ("servers/broker.yaml", "advancedConfig:", "advanced:", "'advanced' was unexpected"),
    ("servers/database.yaml", "version: 8.0.17", "version: '8'", "'8' does not match"),
    ("servers/database.yaml", "passwordSecretRef", "password", "'password' was unexpected"),
    ("overlays/production/backup.yaml", "schedule:", "when:", "refuses $.spec"),
    ("overlays/production/alarms.yaml", "for: 2m", "for: soon", "'soon' does not match"),
    ("overlays/production/monitoring.yaml", "interval: 15s", "interval: 15", "15 is not of type"),
    ("application/ingress.yaml", "stripPrefix:", "strip:", "'strip' was unexpected"),
    (
        "application/ingress.yaml",
        "kind: Middleware",
        "kind: TLSOption",
        "there is no schema of TLSOption",
    ),
)
def test_what_has_not_the_shape_of_its_kind_is_refused(
    told_of: Telling, file: str, old: str, new: str, expected: str
) -> None:
    expect(told_of(file, old, new), expected)


@cases(
    (
        "application/kustomization.yaml",
        "  - travel.yaml\n",
        "",
        "no container has the image zirve/travel",
    ),
    ("application/travel.yaml", "kind: Service\nm", "kind: ConfigMap\nm", "refuses $"),
    ("application/travel.yaml", "name: travel\n  labels", "name: trips\n  labels", "travel has no"),
    (
        "application/travel.yaml",
        "services.travel.service",
        "services.events.service",
        "travel runs [",
    ),
    (
        IMAGES,
        "newName: registry.example/zirve/travel",
        "newName: zirve/trips",
        "runs it from the im",
    ),
    (
        "application/declare/job.yaml",
        "            - services.travel.service\n",
        "",
        "Job declare-0-1-0 declares",
    ),
    (
        IMAGES,
        "registry.example/zirve/deploy",
        "registry.example/deployed",
        "declare-0-1-0 runs from",
    ),
    ("application/declare/job.yaml", "shared.run", "shared.walk", "there are 0 deploy steps"),
    (
        "application/declare/kustomization.yaml",
        "-0-1-0",
        "-0-2-0",
        "is not named for its release 0.1.0",
    ),
    (
        "application/kustomization.yaml",
        "newTag: 0.1.0",
        "newTag: latest",
        "images must have one tag",
    ),
)
def test_every_service_and_the_deploy_step_run_what_they_are_named_for(
    told_of: Telling, file: str, old: str, new: str, expected: str
) -> None:
    expect(told_of(file, old, new), expected)


@cases(
    (COMMON, "name: DRAIN_SECONDS", "name: DRAIN_MINUTES", "DRAIN_MINUTES is no setting"),
    (COMMON, 'value: "25"', 'value: "27"', "it is killed after 30 s, and pauses 3 s and drains 27"),
    (COMMON, 'value: "25"', "value: some", "DRAIN_SECONDS: could not convert"),
    (COMMON, 'value: "9100"', 'value: "9101"', "ADMIN_PORT is 9101, the port 'admin' is 9100"),
    (COMMON, "name: HTTP_HOST", "name: LOG_LEVEL", "is not told HTTP_HOST"),
    (COMMON, "tokens/public.pem", "public.pem", "nothing is mounted at /etc/zirve/public.pem"),
    ("application/events.yaml", LINK_SECRET, "", "Deployment events is not told LINK_SECRET"),
    (
        "application/events.yaml",
        LINK_SECRET,
        LINK_IN_THE_OPEN,
        "LINK_SECRET must come from a Secret",
    ),
    (
        "application/travel.yaml",
        "          env:\n",
        "          envFrom: [{secretRef: {name: travel}}]\n          env:\n",
        "is told settings that are not named",
    ),
    ("overlays/trial/notification.yaml", "name: SMTP_URI", "name: LOG_LEVEL", "not told SMTP_URI"),
)
def test_processes_are_told_what_they_know_and_need(
    told_of: Telling, file: str, old: str, new: str, expected: str
) -> None:
    expect(told_of(file, old, new), expected)


@cases(
    (
        "application/travel.yaml",
        "key: MONGO_URI",
        "key: DATABASE",
        "refers to 'DATABASE' of the Secret tr",
    ),
    (
        "application/ingress.yaml",
        "secretName: entrance-tls",
        "secretName: tls",
        "'tls.key' of the Secret tls",
    ),
    (COMMON, "key: public.pem", "key: keys.pem", "'keys.pem' of the ConfigMap token-keys"),
    (
        "overlays/production/backup.yaml",
        "key: MONGO_URI",
        "key: AMQP_URI",
        "'AMQP_URI' of the Secret backup",
    ),
    (SCALING, "key: username", "key: user", "'user' of the Secret broker-monitor"),
    (
        "servers/database.yaml",
        "key: deploy",
        "key: root",
        "'root' of the Secret database-passwords",
    ),
    (
        "servers/broker.yaml",
        "key: definitions.json",
        "key: d.json",
        "'d.json' of the Secret broker",
    ),
    (
        "kubernetes.md",
        "| Secret | `links` | `LINK_SECRET` |",
        "| Secret | `links` | `LINK_SECRET`, `OTHER` |",
        "says how 'OTHER' of the Secret links is made, and nothing refers to it",
    ),
)
def test_operators_are_told_of_every_secret_and_of_no_other(
    told_of: Telling, file: str, old: str, new: str, expected: str
) -> None:
    expect(told_of(file, old, new), expected)
