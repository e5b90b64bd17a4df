"""The training ground: a laptop set up by itself, with officers whose passphrases everybody may know."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from store import officers, signing_key, stock
from store.clock import Clock
from store.folder import Folder
from store.keyring import Keyring, Unlocked
from store.sealing import OfficeKeys
from store.slots import Costs
from store.stock import StockKind
from store.store import Store
from store.transaction import OfficerRole
from tui.figures import ZONES
from tui.training import paper_key, school

PASSPHRASE = "latihan tujuh belas"
"""Every training officer's; the login screen shows it."""

FIRST_BLANK = "L0000001"
BLANKS, PANELS = 500, 500

_ALL = frozenset(OfficerRole)
OFFICERS = (
    ("Rahmawati", "199108302015032902", _ALL),
    ("Fahrurrazi", "198801172012121903", frozenset({OfficerRole.RECORDING, OfficerRole.PRINTING})),
    ("Hj. Mariani", "197902142006042901", frozenset({OfficerRole.COORDINATOR})),
)
"""Name, NIP and roles; the first may do everything, the second is a witness, the third approves."""

_QUICK = Costs(memory_kib=8_192, passes=1, lanes=1)
"""These passphrases protect nothing, so that nobody waits for them."""


@dataclass(frozen=True)
class Ground:
    """Where things are on the training ground; the visit is planned for `day`."""

    folder: Folder
    inbox: Path
    kit: Path
    day: date
    pupils: tuple[school.SamplePupil, ...]

    @property
    def roster(self) -> Path:
        """The list the school sent."""
        return self.inbox / "daftar_pd-SMA-Latihan-1.xlsx"

    @property
    def siak(self) -> Path:
        """The export the office brought along."""
        return self.inbox / "siak_wktp_paringin.xlsx"

    @property
    def answer(self) -> Path:
        """The export of weeks later, when the centre has answered; there once `centre_answers` was called."""
        return self.inbox / "siak_sesudah_pusat.xlsx"

    def centre_answers(self, clock: Clock) -> None:
        """Write the export of weeks later: most recordings are print ready, one in seven is still under way."""
        known = [replace(one, siak={}, status=_later(one)) for one in self.pupils]
        school.write_siak_export(self.answer, known)
        _date(self.answer, clock)


def prepare(folder: Path, clock: Clock, *, pupils: int = 40, seed: int = 1) -> Ground:
    """Make the training ground in that folder, or find the one that is there.

    The day of the visit is the day on which the ground was made; the folder remembers it.
    """
    day = _day_of(folder, clock)
    made = school.make_pupils(pupils, day, seed)
    ground = Ground(Folder(folder / "data"), folder / "inbox", folder / "kit", day, made)
    ground.inbox.mkdir(parents=True, exist_ok=True)
    if not ground.roster.exists():
        school.write_roster(ground.roster, made, day - timedelta(days=4))
        _date(ground.roster, clock)
    if not ground.siak.exists():
        school.write_siak_export(ground.siak, made)
        _date(ground.siak, clock)
    if not (folder / "ready").exists():
        shutil.rmtree(ground.folder.path, ignore_errors=True)  # a set-up that was cut
        _set_up(ground.folder, clock)
        (folder / "ready").touch()
    return ground


def _later(pupil: school.SamplePupil) -> str:
    if pupil.status != school.NEVER_RECORDED:
        return pupil.status
    return "SENT_FOR_ENROLLMENT" if pupil.number % 7 == 0 else "PRINT_READY_RECORD"


def _date(file: Path, clock: Clock) -> None:
    """Give a file the day of the clock: an export is as old as its file."""
    moment = clock.now().timestamp()
    os.utime(file, (moment, moment))


def _day_of(folder: Path, clock: Clock) -> date:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    kept = folder / "day"
    if not kept.exists():
        kept.write_text(clock.now().astimezone(ZONES["WITA"]).date().isoformat(), encoding="ascii")
    return date.fromisoformat(kept.read_text(encoding="ascii"))


def _set_up(folder: Folder, clock: Clock) -> None:
    """Make keys, officers, an opening stock and a key for papers."""
    keys = OfficeKeys.generate()
    (name, nip, roles), *others = OFFICERS
    keyring, first = Keyring.create(
        folder,
        keys.public,
        name=name,
        nip=nip,
        roles=roles,
        passphrase=PASSPHRASE,
        printing_key=keys.printing,
        costs=_QUICK,
    )
    for other_name, other_nip, other_roles in others:
        keyring.add_officer(first, name=other_name, nip=other_nip, roles=other_roles, passphrase=PASSPHRASE)
    _fill(folder, keyring, first, clock)


def _fill(folder: Folder, keyring: Keyring, first: Unlocked, clock: Clock) -> None:
    store = Store.open(folder.database, first.database_key, clock, create=True)
    try:
        store.sign_in(first.officer.id, first.officer.roles)
        store.run_now(officers.match, keyring.officers())
        store.run_now(stock.receive, StockKind.BLANK, BLANKS, FIRST_BLANK)
        store.run_now(stock.receive, StockKind.RIBBON, PANELS)
        store.run_now(stock.receive, StockKind.FILM, PANELS)
        store.run_now(signing_key.take, paper_key.generate(clock.now()))
    finally:
        store.close()
