"""A printing desk for the tests of steps 7 and 8: real store, keys, keyring, and the emulated kit on its wires."""

from __future__ import annotations

import asyncio
import io
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from book import VirtualClock, screen_text
from PIL import Image, ImageDraw
from textual.pilot import Pilot

from hw.emulators.bus import EmulatedBus
from hw.emulators.control import KitControl
from hw.emulators.kit import running
from hw.types import Bus
from store import card_queue, cards, officers, stock
from store.folder import Folder
from store.keyring import Keyring, OfficerEntry, Unlocked
from store.models.people import Person, Pupil, School, Visit
from store.models.recording import Attempt, AttemptScore, Recording
from store.progress import PupilState, Sex, VisitState, queue_key
from store.sealing import OfficeKeys, Seals
from store.sections import Part, RecordingStage, Section
from store.slots import Costs
from store.stock import StockKind
from store.store import Store
from store.transaction import OfficerRole, Transaction
from tui.app import RekamApp
from tui.duty import OfficerOnDuty, OpenVisit
from tui.frame import FrameScreen
from tui.settings import Settings

MONDAY = datetime(2026, 11, 23, 3, 6, tzinfo=UTC)  # 11.06 in Balangan
PASSPHRASE = "sawah hijau di pagi hari"
QUICK = Costs(memory_kib=64, passes=1, lanes=1)
KEYS = OfficeKeys(bytes([1] * 32), bytes([2] * 32), bytes([3] * 32))
"""The same in every process: a test kills one and goes on in the next."""


class KitClock:
    """The kit's time: a machine that waits in the middle of a card until the test lets it go on."""

    def __init__(self) -> None:
        self.free = asyncio.Event()
        self.free.set()
        self._seconds = 0.0

    def now(self) -> datetime:
        return MONDAY

    def monotonic(self) -> float:
        return self._seconds

    async def sleep(self, seconds: float) -> None:
        await self.free.wait()
        self._seconds += seconds
        await asyncio.sleep(0)


class DeskClock(VirtualClock):
    """The desk's time: nobody waits, and whoever sleeps lets the others work."""

    async def sleep(self, seconds: float) -> None:
        self.advance(seconds)
        await asyncio.sleep(0.005)


def picture(kind: str, size: tuple[int, int]) -> bytes:
    image = Image.new("RGB" if kind == "JPEG" else "RGBA", size, "#b03030" if kind == "JPEG" else (0, 0, 0, 0))
    ImageDraw.Draw(image).ellipse((size[0] * 0.25, size[1] * 0.2, size[0] * 0.75, size[1] * 0.8), fill="#e0c0a0")
    out = io.BytesIO()
    image.save(out, kind)
    return out.getvalue()


PORTRAIT = picture("JPEG", (240, 320))
SIGNATURE = picture("PNG", (300, 150))


@dataclass
class Desk:
    """What a test holds of the desk."""

    store: Store
    clock: DeskClock
    kit: KitControl
    machine: KitClock
    folder: Path
    officers: dict[str, OfficerEntry]
    printing_key: bytes | None
    pilot: Pilot[object] | None = None

    @property
    def app(self) -> RekamApp:
        assert self.pilot is not None
        return self.pilot.app

    @property
    def tray(self) -> list[Path]:
        return sorted((self.folder / "kit" / "printer" / "tray").iterdir())

    async def press(self, *names: str) -> list[str]:
        """Press keys one second apart, as a person does."""
        for name in names:
            self.clock.advance(1)
            await self.pilot.press(name)
        return await screen_text(self.pilot)

    async def until(self, holds: Callable[[list[str]], object]) -> list[str]:
        """Wait until the screen shows it; pytest's own limit ends a wait in vain."""
        while True:
            shown = await screen_text(self.pilot)
            if shown and holds(shown):
                return shown
            await asyncio.sleep(0.01)


def visit_of(store: Store, school: str, ordinal: int = 1) -> tuple[uuid.UUID, uuid.UUID]:
    """Make a school and its visit; return both."""

    def make(tx: Transaction) -> tuple[uuid.UUID, uuid.UUID]:
        held = School.create(name=school, address="Jl. Contoh No. 1", district="Paringin")
        visit = Visit.create(
            school=held.id, ordinal=ordinal, state=VisitState.FIXED, day=date(2026, 11, 23), created_at=tx.now()
        )
        return held.id, visit.id

    return store.run_now(make)


def pupil_at_7(
    store: Store,
    visit: uuid.UUID,
    name: str,
    born: date,
    status: str = "PRINT_READY_RECORD",
    status_day: date = date(2026, 11, 20),
    *,
    recorded_here: bool = True,
    class_name: str = "XII IPA 1",
    sex: Sex = Sex.FEMALE,
    **person: object,
) -> uuid.UUID:
    """Put a pupil at step 7, her portrait and signature sealed as step 6 leaves them."""
    seals = Seals(KEYS.public)

    def make(tx: Transaction) -> uuid.UUID:
        number = Pupil.select().where(Pupil.visit == visit).count() + 1
        serial = Person.select().count() + 9001
        held = Person.create(
            nik=f"631106{born.day + 40 * (sex is Sex.FEMALE):02d}{born:%m%y}{serial}",
            name=name,
            sex=sex,
            birth_place="PARINGIN",
            birth_date=born,
            status_code=status,
            status_day=status_day,
            **person,
        )
        state = PupilState.CARD
        pupil = Pupil.create(
            visit=visit,
            person=held.id,
            number=number,
            class_name=class_name,
            state=state,
            queue_key=queue_key(state, None, class_name, number),
        )
        if recorded_here:
            recording = Recording.create(person=held.id, pupil=pupil.id, opened_at=tx.now(), confirmed_at=tx.now())
            boxes = ((Section.PORTRAIT, Part.FACE, PORTRAIT), (Section.SIGNATURE, Part.SIGNATURE, SIGNATURE))
            for section, part, plain in boxes:
                attempt = Attempt.create(
                    recording=recording.id,
                    section=section,
                    number=1,
                    round=1,
                    at=tx.now(),
                    sha256="0" * 64,
                    sealed=seals.seal_print(plain),
                )
                AttemptScore.create(attempt=attempt.id, part=part, score=None if part is Part.SIGNATURE else 90)
            Recording.update(stage=RecordingStage.SEALED, sealed_at=tx.now()).where(
                Recording.id == recording.id
            ).execute()
        return pupil.id

    return store.run_now(make)


def set_up(folder: Path, clock: DeskClock) -> tuple[Store, dict[str, OfficerEntry], Unlocked]:
    """Make the keyring with two officers, and an open store with stock and Fahrurrazi signed in."""
    ring, first = Keyring.create(
        Folder(folder),
        KEYS.public,
        name="Fahrurrazi",
        nip="198801172012121903",
        roles=frozenset({OfficerRole.PRINTING, OfficerRole.COORDINATOR}),
        passphrase=PASSPHRASE,
        printing_key=KEYS.printing,
        costs=QUICK,
    )
    ring.add_officer(
        first,
        name="Rahmawati",
        nip="199108302015032902",
        roles=frozenset({OfficerRole.RECORDING}),
        passphrase=PASSPHRASE,
    )
    store = Store.in_memory(clock, officer=first.officer.id, roles=frozenset({OfficerRole.PRINTING}))
    store.run_now(officers.match, ring.officers())
    for kind, quantity in ((StockKind.BLANK, 212), (StockKind.RIBBON, 411), (StockKind.FILM, 97)):
        store.run_now(stock.receive, kind, quantity, "A0117303")
    return store, {entry.name: entry for entry in ring.officers()}, first


@asynccontextmanager
async def desk(
    folder: Path,
    first: Callable[[], FrameScreen],
    prepare: Callable[[Store], OpenVisit | None],
    moment: datetime = MONDAY,
    settings: Settings | None = None,
    bus: Bus | None = None,
) -> AsyncIterator[Desk]:
    """Run the application at the printing desk, with the pupils that `prepare` puts into the store.

    Its printer is the emulated kit's, or whatever another bus announces.
    """
    clock = DeskClock(moment)
    store, entries, unlocked = set_up(folder / "data", clock)
    visit = prepare(store)
    (folder / "kit").mkdir(exist_ok=True)
    machine = KitClock()
    async with running(folder / "kit", machine):
        app = RekamApp(
            store,
            bus or EmulatedBus(folder / "kit", machine),
            settings or Settings(),
            clock,
            folder=Folder(folder / "data"),
            first=first,
        )
        made = Desk(store, clock, KitControl(folder / "kit"), machine, folder, entries, unlocked.printing_key)
        app.officer = OfficerOnDuty(unlocked.officer.id, "Fahrurrazi", frozenset({OfficerRole.PRINTING}))
        app.seals, app.printing_key = Seals(KEYS.public), unlocked.printing_key
        app.visit = visit
        async with app.run_test(size=(80, 24)) as pilot:
            made.pilot = pilot
            while not app.equipment:
                await pilot.pause(0.01)
            clock.advance(1)
            yield made
    store.close()


def as_coordinator(store: Store, change: Callable[..., object], *arguments: object) -> object:
    """Let a coordinator do something in between."""
    officer, roles = store.officer, store.roles
    store.sign_in(officer, frozenset(OfficerRole))
    try:
        return store.run_now(change, *arguments)
    finally:
        store.sign_in(officer, roles)


def print_all(store: Store) -> None:
    """Print every card that is ready, as step 7 would have."""
    while (row := store.run_now(card_queue.next_ready)) is not None:
        token = store.run_now(cards.start_job, row.pupil).token
        store.run_now(cards.confirm_printed, token, store.run_now(stock.next_serial))
