"""What has come of the scene, for a reader; everything is asked of the services."""

from collections import Counter
from collections.abc import Iterable

from deploy.demo.stage import Json, Stage

AS_OF = "2024-12-07"


def summarise(stage: Stage) -> None:
    """Print what the services say after the scene."""
    print("\n" + "=" * 78)
    cities(stage)
    roster(stage)
    answers(stage)
    manifest(stage, "arrivals")
    manifest(stage, "departures")
    rooming_list(stage)
    messages(stage)
    what_is_open(stage)


def title(text: str) -> None:
    """Print a heading."""
    print(f"\n{text}\n{'-' * len(text)}")


def rows(table: Iterable[tuple[str, ...]]) -> None:
    """Print a table in columns as wide as they need to be."""
    cells = [tuple(row) for row in table]
    widths = (
        [max(len(row[column]) for row in cells) for column in range(len(cells[0]))] if cells else []
    )
    for row in cells:
        print(
            "  "
            + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        )


def cities(stage: Stage) -> None:
    """Print how many cities have which standing."""
    found = list(stage.client.items("membership", "/v1/cities", on=AS_OF))
    standings = Counter(each["standing"] or "nothing yet" for each in found)
    counted = ", ".join(f"{count} {name}" for name, count in standings.most_common())
    sample = sum(each["sample"] for each in found)
    title(f"{len(found)} cities as of {AS_OF}")
    print(f"  {counted}; {sample} of them are sample data")


def roster(stage: Stage) -> None:
    """Print who sits on the board."""
    title(f"Executive Board as of {AS_OF}")
    found = stage.client.get("membership", f"/v1/bodies/{stage.ids['board']}/roster", on=AS_OF)
    rows(
        (each["name"], each["city_id"] or "vacant", "(sample)" if each.get("sample") else "")
        for each in found["seats"]
    )


def answers(stage: Stage) -> None:
    """Print what each city has answered, and how."""
    title("Answers")
    path = f"/v1/meetings/{stage.ids['meeting']}/invitations"
    rows(
        (
            each["city_id"],
            each["state"],
            stage.named(each["person_id"]),
            "; ".join(_told(stage, answer) for answer in each["history"]),
        )
        for each in stage.client.items("events", path)
    )


def manifest(stage: Stage, direction: str) -> None:
    """Print arrivals or departures in the order in which they happen."""
    title(f"{direction.capitalize()}, in true order (UTC at the left)")
    path = f"/v1/meetings/{stage.ids['meeting']}/{direction}"
    rows(_journey(each, direction) for each in stage.client.items("travel", path))


def rooming_list(stage: Stage) -> None:
    """Print who sleeps where, and what the block has left."""
    block = stage.client.get("travel", f"/v1/blocks/{stage.ids['block']}")
    title(f"Rooming list of {block['hotel']}")
    stays = stage.client.items("travel", f"/v1/blocks/{stage.ids['block']}/stays")
    rows(
        (each["name"], each["city"], each["room_type"], each["arrives_on"], each["departs_on"])
        for each in stays
    )
    for room_type, nights in block["left"].items():
        free = ", ".join(f"{count} on {night}" for night, count in nights.items())
        print(f"  left in the block, {room_type}: {free}")


def messages(stage: Stage) -> None:
    """Print what people were told, by kind, language and state."""
    found = list(
        stage.client.items("notification", "/v1/messages", meeting_id=stage.ids["meeting"])
    )
    counted = Counter(
        (each["kind"], each["language"] or each["state"], each["state"]) for each in found
    )
    kinds = sorted({kind for kind, _, _ in counted})
    languages = sorted({language for _, language, _ in counted})
    states = Counter(each["state"] for each in found)
    title(f"{len(found)} messages: " + ", ".join(f"{n} {state}" for state, n in states.items()))
    rows(
        [("", *languages)]
        + [
            (kind, *(str(_count(counted, kind, language)) for language in languages))
            for kind in kinds
        ]
    )


def what_is_open(stage: Stage) -> None:
    """Print how many events went through each service, and what is left to do."""
    title("Events")
    table = [("", "published", "handled", "outbox", "queue", "retry", "parked", "waiting")]
    for service, status in stage.client.settle().items():
        queues = status["queues"]
        numbers = (
            status["published"],
            status["handled"],
            status["outbox"],
            queues["in"],
            queues["retry"],
            queues["parked"],
            status["waiting"],
        )
        table.append((service, *map(str, numbers)))  # type: ignore[arg-type]
    rows(table)


def _count(counted: Counter[tuple[str, str, str]], kind: str, language: str) -> int:
    return sum(n for key, n in counted.items() if key[:2] == (kind, language))


def _told(stage: Stage, answer: Json) -> str:
    by = f" for {stage.named(answer['person_id'])} by {answer['by']}" if answer["on_behalf"] else ""
    return f"{answer['reply']} ({answer['channel']}{by})"


def _journey(item: Json, direction: str) -> tuple[str, ...]:
    leg = item["leg"]
    if leg is None:
        return ("nothing booked", "", "", item["name"], "", "")
    at = leg["arrives" if direction == "arrivals" else "departs"]["at"]
    return (
        f"{at[5:16]}Z".replace("T", " "),
        f"{_clock(leg['departs'])} {leg['origin']}",
        f"{_clock(leg['arrives'])} {leg['destination']}",
        item["name"],
        " ".join(filter(None, (leg["carrier"], leg["number"]))) or leg["mode"],
        " / ".join(filter(None, (item["party"], item["hotel"]))),
    )


def _clock(time: Json) -> str:
    return f"{time['local'][11:16]} {time['zone'].rpartition('/')[2]}"
