"""What happens inside the emulated card printer: jobs, supplies, faults, and the cards in its tray.

Everything is kept in the printer's folder and saved before anybody is answered, so that its process may be killed like
any other: a card counts as made when its file lies in `tray`, and a job interrupted before that is taken up again.
"""

from __future__ import annotations

import asyncio
import enum
import itertools
import json
import os
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from hw.types import Clock

RIBBON_CARDS = 500
FILM_CARDS = 1000
_LOW = 10


class JobState(enum.IntEnum):
    """The values of job-state (RFC 8011 section 5.3.7)."""

    PENDING = 3
    HELD = 4
    PROCESSING = 5
    STOPPED = 6
    CANCELED = 7
    ABORTED = 8
    COMPLETED = 9

    @property
    def over(self) -> bool:
        """Whether nothing more will happen to the job."""
        return self >= JobState.CANCELED


@dataclass(frozen=True)
class Job:
    """One job as the printer remembers it; times are whole seconds of the printer's own up-time."""

    id: int
    name: str = field(repr=False)
    user: str
    state: JobState
    reason: str
    created: int
    processed: int = 0
    finished: int = 0


@dataclass(frozen=True)
class Knobs:
    """What an instructor or a test can do to the printer.

    `jam` stops the card that is being printed in the middle, and the job is aborted when the jam is cleared; `cancel`
    cancels that card at the printer's own buttons, once. `refuse`, `hang` and `garble` are faults of the wire: no new
    jobs, no answers, answers that are not IPP.
    """

    cards: int = 100
    ribbon: int = RIBBON_CARDS
    film: int = FILM_CARDS
    cover_open: bool = False
    jam: bool = False
    cancel: bool = False
    refuse: bool = False
    hang: bool = False
    garble: bool = False
    print_seconds: float = 35.0


def read_knobs(given: object, before: Knobs) -> Knobs:
    """Turn some knobs, leaving the others. Raises ValueError for an unknown knob or a value of another type."""
    if not isinstance(given, dict):
        raise ValueError("knobs are an object")
    for name, value in given.items():
        now = getattr(before, str(name), None)
        fits = isinstance(value, bool) is isinstance(now, bool) and isinstance(value, int | float)
        if now is None or not fits or value < 0 or (isinstance(now, int) and not isinstance(value, int)):
            raise ValueError(f"{name} = {value!r}")
    return replace(before, **given)


class CardEngine:
    """The mechanism: takes jobs in order, one card each, as fast as its clock says."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder = folder
        self._clock = clock
        self._changed = asyncio.Event()
        self._booted = clock.monotonic()
        self._jobs: dict[int, Job] = {}
        self._jammed: int | None = None
        self.knobs = Knobs()
        for part in ("spool", "tray"):
            (folder / part).mkdir(parents=True, exist_ok=True)
        self._load()

    @property
    def jobs(self) -> tuple[Job, ...]:
        """Every job ever taken, oldest first."""
        return tuple(self._jobs.values())

    @property
    def up_time(self) -> int:
        """Whole seconds since the process began, at least 1 as IPP wants it."""
        return 1 + int(self._clock.monotonic() - self._booted)

    @property
    def ribbon_level(self) -> int:
        """Percent of a full ribbon."""
        return min(100, 100 * self.knobs.ribbon // RIBBON_CARDS)

    @property
    def film_level(self) -> int:
        """Percent of a full retransfer film."""
        return min(100, 100 * self.knobs.film // FILM_CARDS)

    @property
    def faults(self) -> tuple[str, ...]:
        """Why no card can be printed now, as printer-state-reasons."""
        knobs = self.knobs
        found = (
            (knobs.cover_open, "cover-open-error"),
            (self._jammed is not None, "media-jam-error"),
            (knobs.cards == 0, "media-empty-error"),
            (knobs.ribbon == 0 or knobs.film == 0, "marker-supply-empty-error"),
        )
        return tuple(reason for is_so, reason in found if is_so)

    @property
    def reasons(self) -> tuple[str, ...]:
        """The printer-state-reasons, warnings among them."""
        low = 0 < self.ribbon_level < _LOW or 0 < self.film_level < _LOW
        return (*self.faults, *(("marker-supply-low-warning",) if low else ())) or ("none",)

    @property
    def state(self) -> int:
        """The printer-state: 3 idle, 4 processing, 5 stopped."""
        if self.faults:
            return 5
        return 4 if any(job.state is JobState.PROCESSING for job in self.jobs) else 3

    def take(self, name: str, user: str, document: bytes) -> Job:
        """Accept a job: spooled and saved when this returns."""
        job = Job(
            id=max(self._jobs, default=0) + 1,
            name=name,
            user=user,
            state=JobState.PENDING,
            reason="none",
            created=self.up_time,
        )
        _write(self._spooled(job.id), document)
        self._put(job)
        return job

    def cancel(self, job: Job) -> None:
        """Cancel a job; one on its way through the printer stops at its next step."""
        if job.state is JobState.PROCESSING:
            self.turn(replace(self.knobs, cancel=True))
        else:
            self._finish(job, JobState.CANCELED, "job-canceled-by-user")

    def turn(self, knobs: Knobs) -> None:
        """Set the knobs, and let the mechanism look at them."""
        self.knobs = knobs
        self._save()

    async def run(self) -> None:
        """Print job after job until cancelled."""
        while True:
            job = next((job for job in self.jobs if not job.state.over), None)
            if job is None:
                await self._change()
            elif self.faults:
                if job.state is not JobState.STOPPED:
                    self._put(replace(job, state=JobState.STOPPED, reason="printer-stopped"))
                await self._change()
            else:
                await self._print(job)

    async def _print(self, job: Job) -> None:
        job = replace(job, state=JobState.PROCESSING, reason="job-printing", processed=self.up_time)
        self._put(job)
        await self._clock.sleep(self.knobs.print_seconds / 2)
        if self.knobs.jam:
            self._jammed = job.id
            self._use_up()
            self._put(replace(job, state=JobState.STOPPED, reason="printer-stopped"))
            while self.knobs.jam:
                await self._change()
            self._jammed = None
            if not self._jobs[job.id].state.over:
                self._finish(job, JobState.ABORTED, "aborted-by-system")
            return
        await self._clock.sleep(self.knobs.print_seconds / 2)
        self._use_up()
        if self.knobs.cancel:
            self.knobs = replace(self.knobs, cancel=False)
            self._finish(job, JobState.CANCELED, "job-canceled-at-device")
            return
        os.replace(self._spooled(job.id), self.card(job.id))
        self._finish(job, JobState.COMPLETED, "job-completed-successfully")

    def card(self, job_id: int) -> Path:
        """Where the card of a job lies once it is made."""
        return self._folder / "tray" / f"{job_id:06}.pdf"

    def _spooled(self, job_id: int) -> Path:
        return self._folder / "spool" / f"{job_id:06}.pdf"

    def _use_up(self) -> None:
        """Count a card begun: it costs its blank and its panels, whether it comes out well or not."""
        knobs = self.knobs
        self.knobs = replace(
            knobs, cards=max(0, knobs.cards - 1), ribbon=max(0, knobs.ribbon - 1), film=max(0, knobs.film - 1)
        )

    def _finish(self, job: Job, state: JobState, reason: str) -> None:
        self._put(replace(job, state=state, reason=reason, finished=self.up_time))
        self._spooled(job.id).unlink(missing_ok=True)

    def _put(self, job: Job) -> None:
        self._jobs[job.id] = job
        self._save()

    async def _change(self) -> None:
        self._changed.clear()
        await self._changed.wait()

    def _save(self) -> None:
        state = {"knobs": asdict(self.knobs), "jobs": [asdict(job) for job in self.jobs]}
        _write(self._folder / "printer.json", json.dumps(state).encode())
        self._changed.set()

    def _load(self) -> None:
        try:
            state = json.loads((self._folder / "printer.json").read_bytes())
        except FileNotFoundError:
            return
        self.knobs = read_knobs(state["knobs"], Knobs())
        for fields in state["jobs"]:
            job = Job(**(fields | {"state": JobState(fields["state"])}))
            if not job.state.over and self.card(job.id).exists():
                job = replace(job, state=JobState.COMPLETED, reason="job-completed-successfully")
            elif not job.state.over:
                # Only the emulator's process ended, not the printer it stands for: it goes on.
                job = replace(job, state=JobState.PENDING, reason="none")
            self._jobs[job.id] = job


_serial = itertools.count()


def _write(path: Path, content: bytes) -> None:
    """Put a file in place whole."""
    draft = path.with_name(f"{path.name}.{next(_serial)}")
    draft.write_bytes(content)
    os.replace(draft, path)
