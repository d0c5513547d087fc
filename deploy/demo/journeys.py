"""Third act: how delegates come, sleep and leave. Flights, hotel and times are samples."""

from deploy.demo.stage import Json, Stage, journeys_booked

PARTY = ("canakkale-mayor", "istanbul-mayor")
ROOMS = (
    # Room type, rooms in each of the two nights.
    ("single", 4),
    ("suite", 2),
)
STAYS = (
    # Person, room type, first night; all leave on 8 December.
    ("sofia-mayor", "suite", "2024-12-06"),
    ("sarajevo-deputy", "single", "2024-12-06"),
    ("istanbul-secretary", "single", "2024-12-06"),
    ("athens-mayor", "single", "2024-12-07"),
    ("athens-adviser", "single", "2024-12-07"),
)
LATER_STAYS = (
    ("canakkale-mayor", "single", "2024-12-07"),
    ("istanbul-mayor", "suite", "2024-12-07"),
)


def arrange(stage: Stage) -> None:
    """Book journeys and rooms for everybody confirmed but Tirana's mayor, who lives there."""
    with stage.act("Journeys and rooms"):
        learn_trips(stage)
        travel_together(stage)
        book_journeys(stage)
        open_block(stage)
        reserve(stage, STAYS)
        ask_for_one_room_too_many(stage)
        stage.client.settle()


def learn_trips(stage: Stage) -> None:
    """Find the trip that travel has opened for each confirmed delegate."""
    keys = {id_: key for key, id_ in stage.ids.items()}
    trips = list(stage.client.items("travel", "/v1/trips", meeting_id=stage.ids["meeting"]))
    for trip in trips:
        stage.ids[f"trip-{keys[trip['person_id']]}"] = trip["id"]
    stage.say(f"Travel has opened {len(trips)} trips by itself.")


def travel_together(stage: Stage) -> None:
    """Note the wish of two mayors, form their party and book it as one."""
    for person in PARTY:
        stage.client.put(
            "travel",
            f"/v1/trips/{stage.ids[f'trip-{person}']}/wishes/arrival",
            {"text": "In the morning of 7 December, in one plane with the other mayor."},
            key=f"wish-{person}",
        )
    party = stage.client.post(
        "travel",
        "/v1/parties",
        {
            "meeting_id": stage.ids["meeting"],
            "name": "Çanakkale and Istanbul",
            "trip_ids": [stage.ids[f"trip-{person}"] for person in PARTY],
        },
        key="party",
    )
    stage.ids["party"] = party["id"]
    book_party(stage, "arrival")
    book_party(stage, "departure")
    stage.say("Çanakkale's and Istanbul's mayors fly in together: leave 08:05, land 07:50.")


def book_party(stage: Stage, booking: str) -> None:
    """Book one direction for the whole party."""
    direction = booking.partition("-")[0]
    stage.client.put(
        "travel",
        f"/v1/parties/{stage.ids['party']}/bookings/{direction}",
        {"legs": journeys_booked()["party", booking]},
        key=f"book-party-{booking}",
    )


def book_journeys(stage: Stage) -> None:
    """Book those who travel by themselves."""
    alone = {key: legs for key, legs in journeys_booked().items() if key[0] != "party"}
    for (person, direction), legs in alone.items():
        stage.client.put(
            "travel",
            f"/v1/trips/{stage.ids[f'trip-{person}']}/bookings/{direction}",
            {"legs": legs},
            key=f"book-{person}-{direction}",
        )
    stage.say(f"{len(alone)} more journeys are booked, by air and by road.")


def open_block(stage: Stage) -> None:
    """Open the block of rooms that a hotel keeps for the meeting."""
    block = stage.client.post(
        "travel",
        "/v1/blocks",
        {
            "meeting_id": stage.ids["meeting"],
            "hotel": "Sample Hotel Tirana",
            "address": "Sample Street 1, Tirana",
            "city_id": "al-tirana",
            "rooms": [
                {
                    "room_type": room_type,
                    "first_night": "2024-12-06",
                    "last_night": "2024-12-07",
                    "count": count,
                }
                for room_type, count in ROOMS
            ],
        },
        key="block",
    )
    stage.ids["block"] = block["id"]


def reserve(stage: Stage, stays: tuple[tuple[str, str, str], ...]) -> None:
    """Reserve rooms."""
    for person, room_type, first_night in stays:
        made = stage.client.post(
            "travel",
            f"/v1/blocks/{stage.ids['block']}/stays",
            stay(stage, person, room_type, first_night),
            key=f"stay-{person}",
        )
        stage.ids[f"stay-{person}"] = made["id"]
    stage.say(f"{len(stays)} rooms are reserved at the hotel.")


def stay(stage: Stage, person: str, room_type: str, first_night: str) -> Json:
    """Return a stay as travel takes it."""
    return {
        "trip_id": stage.ids[f"trip-{person}"],
        "room_type": room_type,
        "arrives_on": first_night,
        "departs_on": "2024-12-08",
    }


def ask_for_one_room_too_many(stage: Stage) -> None:
    """Ask for a fifth single room in a night that has four, for somebody who lives near by."""
    stage.client.refused(
        "travel",
        f"/v1/blocks/{stage.ids['block']}/stays",
        stay(stage, "tirana-mayor", "single", "2024-12-07"),
        code="no_room_left",
        key="stay-refused",
    )
    stage.say("A fifth single room for the night of 7 December is refused: there are four.")


def see_freed_room(stage: Stage) -> None:
    """Look whether the room of the delegate who withdrew is back in the block."""
    stage.client.settle()
    block = stage.client.get("travel", f"/v1/blocks/{stage.ids['block']}")
    free = left(block, "single", "2024-12-07")
    stage.say(f"Travel has released the trip and the room; single rooms free again: {free}.")


def left(block: Json, room_type: str, night: str) -> int:
    """Return how many rooms of a type a block has left for a night."""
    found: int = block["left"][room_type][night]
    return found


def stay_the_night(stage: Stage) -> None:
    """Book the party home the next morning, since the evening's plane would be missed."""
    book_party(stage, "departure-next-morning")
    reserve(stage, LATER_STAYS)
    stage.client.settle()
    stage.say("The party flies home the next morning instead, and gets two rooms.")
