"""One card on its way: noted, sent once, and followed by its token until the printer says how it ended.

The job lives as long as the application, whichever screen is in front: the officer may go back to the queue while the
machine works. It never sends a second time. Where it cannot tell what became of a card it notes "unknown", and from
there only the officer's look into the tray leads on.
"""

from __future__ import annotations

import asyncio
import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from hw.types import CaptureFailed, CardFate, DeviceBusy, DeviceGone, FailReason, HardwareError, JobOutcome
from store import cards
from store.cards import CardReason, CardRefusedError, JobState
from store.errors import Reason, StoreError
from tui import card_paper, printer_words
from tui.card_paper import NotDrawnError, PrintingKey
from tui.frame import FrameScreen
from tui.unlocking import store_problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.worker import Worker

    from hw.types import CardPrinter, PrinterStatus
    from store.cards import JobView
    from tui.app import RekamApp
    from tui.messages import Problem

POLL_SECONDS = 2.0
SILENT_SECONDS = 300
"""For so long a silent printer is asked again before its card counts as unknown: a cable is put back in that time."""
GRACE_SECONDS = 30
"""For so long a job that was just noted may be missing at the printer: it could still be on its way."""
ENGINE_SECONDS = 180
"""For so long a card that was begun may still be in the machine although its job is held: it is not yet unknown."""

_MOVING = (JobState.SUBMITTING, JobState.SENT)
_NOWHERE = (JobOutcome.NOT_FOUND, JobOutcome.HELD)
_NOT_TAKEN = (FailReason.REFUSED, FailReason.UNSUPPORTED, FailReason.NOT_READY, FailReason.UNKNOWN_QUEUE)
"""With these the printer itself said that it took nothing."""


class NotSentError(Exception):
    """The printer cannot be used; nothing was noted and nothing sent."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.number)
        self.problem = problem


class CardJob:
    """One card between the store and the printer; `status` is the printer's last word."""

    def __init__(self, app: RekamApp, token: uuid.UUID, printer: CardPrinter | None = None) -> None:
        self.token = token
        self.status: PrinterStatus | None = None
        self.outcome: JobOutcome | None = None
        self.silent_since: datetime | None = None
        self.refused = ""
        """What the printer said when it took nothing."""
        self.withdrawn = False
        """Whether the print server lost the card before it reached the printer."""
        self._app = app
        self._printer = printer
        self._heard: datetime | None = None
        self._worker: Worker[None] | None = None

    @property
    def followed(self) -> bool:
        """Whether somebody asks the printer about it now."""
        return self._worker is not None and self._worker.is_running

    def begin(self, document: bytes | None = None) -> None:
        """Send the card, or, without one, follow a card that was sent before."""
        work = self._follow() if document is None else self._send(document)
        self._worker = self._app.run_worker(work, group="printer")

    async def _send(self, document: bytes) -> None:
        assert self._printer is not None
        try:
            number = await self._printer.send(str(self.token), document)
        except (CaptureFailed, DeviceBusy) as error:
            if isinstance(error, DeviceBusy) or error.reason in _NOT_TAKEN:
                self.refused = str(error) or FailReason.REFUSED.value
                await self._note(cards.job_failed, self.refused)
                await self._tell()
                return
        except HardwareError:
            pass  # it may have arrived all the same: asked by its token below
        else:
            await self._note(cards.job_sent, number)
            await self._tell()
        await self._follow()

    async def _follow(self) -> None:
        """Ask until the card's fate is known, or the store is closed behind the lock."""
        while (view := await self._view()) is not None and view.state in _MOVING:
            self._app.rhythm.stay_open(POLL_SECONDS)
            before = (view.state, self.status, self.outcome, self.silent_since)
            state = await self._look(view)
            if (state, self.status, self.outcome, self.silent_since) != before:
                await self._tell()
            if state in _MOVING:
                await self._app.clock.sleep(POLL_SECONDS)
        await self._drop()

    async def look_now(self) -> None:
        """Ask at once about a card on its way, beside the regular questions."""
        view = await self._view()
        if view is not None and view.state in _MOVING:
            await self._look(view)
            await self._tell()

    async def look_once(self) -> None:
        """Ask once about a card whose outcome is unknown: the printer may remember that it was made."""
        try:
            found = await self._ask()
            fate = await self._fate() if found in _NOWHERE else None
        except HardwareError:
            found = fate = None
        await self._drop()
        if found is JobOutcome.DONE or fate is CardFate.PASSED_ON:
            await self._done()
            await self._tell()
        elif fate is CardFate.WITHDRAWN:
            await self._withdrawn()
            await self._tell()

    async def _look(self, view: JobView) -> JobState:
        """Ask the printer once and note what follows from its answer; return the state the job has then."""
        now = self._app.clock.now()
        try:
            outcome = await self._ask()
        except HardwareError:
            await self._drop()
            self.silent_since = self.silent_since or now
            last = self._heard or view.sent_at or view.noted_at
            if now - last < timedelta(seconds=SILENT_SECONDS):
                return view.state
            return await self._unknown("link lost")
        self._heard, self.silent_since = now, None
        match outcome:
            case JobOutcome.DONE:
                return await self._done()
            case JobOutcome.CANCELED | JobOutcome.ABORTED:
                return await self._unknown(outcome.value)
            case JobOutcome.NOT_FOUND | JobOutcome.HELD:
                fresh = now - view.noted_at < timedelta(seconds=GRACE_SECONDS)
                if view.state is JobState.SUBMITTING and fresh and outcome is JobOutcome.NOT_FOUND:
                    return view.state
                return await self._settle(view, outcome)
            case JobOutcome.PENDING | JobOutcome.PROCESSING | JobOutcome.STOPPED:
                if view.state is JobState.SUBMITTING:
                    return await self._note(cards.job_sent) or view.state
                return view.state

    async def _ask(self) -> JobOutcome:
        if self._printer is None:
            self._printer = await _open(self._app)
        self.status = await self._printer.status()
        self.outcome = await self._printer.outcome(str(self.token))
        return self.outcome

    async def _settle(self, view: JobView, outcome: JobOutcome) -> JobState:
        """Let the ledger in front of the printer say what became of a card of which no job runs any more."""
        match await self._fate():
            case CardFate.PASSED_ON:
                return await self._done()
            case CardFate.WITHDRAWN:
                return await self._withdrawn()
            case CardFate.BEGUN if self._app.clock.now() - view.noted_at < timedelta(seconds=ENGINE_SECONDS):
                return view.state
            case None if outcome is JobOutcome.HELD:
                return view.state  # somebody holds it at the printer, and may let it go
            case _:
                return await self._unknown("not found" if outcome is JobOutcome.NOT_FOUND else outcome.value)

    async def _fate(self) -> CardFate | None:
        """Ask the ledger; None where there is none, or where it says nothing."""
        assert self._printer is not None, "it has just told the outcome"
        try:
            return await self._printer.settle(str(self.token), self._app.clock.now())
        except HardwareError:
            return None

    async def _withdrawn(self) -> JobState:
        self.withdrawn = True
        self._app.ring()
        return await self._note(cards.job_withdrawn) or JobState.SENT

    async def _done(self) -> JobState:
        noted = await self._note(cards.engine_done)
        if noted is JobState.ENGINE_DONE:
            self._app.ring()
        return noted or JobState.SENT

    async def _unknown(self, detail: str) -> JobState:
        self._app.ring()
        return await self._note(cards.job_unknown, detail) or JobState.SENT

    async def _note(self, change: Callable[..., JobView], *arguments: object) -> JobState | None:
        """Make one change of the job; None when the store could not: it is told, and tried again at the next look."""
        store = self._app.store
        if store is None:
            return None
        try:
            return (await store.run(change, self.token, *arguments)).state
        except StoreError as error:
            told = store_problem(error)
            if told is not None and isinstance(self._app.screen, FrameScreen):
                self._app.screen.refuse(told)
        except CardRefusedError as error:
            # The officer, or another desk, was quicker.
            if error.reason not in (CardReason.JOB_ENDED, CardReason.WRONG_STATE):
                raise
            view = await self._view()
            return None if view is None else view.state
        return None

    async def _view(self) -> JobView | None:
        store = self._app.store
        if store is None:
            return None
        while True:
            try:
                return await store.run(cards.job, self.token)
            except StoreError as error:
                if error.reason is Reason.CLOSED:
                    return None
            await self._app.clock.sleep(POLL_SECONDS)

    async def _tell(self) -> None:
        """Let the screen in front read again: a card's state is what the store says, nothing else."""
        screen = self._app.screen
        if isinstance(screen, FrameScreen) and self._app.store is not None and not self._app.store.closed:
            await screen.load()
            screen.refresh_frame()

    async def _drop(self) -> None:
        printer, self._printer = self._printer, None
        if printer is not None:
            await printer.close()


async def start(app: RekamApp, pupil: uuid.UUID) -> CardJob:
    """Note a pupil's card in the store and send it, once; returns as soon as it is noted.

    Raises NotSentError before anything is noted; CardRefusedError with a gate's reason; NotDrawnError, and then the
    job has failed and nothing was sent.
    """
    assert app.store is not None
    key = printing_key(app)
    if key is None:
        raise NotDrawnError
    printer = await _usable(app)
    started = await app.store.run(cards.start_job, pupil)
    try:
        document = await asyncio.to_thread(card_paper.draw, started.face, key, app.settings, training=app.training)
    except NotDrawnError:
        await app.store.run(cards.job_failed, started.token, "not drawn")
        raise
    app.card_job = CardJob(app, started.token, printer)
    app.card_job.begin(document)
    return app.card_job


async def resume(app: RekamApp) -> None:
    """Take up again every card that is on its way, as after a crash, and ask once about each unknown one."""
    assert app.store is not None
    for view in await app.store.run(cards.unresolved):
        if app.card_job is not None and app.card_job.token == view.token and app.card_job.followed:
            continue
        job = CardJob(app, view.token)
        if view.state in _MOVING:
            app.card_job = job
            job.begin()
        elif view.state is JobState.UNKNOWN:
            app.run_worker(job.look_once(), group="printer")


def printing_key(app: RekamApp) -> PrintingKey | None:
    """Return what opens portraits for the officer on duty; None where his passphrase gave no printing key."""
    if app.seals is None or app.printing_key is None:
        return None
    return PrintingKey(app.seals, app.printing_key)


async def call_on(app: RekamApp) -> PrinterStatus | None:
    """Ask the printer how it is, and let the ledger in front of it forget cards that ended more than a year ago.

    None when there is none or it does not answer.
    """
    try:
        printer = await _open(app)
        try:
            found = await printer.status()
            await _forget(app, printer)
            return found
        finally:
            await printer.close()
    except HardwareError:
        return None


async def _forget(app: RekamApp, printer: CardPrinter) -> None:
    now = app.clock.now()
    old = [uuid.UUID(token) for token in await printer.long_past(now)]
    if old and app.store is not None and not app.store.closed:
        ended = await app.store.run(cards.ended, old)
        await printer.forget([str(token) for token in ended], now)


async def _usable(app: RekamApp) -> CardPrinter:
    """Return a printer that would print now; raises NotSentError with what is wrong."""
    attached = printer_words.printer_of(app.equipment)
    if attached is None:
        raise NotSentError(printer_words.unusable(None))
    try:
        printer = await _open(app)
        found = await printer.status()
    except DeviceBusy as error:
        raise NotSentError(printer_words.busy()) from error
    except HardwareError as error:
        raise NotSentError(printer_words.silent(error)) from error
    if stopped := printer_words.fault(found):
        await printer.close()
        raise NotSentError(printer_words.not_sent(stopped))
    return printer


async def _open(app: RekamApp) -> CardPrinter:
    from hw.card_printer import IppCardPrinter

    attached = printer_words.printer_of(app.equipment)
    if attached is None or app.bus is None:
        raise DeviceGone
    device = await app.bus.open(attached)
    assert isinstance(device, IppCardPrinter), "the bus opens a card printer's address with its driver"
    return device
