"""A laptop and its office, with the stick between them."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from store import exceptions, recordings
from store.bundles import carrying, joining, making
from store.bundles.carrying import Carried
from store.bundles.exchange import ExchangePublic, LaptopPublic
from store.bundles.joining import Joined
from store.bundles.refusal import BundleError
from store.bundles.stick import Stick
from store.folder import Folder
from store.models.recording import Recording
from store.office.answering import answer
from store.office.ingest import Ingested, ingest, receipt
from store.office.office import Office
from store.progress import PupilState
from store.sections import PARTS, ExceptionReason, Part, PartScore, RecordingStage, Section
from store.store import Store
from store.transaction import OfficerRole, Transaction
from tests.postgres import fresh_database
from tests.store.visit_day import VirtualClock, a_pupil, a_visit

KEY = b"\x07" * 32
REGENCY = "6311"


@dataclass
class Ground:
    """Where everything lies; an office is opened for as long as it is asked something."""

    place: Path
    server: str = ""  # the URL of a PostgreSQL, for an office that has its database there
    clock: VirtualClock = field(default_factory=VirtualClock)

    @property
    def stick(self) -> Path:
        return self.place / "stick"

    def office(self) -> Path:
        folder = self.place / "office"
        if not folder.exists():
            Office.init(folder, REGENCY, "Disdukcapil Contoh", self.database())
            self.stick.mkdir()
        return folder

    @contextmanager
    def opened(self) -> Iterator[Office]:
        with Office.open(self.office(), self.clock) as office:
            yield office

    def database(self) -> str:
        """Make an empty database on the server, where there is one."""
        return fresh_database(self.server, f"office-{uuid.uuid4().hex[:12]}") if self.server else ""

    def bundles(self) -> list[Path]:
        return sorted((self.stick / "bundles").glob("*.r17"))

    def take_in(self) -> list[Ingested]:
        """Ingest whatever lies on the stick, and leave the receipts and answers there."""
        with self.opened() as office:
            done = [ingest(office, file.read_bytes()) for file in self.bundles()]
            for node in {one.node for one in done}:
                self.answer(office, node)
            return done

    def take_in_what_can_be(self) -> None:
        """Ingest whatever lies on the stick, but for what an earlier bundle is missing of."""
        with self.opened() as office:
            for file in self.bundles():
                with contextlib.suppress(BundleError):
                    ingest(office, file.read_bytes())

    def answer(self, office: Office, node: str) -> None:
        """Leave a receipt and an answer for a laptop on the stick."""
        for kind, content in (("receipt", receipt(office, node)), ("answer", answer(office, node))):
            place = self.stick / f"{kind}s"
            place.mkdir(exist_ok=True)
            (place / f"{node}.{kind}").write_bytes(content)


@dataclass
class Laptop:
    """A laptop of that office, its store on the disk."""

    ground: Ground
    folder: Folder
    store: Store
    joined: Joined

    def export(self) -> Carried:
        return carrying.export(self.folder, self.store, self.joined, Stick(self.ground.stick))

    def record(self, count: int = 1) -> list[uuid.UUID]:
        """Record pupils of a new visit."""
        visit = a_visit(self.store, f"SMA CONTOH {uuid.uuid4().hex[:6]}")
        made = [a_pupil(self.store, visit, f"MURID {number}", PupilState.CARD) for number in range(count)]
        for pupil in made:
            self.store.run_now(lambda tx, pupil=pupil: tx.note("recording.sealed", pupil))
        return made

    def record_hand(self) -> uuid.UUID:
        """Seal a recording with a portrait, a slap and a photograph of the hands, and return it."""
        pupil = a_pupil(self.store, a_visit(self.store, f"SMA CONTOH {uuid.uuid4().hex[:6]}"))

        def seal(tx: Transaction) -> uuid.UUID:
            held = recordings.open_or_resume(tx, pupil).id
            face = (PartScore(Part.FACE, 68.0),)
            recordings.add_attempt(tx, held, Section.PORTRAIT, face, b"face", b"jpeg", "", "ab" * 32)
            slap = tuple(PartScore(part, 61.0) for part in PARTS[Section.LEFT_SLAP])
            recordings.add_attempt(tx, held, Section.LEFT_SLAP, slap, b"fingers", None, "Jari 442", "cd" * 32)
            exceptions.except_part(tx, held, Part.RIGHT_RING, ExceptionReason.MISSING, "sejak lahir")
            exceptions.add_hands_photo(tx, held, b"hands", "C920", "ef" * 32)
            Recording.update(stage=RecordingStage.SEALED, sealed_at=tx.now()).where(Recording.id == held).execute()
            return held

        return self.store.run_now(seal)

    def standing(self) -> making.Standing:
        return self.store.run_now(making.standing)

    def waiting(self) -> list[str]:
        return sorted(path.name[33:39] for path in making.outgoing(self.folder).glob("*.r17"))


@contextmanager
def a_laptop(ground: Ground, name: str = "Laptop 1") -> Iterator[Laptop]:
    folder = Folder(ground.place / name.replace(" ", "-"))
    folder.make()
    public = ExchangePublic.decode((ground.office() / "exchange.pub").read_bytes())
    fresh = not folder.database.exists()
    store = Store.open(folder.database, KEY, ground.clock, create=fresh)
    store.sign_in(uuid.UUID(int=7), frozenset(OfficerRole))
    try:
        joined = store.run_now(joining.joined) or store.run_now(joining.join, public, name)
        with ground.opened() as office:
            office.add_laptop(LaptopPublic.decode(joined.laptop.encode(joined.seed)))
        yield Laptop(ground, folder, store, joined)
    finally:
        store.close()
