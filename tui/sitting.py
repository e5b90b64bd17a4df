"""A pupil at step 6: her data to be read aloud and her recording as far as it is, read and moved together."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from store import pupils, queue, recordings, timings
from store.progress import Desk
from store.pupils import PupilDetail
from store.recordings import Sealed
from store.sections import RecordingState
from store.timings import Run
from store.transaction import Transaction

STEP = 6


@dataclass(frozen=True, repr=False)
class Sitting:
    """The pupil in front of the devices; `run` is the clock of her step, `following` who comes after her."""

    pupil: PupilDetail
    state: RecordingState
    run: Run | None
    following: queue.QueueRow | None


def sit_down(tx: Transaction, pupil: uuid.UUID) -> Sitting:
    """Open the pupil's recording or go on with it, and start her clock; a sealed one is only looked at.

    Raises RecordingRefusedError ALREADY_RECORDED or NOT_HERE_YET, UnknownPupilError and NotAllowedError.
    """
    detail = pupils.detail(tx, pupil)
    held = recordings.of_pupil(tx, pupil) if detail.recorded else None
    if held is not None:
        return Sitting(detail, held, None, None)
    state = recordings.open_or_resume(tx, pupil)
    run = timings.begin(tx, STEP, detail.visit, pupil)
    return Sitting(detail, state, run, queue.next_pupil(tx, detail.visit, Desk.RECORD, {pupil}))


def seal(tx: Transaction, recording: uuid.UUID, visit: uuid.UUID) -> tuple[Sealed, queue.QueueRow | None]:
    """Seal the recording, end the step's clock and return who comes next; raises what `recordings.seal` raises."""
    sealed = recordings.seal(tx, recording)
    timings.end(tx, STEP, visit, sealed.pupil)
    return sealed, queue.next_pupil(tx, visit, Desk.RECORD)
