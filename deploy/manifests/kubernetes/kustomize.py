"""Kustomize, as far as our own files use it; whatever else one says is refused.

So that manifests can be checked where no kustomize is. A test compares it with the real one.
"""

from collections.abc import Callable, Iterable
from copy import deepcopy
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from deploy.manifests.kubernetes.merging import changed, merged
from deploy.manifests.kubernetes.refusal import Refused

Manifest = dict[str, Any]

FILE = "kustomization.yaml"
HEADER = {"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization"}
CORE = {"v1", "apps/v1", "batch/v1", "policy/v1", "networking.k8s.io/v1"}
"""What Kubernetes itself has; all else is a custom resource."""


def rendered(folder: Path) -> list[Manifest]:
    """Return what ``kubectl kustomize`` makes of a folder, in the order of its resources.

    Raises:
        Refused: A kustomization says something that is not known here, or two resources are of
            one kind and name.
    """
    path = folder / FILE
    said = _kustomization(path)
    try:
        _known(said, {*HEADER, "resources", *TRANSFORMERS}, "kustomization")
        manifests = [each for name in said["resources"] for each in _resources(folder / name)]
        for field, transform in TRANSFORMERS.items():
            if field in said:
                manifests = transform(folder, manifests, said[field])
        _distinct(manifests)
    except Refused as refused:
        raise Refused(f"{path}: {refused}") from None
    return manifests


def name_of(manifest: Manifest) -> str:
    """Name a manifest for a reader: ``Deployment travel``."""
    return f"{manifest['kind']} {manifest['metadata']['name']}"


def _resources(path: Path) -> list[Manifest]:
    if path.is_dir():
        return rendered(path)
    return [each for each in _documents(path) if each is not None]


def _documents(path: Path) -> list[Any]:
    try:
        return list(yaml.load_all(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))
    except (OSError, yaml.YAMLError) as error:
        raise Refused(f"{path} cannot be read: {error}") from None


def _kustomization(path: Path) -> dict[str, Any]:
    documents = _documents(path)
    said = documents[0] if documents else None
    if not isinstance(said, dict) or any(said.get(key) != HEADER[key] for key in HEADER):
        raise Refused(f"{path} is no Kustomization of {HEADER['apiVersion']}")
    return said


def _known(said: Iterable[str], known: set[str], what: str) -> None:
    if unknown := sorted(set(said) - known):
        raise Refused(f"the field {unknown[0]!r} of a {what} is not known here")


def _distinct(manifests: Iterable[Manifest]) -> None:
    seen = set()
    for each in manifests:
        if (key := (each["apiVersion"], name_of(each))) in seen:
            raise Refused(f"{name_of(each)} is there twice")
        seen.add(key)


# -- transformers ----------------------------------------------------------------------------------


def _patched(folder: Path, manifests: list[Manifest], patches: list[dict[str, Any]]) -> Any:
    for patch in patches:
        _known(patch, {"path", "target"}, "patch")
        documents = _documents(folder / patch["path"])
        if len(documents) != 1:
            raise Refused(f"{patch['path']} is not one patch")
        manifests = _with(manifests, documents[0], patch.get("target"), patch["path"])
    return manifests


def _with(
    manifests: list[Manifest], content: Any, target: dict[str, Any] | None, path: str
) -> list[Manifest]:
    if target is not None:
        meant = _selected_by(target)
    elif isinstance(content, dict):
        meant = partial(_is_of, content)
    else:
        raise Refused(f"{path} does not say what it changes")
    if not any(map(meant, manifests)):
        raise Refused(f"{path} changes nothing")
    return [_one_changed(each, content) if meant(each) else each for each in manifests]


def _is_of(patch: Manifest, manifest: Manifest) -> bool:
    return manifest["apiVersion"] == patch["apiVersion"] and name_of(manifest) == name_of(patch)


def _selected_by(target: dict[str, Any]) -> Callable[[Manifest], bool]:
    _known(target, {"kind", "name", "labelSelector"}, "target")
    label, _, value = target.get("labelSelector", "").partition("=")
    if not value.replace("-", "").isalnum() and label:
        raise Refused(f"the selector {target['labelSelector']!r} is not known here")

    def meant(manifest: Manifest) -> bool:
        metadata = manifest["metadata"]
        return (
            target.get("kind", manifest["kind"]) == manifest["kind"]
            and target.get("name", metadata["name"]) == metadata["name"]
            and (not label or metadata.get("labels", {}).get(label) == value)
        )

    return meant


def _one_changed(manifest: Manifest, content: Any) -> Manifest:
    if isinstance(content, list):
        return changed(manifest, content)
    body = {key: value for key, value in content.items() if key not in ("apiVersion", "kind")}
    metadata = {key: value for key, value in content["metadata"].items() if key != "name"}
    is_core = manifest["apiVersion"] in CORE
    made: Manifest = merged(manifest, {**body, "metadata": metadata}, keyed=is_core)
    return made


def _placed(_: Path, manifests: list[Manifest], namespace: str) -> list[Manifest]:
    return [_in_namespace(each, namespace) for each in manifests]


def _in_namespace(manifest: Manifest, namespace: str) -> Manifest:
    if manifest["kind"] == "Namespace":
        return merged(manifest, {"metadata": {"name": namespace}}, keyed=True)  # type: ignore[no-any-return]
    if manifest["kind"].startswith("Cluster") or "Role" in manifest["kind"]:
        raise Refused(f"what a namespace does to {name_of(manifest)} is not known here")
    return merged(manifest, {"metadata": {"namespace": namespace}}, keyed=True)  # type: ignore[no-any-return]


def _renamed(_: Path, manifests: list[Manifest], suffix: str) -> list[Manifest]:
    """Put a suffix to names; to those of Jobs, since nothing refers to them by name."""
    if others := [each for each in manifests if each["kind"] != "Job"]:
        raise Refused(f"what refers to {name_of(others[0])} is not known here; no nameSuffix")
    return [
        merged(each, {"metadata": {"name": each["metadata"]["name"] + suffix}}, keyed=True)
        for each in manifests
    ]


def _labelled(_: Path, manifests: list[Manifest], labels: list[dict[str, Any]]) -> list[Manifest]:
    for label in labels:
        _known(label, {"pairs"}, "label")
        manifests = [
            merged(each, {"metadata": {"labels": label["pairs"]}}, keyed=True) for each in manifests
        ]
    return manifests


def _tagged(_: Path, manifests: list[Manifest], images: list[dict[str, Any]]) -> list[Manifest]:
    made = deepcopy(manifests)
    for image in images:
        _known(image, {"name", "newName", "newTag"}, "image")
        used = [each for each in containers(made) if parted(each["image"])[0] == image["name"]]
        if not used:
            raise Refused(f"no container has the image {image['name']}")
        for each in used:
            name, tag = parted(each["image"])
            tag = image.get("newTag", tag)
            each["image"] = image.get("newName", name) + (f":{tag}" if tag else "")
    return made


def parted(image: str) -> tuple[str, str]:
    """Return an image's name and its tag, which is empty when it has none."""
    name, colon, tag = image.rpartition(":")
    # A colon before the last slash is that of a registry's port.
    return (name, tag) if colon and "/" not in tag else (image, "")


def containers(value: Any) -> Iterable[dict[str, Any]]:
    """Return every container that has an image, wherever it lies."""
    if isinstance(value, list):
        for each in value:
            yield from containers(each)
    elif isinstance(value, dict):
        for field, each in value.items():
            if field in ("containers", "initContainers"):
                yield from (container for container in each if "image" in container)
            else:
                yield from containers(each)


TRANSFORMERS: dict[str, Callable[[Path, list[Manifest], Any], list[Manifest]]] = {
    "patches": _patched,
    "namespace": _placed,
    "nameSuffix": _renamed,
    "labels": _labelled,
    "images": _tagged,
}
"""What each field of a kustomization does, in the order in which kustomize does it."""
