"""A pupil at step 6: her data to be read aloud and her recording as far as it is, read and sealed together."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from store import pupils, queue, recordings
from store.progress import Desk
from store.pupils import PupilDetail
from store.recordings import Sealed
from store.sections import RecordingState
from store.transaction import Transaction

STEP = 6


@dataclass(frozen=True, repr=False)
class Sitting:
    """The pupil in front of the devices, and who comes after her at this desk."""

    pupil: PupilDetail
    state: RecordingState
    following: queue.QueueRow | None


def sit_down(tx: Transaction, pupil: uuid.UUID, desk: Desk) -> Sitting:
    """Open the pupil's recording, or go on with it; a sealed one is only looked at.

    Raises RecordingRefusedError ALREADY_RECORDED or NOT_HERE_YET, UnknownPupilError and NotAllowedError.
    """
    detail = pupils.detail(tx, pupil)
    held = recordings.of_pupil(tx, pupil) if detail.recorded else None
    state = recordings.open_or_resume(tx, pupil) if held is None else held
    return Sitting(detail, state, queue.next_pupil(tx, detail.visit, desk, {pupil}))


def seal(tx: Transaction, recording: uuid.UUID, visit: uuid.UUID, desk: Desk) -> tuple[Sealed, queue.QueueRow | None]:
    """Seal the recording, and return who comes next; raises what `recordings.seal` raises."""
    sealed = recordings.seal(tx, recording)
    return sealed, queue.next_pupil(tx, visit, desk)
