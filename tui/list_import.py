"""A file on its way into the store: which one, how its columns are read, what the officer changed; sheets S05 and S06.

Everything decided is kept as a draft, so that after a cut the same file is chosen again with the same columns, edits
and rows left out. The file itself is only ever read.
"""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from store.roster.types import ListKind, Reading, UnreadableFile
from tui.places import FoundFile

if TYPE_CHECKING:
    from store.lists import Preview, Taken
    from store.siak_exports import ExportFile, ExportPreview, ExportTaken
    from store.store import Store
    from tui.app import RekamApp

REQUIRED = ("name", "nik", "birth_date", "birth_place", "sex", "class_name")
BLOCKING = ("name", "birth_date")
"""Without these no row becomes a person; what else is required is completed in step 3."""


@dataclass(frozen=True, repr=False)
class Decided:
    """What the officer decided about the file: sheet, columns (field to header), cells edited, rows left out."""

    sheet: str | None = None
    columns: Mapping[str, str] | None = None
    edits: Mapping[int, Mapping[str, str]] = field(default_factory=dict[int, Mapping[str, str]])
    left_out: frozenset[int] = frozenset()
    day: date | None = None


class ListImport:
    """One import under way: of a school's list into a visit, or, without a visit, of a SIAK export.

    `reading` is what the file says under what was decided, `found` its columns as the reader found them.
    """

    def __init__(self, visit: uuid.UUID | None) -> None:
        self.kind = ListKind.SIAK if visit is None else ListKind.SCHOOL
        self.visit = visit
        self.path: Path | None = None
        self.decided = Decided()
        self.reading: Reading | None = None
        self.found: Mapping[str, str] = {}
        self.sheets: tuple[str, ...] = ()
        """The sheets with people on them; a file read for one sheet names no other."""
        self._undo: list[Decided] = []

    @property
    def mapping(self) -> Mapping[str, str]:
        """Field to header, as the file is read now."""
        return self.reading.mapping if self.reading is not None else {}

    @property
    def missing(self) -> tuple[str, ...]:
        """The blocking fields that no column has become."""
        return tuple(name for name in BLOCKING if name not in self.mapping)

    @property
    def looks_wrong(self) -> bool:
        """Whether the file seems to be the other kind of list: a school's where SIAK's word is wanted, or that."""
        return self.reading is not None and self.reading.looks_like not in (None, self.kind)

    async def choose(self, app: RekamApp, file: FoundFile) -> None:
        """Read a file with the columns this school's last list had; raises UnreadableFile, then nothing is chosen."""
        self.forget()
        reading = await self._read(app, file.path, Decided())
        self.path, self.found, self._undo = file.path, reading.mapping, []
        self.sheets = _sheets_of(reading)
        self.decided = Decided(day=file.modified.astimezone(app.local_now().tzinfo).date())
        self.reading = reading
        columns = _remembered(await self._known(app), reading)
        if columns != reading.mapping:
            await self.decide(app, replace(self.decided, columns=columns))
        await self._keep(app)

    async def decide(self, app: RekamApp, decided: Decided) -> None:
        """Read the file anew under another decision; raises UnreadableFile, and then the old one holds."""
        if self.path is None:
            return
        again = (decided.sheet, decided.columns, decided.edits)
        if again != (self.decided.sheet, self.decided.columns, self.decided.edits):
            self.reading = await self._read(app, self.path, decided)
        if (decided.sheet, decided.columns) == (self.decided.sheet, self.decided.columns):
            self._undo.append(self.decided)
        else:
            self._undo = []  # Z takes back what was done to rows, not what the columns are
        self.decided = decided
        await self._keep(app)

    async def choose_sheet(self, app: RekamApp, sheet: str) -> None:
        """Read another sheet of the same file, its columns as they are found there."""
        if self.path is not None:
            decided = Decided(sheet=sheet, day=self.decided.day)
            self.reading = await self._read(app, self.path, decided)
            self.decided, self.found, self._undo = decided, self.reading.mapping, []
            await self._keep(app)

    async def undo(self, app: RekamApp) -> bool:
        """Take the last decision back; False when there is none."""
        if not self._undo:
            return False
        before = self._undo[-1]
        await self.decide(app, before)
        del self._undo[-2:]
        return True

    async def restore(self, app: RekamApp, files: Mapping[Path, FoundFile]) -> None:
        """Take up what was decided before a cut, where the file is still there and still readable."""
        from store import drafts

        text = await _open(app).run(drafts.load, self._draft)
        if text is None or self.path is not None:
            return
        kept: dict[str, Any] = json.loads(text)
        path = Path(kept["path"])
        if path not in files:
            return
        decided = Decided(
            kept["sheet"],
            kept["columns"],
            {int(row): cells for row, cells in kept["edits"].items()},
            frozenset(kept["left_out"]),
            date.fromisoformat(kept["day"]) if kept["day"] else None,
        )
        try:
            whole = await self._read(app, path, Decided())
            found = whole if decided.sheet is None else await self._read(app, path, Decided(sheet=decided.sheet))
            reading = await self._read(app, path, decided)
        except UnreadableFile:
            return
        if self.path is None:  # else the officer has chosen one meanwhile
            self.path, self.reading, self.decided = path, reading, decided
            self.found, self.sheets = found.mapping, _sheets_of(whole)

    def forget(self) -> None:
        """Have no file chosen; a draft of it stays until a list is taken or another file is chosen."""
        self.path, self.reading, self.decided, self.sheets, self._undo = None, None, Decided(), (), []

    async def preview(self, app: RekamApp) -> Preview | ExportPreview:
        """Ask the store what taking the list would do."""
        from store import lists, siak_exports

        store, reading = _open(app), self._read_already
        if self.visit is None:
            return await store.run(siak_exports.preview, reading.people, self._export())
        return await store.run(lists.preview, self.visit, reading.people, reading.file_sha256)

    async def take(self, app: RekamApp) -> Taken | ExportTaken:
        """Take the rows in one transaction; the draft is done with."""
        from store import drafts, lists, siak_exports

        store, reading = _open(app), self._read_already
        if self.visit is None:
            rows = [person for person in reading.people if person.row not in self.decided.left_out]
            taken: Taken | ExportTaken = await store.run(siak_exports.take, rows, self._export())
        else:
            file = lists.ListFile(
                self._file.name, reading.file_sha256, reading.sheet or "", len(reading.refused), dict(self.mapping)
            )
            taken = await store.run(lists.take, self.visit, reading.people, file, self.decided.left_out)
        await store.run(drafts.drop, self._draft)
        self.forget()
        return taken

    @property
    def _read_already(self) -> Reading:
        assert self.reading is not None, "a file is read before its rows are looked at"
        return self.reading

    @property
    def _file(self) -> Path:
        assert self.path is not None, "a file is chosen before its rows are looked at"
        return self.path

    def _export(self) -> ExportFile:
        from store.siak_exports import ExportFile

        assert self.decided.day is not None, "a chosen file has its own day at least"
        reading = self._read_already
        return ExportFile(self._file.name, reading.file_sha256, self.decided.day, len(reading.refused))

    async def _read(self, app: RekamApp, path: Path, decided: Decided) -> Reading:
        from store.roster import read_school_list, read_siak_export

        today = app.local_now().date()
        if self.kind is ListKind.SIAK:
            return await asyncio.to_thread(
                read_siak_export, path, sheet=decided.sheet, columns=decided.columns, today=today
            )
        return await asyncio.to_thread(
            read_school_list, path, sheet=decided.sheet, columns=decided.columns, today=today, edits=decided.edits
        )

    async def _known(self, app: RekamApp) -> Mapping[str, str]:
        from store import lists

        return {} if self.visit is None else await _open(app).run(lists.mapping_of, self.visit)

    @property
    def _draft(self) -> str:
        return f"import.{self.kind.value}.{self.visit.hex if self.visit else ''}"

    async def _keep(self, app: RekamApp) -> None:
        from store import drafts

        decided = self.decided
        kept = {
            "path": str(self.path),
            "sheet": decided.sheet,
            "columns": None if decided.columns is None else dict(decided.columns),
            "edits": {row: dict(cells) for row, cells in decided.edits.items()},
            "left_out": sorted(decided.left_out),
            "day": decided.day.isoformat() if decided.day else None,
        }
        await _open(app).run(drafts.save, self._draft, json.dumps(kept, ensure_ascii=False))


def _sheets_of(reading: Reading) -> tuple[str, ...]:
    return tuple(sheet.name for sheet in reading.sheets if sheet.people)


def _open(app: RekamApp) -> Store:
    assert app.store is not None, "lists are taken behind the login"
    return app.store


def _remembered(known: Mapping[str, str], reading: Reading) -> Mapping[str, str]:
    """Return the pairs of the school's last list where this file has all its columns, else what fits of them."""
    headers = {column.header for column in reading.columns}
    if not known:
        return reading.mapping
    if headers.issuperset(known.values()):
        return dict(known)
    return {**reading.mapping, **{name: header for name, header in known.items() if header in headers}}
