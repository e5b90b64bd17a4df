"""The list of the peers: the queue's pages and search of the same store, and the lines of our screen as plain text."""

from __future__ import annotations

import sys
from pathlib import Path

from bench.laptop import OFFICER, PASSPHRASE, SCHOOL
from store import queue, search, visits
from store.clock import SystemClock
from store.folder import Folder
from store.keyring import Keyring
from store.queue import QueueRow
from store.store import ALL_ROLES, Store

HEIGHT = 16
"""Rows of the list at 80x24, as on our screen."""
WIDTH = 80
TOP = f" Rekam17  {SCHOOL:<35}{OFFICER}·rekam  10.00  L3 0/5 mnt ".ljust(WIDTH)
RAIL = " √1 Jadwal √2 Alat[►3 Cek 1.000]·4 SIAK ·5 Ubah ·6 Rekam ·7 Cetak ·8 Serah"
HEADLINE = "── 3 Cek · antrean murid " + "─" * 41 + " sisa 1.000 ──"
CLASSES = "   Kelas ( >semua< | XII 00 | XII 01 | XII 02 | XII 03 | XII 04 | XII 05 | XII.."
HEAD = "     No Nama                     Kelas      Lahir       NIK     Dok Keadaan"
KEYS = (("F1", "Bantuan"), ("Enter", "Buka"), ("D", "Dokumen"), ("H", "Hadir"), ("/", "Cari"), ("F10", "Keluar"))
DIALOG = (
    "┌─ Keluar dari Rekam17? ───────────────────────────────────┐",
    "│ Semua tersimpan; data dikunci.                           │",
    "│                                                          │",
    "│ Y  Ya, keluar dan kunci data                Esc  Tidak   │",
    "└──────────────────────────────────────────────────────────┘",
)
DIALOG_AT = (6, 10)
"""Row and column of the dialog's first cell."""


class Roster:
    """Rows read page by page as the cursor goes on, or found by a search."""

    def __init__(self) -> None:
        folder = Folder(Path(sys.argv[1]))
        keyring, clock = Keyring(folder), SystemClock()
        officer = keyring.unlock(keyring.officers()[0].id, PASSPHRASE, clock.now())
        self._store = Store.open(folder.database, officer.database_key, clock)
        self._store.sign_in(officer.officer.id, ALL_ROLES)
        self._visit = self._store.run_now(visits.home).visits[0].visit
        self.rows: list[QueueRow] = []
        self.at = self.top = 0
        self._whole = False
        self.searched: str | None = None
        self._more()

    def _more(self) -> None:
        start = self.rows[-1].key if self.rows else None
        page = self._store.run_now(lambda tx: queue.page(tx, self._visit, start=start))
        self.rows += page.rows
        self._whole = not page.more_after

    def go(self, by: int) -> None:
        """Move the cursor, and the view with it as far as it has to go."""
        while not self._whole and self.at + by + HEIGHT >= len(self.rows):
            self._more()
        self.at = max(min(self.at + by, len(self.rows) - 1), 0)
        self.top = max(min(self.top, self.at), self.at - HEIGHT + 1)

    def search(self, text: str | None) -> None:
        """Show who fits what was typed, or everybody again."""
        self.searched, self.rows, self.at, self.top = text, [], 0, 0
        if text:
            found = self._store.run_now(lambda tx: search.search(tx, text, self._visit)).found
            self.rows, self._whole = [one.row for one in found], True
        else:
            self._more()

    def line(self, index: int) -> str:
        """Return a row as it stands on our screen, from the column of its cursor on."""
        row = self.rows[index]
        mark, turn = "►" if index == self.at else " ", " giliran" if index == 0 and not self.searched else ""
        number = f"{row.number:02d}"
        who = f"{mark}{number:>3} {row.name[:24]:<24} {row.class_name:<10}"
        text = f"{who} {row.birth_date:%d-%m-%Y}  ··{row.nik_tail}  ··  ·3{turn}"
        return text.ljust(WIDTH - 3)

    @property
    def status(self) -> str:
        """The line below the list."""
        place = f"{self.top + 1}-{min(self.top + HEIGHT, len(self.rows))} dari 1.000 · √ 0 direkam · ◊ 0 absen"
        if self.searched is None:
            return f" {place} · 4,0 mnt/murid".ljust(WIDTH - 1)
        return f" Cari ►[{self.searched:<24}]  {place}"[: WIDTH - 1].ljust(WIDTH - 1)
