"""The founding scene, from an empty database to a meeting that moved.

Every act ends when its consequences have ended, so that who is told what does not depend on how
fast a machine is. A run that was cut off may be played again from the start: what was done is
answered as it was the first time.
"""

from deploy.demo import journeys, meeting, network
from deploy.demo.stage import Stage

CALLED_ON = "2024-11-04T09:00:00Z"
ANSWERED_ON = "2024-11-18T09:00:00Z"
MOVED_ON = "2024-11-28T09:00:00Z"


def play(stage: Stage) -> None:
    """Play the whole scene."""
    stage.set_clock(CALLED_ON)
    network.assemble(stage)
    meeting.call(stage)
    stage.client.settle()
    stage.set_clock(ANSWERED_ON)
    meeting.answers(stage)
    stage.client.settle()
    journeys.arrange(stage)
    with stage.act("Things change"):
        meeting.withdraw_adviser(stage)
        journeys.see_freed_room(stage)
        stage.set_clock(MOVED_ON)
        meeting.move(stage)
        journeys.stay_the_night(stage)
