import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.local.layout import REPOSITORY
from deploy.manifests.kubernetes import FOLDER
from deploy.manifests.kubernetes.kustomize import rendered
from deploy.manifests.kubernetes.refusal import Refused
from tests.contract.kubernetes.cases import Telling, cases

KUBECTL = shutil.which("kubectl") or ""
HEADER = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n"
PODS = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: travel, labels: {tier: service}}
spec:
  template:
    spec:
      containers:
        - name: service
          image: host:5000/zirve/travel
          args: [a, b]
          env: [{name: A, value: "1"}, {name: B, value: "2"}]
          volumeMounts: [{mountPath: /a, name: a}]
        - {name: beside, image: "zirve/travel:1"}
---
apiVersion: example.org/v1
kind: Nodes
metadata: {name: travel}
spec: {nodes: [{name: a, size: 1}, {name: b}], image: x, gone: 1}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Callable[..., Path]:
    """Write a kustomization with a Deployment and a custom resource, and the files it names."""

    def write(said: str, **files: str) -> Path:
        (tmp_path / "kustomization.yaml").write_text(HEADER + "resources: [pods.yaml]\n" + said)
        (tmp_path / "pods.yaml").write_text(PODS)
        for name, text in files.items():
            (tmp_path / f"{name}.yaml").write_text(text)
        return tmp_path

    return write


def by_kustomize(folder: Path) -> list[dict[str, Any]]:
    done = subprocess.run([KUBECTL, "kustomize", str(folder)], capture_output=True, check=True)
    return list(yaml.safe_load_all(done.stdout))


def unordered(value: Any) -> Any:
    """Leave the order of fields away, and that of items that are mappings."""
    if isinstance(value, dict):
        return {key: unordered(each) for key, each in sorted(value.items())}
    if isinstance(value, list):
        items = [unordered(each) for each in value]
        return sorted(items, key=json.dumps) if isinstance(next(iter(items), 0), dict) else items
    return value


needs_kustomize = pytest.mark.skipif(not KUBECTL, reason="no kubectl here")
PATCHES = {
    "of a pod": (
        "patches: [{path: patch.yaml}]\n",
        """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: travel, annotations: {a: b}}
spec:
  template:
    spec:
      terminationGracePeriodSeconds: 30
      containers:
        - name: service
          args: [c]
          env: [{name: B, value: "3"}, {name: C, value: "4"}]
          volumeMounts: [{mountPath: /b, name: b}]
        - {name: beside, image: null}
""",
    ),
    "of a custom resource": (
        "patches: [{path: patch.yaml}]\n",
        """\
apiVersion: example.org/v1
kind: Nodes
metadata: {name: travel}
spec: {nodes: [{name: c}], gone: null, other: {a: 1}}
""",
    ),
    "by steps": (
        "patches: [{path: patch.yaml, target: {kind: Deployment, labelSelector: tier=service}}]\n",
        """\
- {op: replace, path: /spec/template/spec/containers/0/env/1/value, value: "5"}
- {op: add, path: /metadata/labels/a~1b, value: c}
- {op: add, path: /spec/template/spec/containers/0/args/-, value: c}
- {op: remove, path: /spec/template/spec/containers/1}
""",
    ),
    "of everything": (
        "namespace: here\nlabels: [{pairs: {app: zirve}}]\n"
        "images: [{name: 'host:5000/zirve/travel', newTag: '2'},"
        " {name: zirve/travel, newName: a/b}]\n"
        "patches: [{path: patch.yaml, target: {kind: Nodes, name: travel}}]\n",
        "- {op: add, path: /metadata/annotations, value: {a: b}}\n",
    ),
}


@needs_kustomize
@pytest.mark.parametrize("overlay", ["trial", "production"])
def test_overlays_are_rendered_as_kustomize_renders_them(overlay: str) -> None:
    folder = REPOSITORY / FOLDER / "overlays" / overlay

    assert key(rendered(folder)) == key(by_kustomize(folder))


@needs_kustomize
@pytest.mark.parametrize("which", PATCHES)
def test_what_is_known_does_what_kustomize_does(folder: Callable[..., Path], which: str) -> None:
    said, patch = PATCHES[which]
    written = folder(said, patch=patch)

    assert key(rendered(written)) == key(by_kustomize(written))


@pytest.mark.parametrize("which", PATCHES)
def test_what_is_known_does_something(folder: Callable[..., Path], which: str) -> None:
    plain = rendered(folder(""))

    assert rendered(folder(PATCHES[which][0], patch=PATCHES[which][1])) != plain


def key(manifests: list[dict[str, Any]]) -> Any:
    return unordered(manifests)


@pytest.mark.parametrize(
    ("said", "patch", "expected"),
    [
        ("namePrefix: a-\n", "", "the field 'namePrefix' of a kustomization"),
        ("nameSuffix: -a\n", "", "what refers to Deployment travel"),
        (
            "images: [{name: zirve/travel, digest: 'sha256:0'}]\n",
            "",
            "the field 'digest' of a image",
        ),
        (
            "images: [{name: zirve/other, newTag: '2'}]\n",
            "",
            "no container has the image zirve/other",
        ),
        ("labels: [{pairs: {a: b}, includeSelectors: true}]\n", "", "the field 'includeSelectors'"),
        ("patches: [{patch: '[]'}]\n", "", "the field 'patch' of a patch"),
        ("patches: [{path: patch.yaml}]\n", "[]", "does not say what it changes"),
        (
            "patches: [{path: patch.yaml, target: {group: apps}}]\n",
            "[]",
            "the field 'group' of a target",
        ),
        (
            "patches: [{path: patch.yaml, target: {labelSelector: 'a in (b)'}}]\n",
            "[]",
            "the selector 'a in (b)'",
        ),
        (
            "patches: [{path: patch.yaml}]\n",
            "{apiVersion: apps/v1, kind: Deployment, metadata: {name: other}}",
            "patch.yaml changes nothing",
        ),
        (
            "patches: [{path: patch.yaml}]\n",
            "{apiVersion: apps/v1, kind: Deployment, metadata: {name: travel}, $patch: delete}",
            "the directive $patch",
        ),
        (
            "patches: [{path: patch.yaml, target: {kind: Deployment}}]\n",
            "[{op: replace, path: /spec/replicas, value: 2}]",
            "a patch leads nowhere: /spec/replicas",
        ),
        (
            "patches: [{path: patch.yaml, target: {kind: Deployment}}]\n",
            "[{op: move, from: /spec, path: /spec}]",
            "the operation 'move'",
        ),
        ("resources: [pods.yaml, pods.yaml]\n", "", "Deployment travel is there twice"),
        ("resources: [none.yaml]\n", "", "none.yaml cannot be read"),
        ("kind: Component\n", "", "is no Kustomization of"),
    ],
)
def test_what_is_not_known_is_refused(
    folder: Callable[..., Path], said: str, patch: str, expected: str
) -> None:
    with pytest.raises(Refused) as refused:
        rendered(folder(said, patch=patch))

    assert expected in str(refused.value)


def test_lists_whose_items_nothing_tells_apart_are_not_merged(folder: Callable[..., Path]) -> None:
    ports = PODS.replace("args: [a, b]", "ports: [{containerPort: 1}]")
    patch = ports.partition("---")[0].replace("containerPort: 1", "containerPort: 2")
    written = folder("patches: [{path: patch.yaml}]\n", patch=patch)
    (written / "pods.yaml").write_text(ports)

    with pytest.raises(Refused, match="how two lists named 'ports' are merged"):
        rendered(written)


@cases(
    ("application/kustomization.yaml", "labels:", "commonLabels:", "the field 'commonLabels' of a")
)
def test_the_check_tells_what_it_does_not_understand(
    told_of: Telling, file: str, old: str, new: str, expected: str
) -> None:
    (told,) = told_of(file, old, new)

    assert expected in told
