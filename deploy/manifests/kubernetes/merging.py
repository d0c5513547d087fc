"""The two kinds of patches that kustomize knows: strategic merge, and JSON Patch."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

from deploy.manifests.kubernetes.refusal import Refused

KEYED = {
    "containers": "name",
    "initContainers": "name",
    "env": "name",
    "volumes": "name",
    "volumeMounts": "mountPath",
    "topologySpreadConstraints": "topologyKey",
}
"""Lists of a pod that are merged item by item, and what tells their items apart.

Source:
    Kubernetes' OpenAPI, ``x-kubernetes-patch-merge-key`` of PodSpec and Container.
"""


def merged(target: Any, patch: Any, *, keyed: bool, name: str = "") -> Any:
    """Return what a strategic merge makes of a value.

    Args:
        target: What is there.
        patch: What is to be laid over it; ``None`` takes a field away.
        keyed: Merge lists of a pod item by item. A custom resource's lists are replaced, since
            kustomize knows no keys for them.
        name: Field that both are in.

    Raises:
        Refused: What would come of it is not known here.
    """
    if isinstance(target, dict) and isinstance(patch, dict):
        return _merged_mapping(target, patch, keyed=keyed)
    if keyed and isinstance(target, list) and isinstance(patch, list):
        return _merged_list(target, patch, name)
    return deepcopy(patch)


def _merged_mapping(
    target: Mapping[str, Any], patch: Mapping[str, Any], *, keyed: bool
) -> dict[str, Any]:
    if directives := [field for field in patch if field.startswith("$")]:
        raise Refused(f"the directive {directives[0]} is not known here")
    made = dict(target)
    for field, value in patch.items():
        if value is None:
            made.pop(field, None)
        elif field in made:
            made[field] = merged(made[field], value, keyed=keyed, name=field)
        else:
            made[field] = deepcopy(value)
    return made


def _merged_list(target: Sequence[Any], patch: Sequence[Any], name: str) -> list[Any]:
    items = [*target, *patch]
    if not any(isinstance(each, dict) for each in items):
        return list(patch)
    key = KEYED.get(name)
    if key is None or not all(isinstance(each, dict) and key in each for each in items):
        raise Refused(f"how two lists named {name!r} are merged is not known here")
    made = {each[key]: each for each in target}
    for each in patch:
        known = made.get(each[key])
        made[each[key]] = each if known is None else merged(known, each, keyed=True)
    return list(made.values())


def changed(target: dict[str, Any], operations: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return what a JSON Patch makes of an object.

    Raises:
        Refused: An operation leads nowhere, or is none of add, replace and remove.

    Source:
        RFC 6902; RFC 6901 for its paths.
    """
    made = deepcopy(target)
    for operation in operations:
        _change(made, operation)
    return made


def _change(target: dict[str, Any], operation: Mapping[str, Any]) -> None:
    path = operation["path"]
    *parents, last = [part.replace("~1", "/").replace("~0", "~") for part in path.split("/")[1:]]
    place: Any = target
    try:
        for part in parents:
            place = place[_step(place, part)]
        step = _step(place, last)
        if operation["op"] != "add":
            place[step]  # What is replaced or removed must be there.
    except (KeyError, IndexError, TypeError, ValueError):
        raise Refused(f"a patch leads nowhere: {path}") from None
    match operation["op"]:
        case "add" if isinstance(place, list):
            place.insert(step, deepcopy(operation["value"]))
        case "add" | "replace":
            place[step] = deepcopy(operation["value"])
        case "remove":
            del place[step]
        case other:
            raise Refused(f"the operation {other!r} is not known here")


def _step(place: Any, part: str) -> Any:
    if isinstance(place, list):
        return len(place) if part == "-" else int(part)
    return part
