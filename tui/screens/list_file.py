"""S05: which file, and what its columns become; for a school's list in step 1, and for a SIAK export from elsewhere."""

from __future__ import annotations

import asyncio
import os
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from store.roster.types import Unreadable, UnreadableFile
from tui import figures, kept_form, keys, places, planning
from tui.frame import FrameScreen
from tui.i18n import N_, _
from tui.ink import Ink
from tui.keys import Hint
from tui.line import Line, stack
from tui.list_import import REQUIRED, ListImport
from tui.list_words import (
    FIELD_WORDS,
    SIAK_ONLY,
    field_word,
    why_unreadable,
    wrong_kind,
    wrong_kind_question,
)
from tui.messages import Problem, problem
from tui.places import FoundFile
from tui.screens.list_file_lines import ColumnRow, column_rows, draw_column, draw_file, sheet_line
from tui.widgets.fields import DATE, Field
from tui.widgets.form_dialog import Entry
from tui.widgets.many_dialog import ManyDialog
from tui.widgets.paged_list import PagedList, held

if TYPE_CHECKING:
    from store.lists import TakenList
    from store.transaction import Transaction

_FILES, _COLUMNS = 0, 1
_MOST_FILES_SHOWN = 5


@dataclass(frozen=True)
class _Numbered:
    place: int
    file: FoundFile


class ListFileScreen(FrameScreen):
    """Choose a file and check its columns; nothing is written before the next sheet."""

    step = 1
    subject = N_("the school's list")

    def __init__(self, visit: uuid.UUID | None) -> None:
        super().__init__()
        self._visit = visit
        self.chosen = ListImport(visit)
        """The import under way: which file, read how."""
        self._files: tuple[_Numbered, ...] = ()
        self._looked = False
        self._unfolded = False
        self._taken: TakenList | None = None
        self._columns: tuple[ColumnRow, ...] = ()
        self._unreadable: Problem | None = None
        self.files = PagedList[_Numbered, int](
            held(lambda: self._files, lambda row: row.place), lambda row: row.place, self._draw_file
        )
        self.columns = PagedList[ColumnRow, int](
            held(lambda: self._columns, lambda row: row.place), lambda row: row.place, draw_column
        )
        self.parts = (self.files, self.columns)

    async def load(self) -> None:
        """Look for files, and take up what a cut interrupted."""
        await self._look()
        if self._visit is not None:
            await planning.begin(self.rekam, self._visit)
            self._taken = await self.store.run(_newest, self._visit)
        if self.chosen.reading is None:
            await self.chosen.restore(self.rekam, {row.file.path: row.file for row in self._files})
        if self.chosen.reading is None:
            self.focus_part(_FILES)
        self._show_columns()

    async def _look(self) -> None:
        wanted = places.sources(self.rekam.settings, self.rekam.folder, os.environ)
        found = await asyncio.to_thread(places.look, wanted)
        self._files = tuple(_Numbered(place, file) for place, file in enumerate(found))
        self._looked = True
        self.files.total = len(self._files)
        self.files.reload()

    def _show_columns(self) -> None:
        reading = self.chosen.reading
        self._columns = column_rows(reading, self.chosen.found, unfolded=self._unfolded) if reading else ()
        self.columns.total = len(self._columns)
        self.columns.reload()

    # --- what it says -------------------------------------------------------------------------------------------

    def headline(self) -> tuple[str, str]:
        """Name the sheet."""
        if self._visit is None:
            return _("SIAK · take an export: file and columns"), _("{at} of {of}").format(at=1, of=2)
        step = _("Plan")
        return f"1 {step} · " + _("take the pupils' list: file and columns"), _("{at} of {of}").format(at=1, of=3)

    def work(self, width: int, height: int) -> Sequence[Line]:
        """Draw the files above, the columns of the chosen one below."""
        head = Line().put(5, _("File")).put(47, _("Size")).put(56, _("Changed"))
        head.put(68, _("Place"))
        if not self._files:
            said = _("No file. Plug in a USB stick, U.") if self._looked else _("Looking for files")
            return [head, Line(), Line().put(5, said)]
        reading = self.chosen.reading
        if reading is None:
            return [head, *self.files.lines(height - 2)]
        rows = min(len(self._files), _MOST_FILES_SHOWN)
        made = [head, *stack(self.files.lines(rows), rows), Line().put(2, "─" * 78, Ink.RULE)]
        made.append(sheet_line(reading, len(self.chosen.sheets)))
        made.append(Line().put(5, _("Column in the file")).put(30, _("becomes")).put(49, _("example from row 1")))
        return [*made, *self.columns.lines(height - len(made) - 1)]

    def status(self) -> str:
        """Say how many of the required columns are there."""
        reading = self.chosen.reading
        if reading is None:
            if self._taken is not None:
                return _("A list was taken {date}: {file} · L: the pupils").format(
                    date=figures.short_moment(self._taken.at.astimezone(self.rekam.local_now().tzinfo)),
                    file=self._taken.file_name,
                )
            return ""
        if self._visit is None:
            day = self.chosen.decided.day
            return _("{people} people · data of {day} (E changes it)").format(
                people=figures.number(reading.rows), day=figures.long_date(day) if day else "?"
            )
        here = sum(name in self.chosen.mapping for name in REQUIRED)
        return _("Required columns {here} of {all} · the pairs are remembered for this school").format(
            here=here, all=len(REQUIRED)
        )

    def problems(self) -> Sequence[Problem]:
        """Tell why the file could not be read, or which column is missing."""
        if self._unreadable is not None:
            return [self._unreadable]
        if self.chosen.missing and self.chosen.reading is not None:
            missing = ", ".join(field_word(name) for name in self.chosen.missing)
            return [Problem("×", _("Required column not chosen: {columns}. Tab, Enter.").format(columns=missing))]
        if self.chosen.looks_wrong:
            return [Problem("!", wrong_kind(self.chosen.kind))]
        return []

    def words(self) -> Sequence[str]:
        """Explain the columns and what stops the sheet."""
        return (
            _("√ in use, ! known but not used, – not used. Enter on a column chooses what it becomes."),
            _("Without a column for name or birth date L is refused; others that are missing are completed in step 3."),
            _("The file is read and never changed; what is chosen here is kept, also when the power goes."),
            _("A school's list where SIAK's is wanted, or the other way round, is told and costs a Y."),
        )

    def hints(self) -> Sequence[Hint]:
        """Return the keys: the main thing is what the cursor stands at."""
        made = [
            Hint(keys.FIELD, _("Part"), lambda: None),
            Hint(keys.ENTER, _("Choose"), self.enter),
            Hint(keys.GO_ON, _("Go on: check"), self.go_on),
            Hint(keys.BACK, _("Back"), self.rekam.back),
            Hint(keys.AGAIN, _("Look again"), self.look_again, rank=2),
        ]
        if len(self.chosen.sheets) > 1:
            made.append(Hint(keys.RIGHT, _("Sheet"), lambda: self.turn_sheet(1), rank=2, cap="←→"))
            made.append(Hint(keys.LEFT, _("Sheet"), lambda: self.turn_sheet(-1), rank=0))
        if self._visit is None:
            made.append(Hint(keys.EDIT, _("Day of the data"), self.edit_day, rank=2))
        return made

    # --- what it does -------------------------------------------------------------------------------------------

    async def enter(self) -> None:
        """Choose the file, or what the column becomes."""
        if self.columns.focused:
            await self._choose_target()
        elif self.files.row is not None:
            await self._choose_file(self.files.row.file)

    async def _choose_file(self, file: FoundFile) -> None:
        self.news = _("reading {file}").format(file=file.path.name)
        self.refresh_frame()
        self._unreadable = None
        self._unfolded = False
        try:
            await self.chosen.choose(self.rekam, file)
        except UnreadableFile as error:
            self._tell(error)
        else:
            self.focus_part(_COLUMNS)
        self.news = ""
        self._show_columns()
        self.columns.reload(keep=False)
        await self.columns.read()
        self._go_to_open_column()

    def _go_to_open_column(self) -> None:
        at = next((row.place for row in self._columns if row.symbol == "!"), 0)
        self.columns.move(at)

    async def _choose_target(self) -> None:
        row = self.columns.row
        reading = self.chosen.reading
        if row is None or reading is None:
            return
        if not row.header:
            self._unfolded = not self._unfolded
            self._show_columns()
            return
        targets = [name for name in FIELD_WORDS if self._visit is None or name not in SIAK_ONLY]
        words = [_("not used"), *map(field_word, targets)]
        now = targets.index(row.fields[0]) + 1 if row.fields and row.fields[0] in targets else 0
        picked = await self.ask(ManyDialog(row.header, words, now))
        if picked is None or (picked == now and len(row.fields) < 2):
            return
        columns = {name: header for name, header in self.chosen.mapping.items() if header != row.header}
        if picked:
            columns[targets[picked - 1]] = row.header
        try:
            await self.chosen.decide(self.rekam, replace(self.chosen.decided, columns=columns))
        except UnreadableFile as error:
            if "name" not in columns:
                self.refuse(Problem("×", _("A list without names is none. Choose another column for the name first.")))
            else:
                self._tell(error)
        self._show_columns()

    async def turn_sheet(self, by: int) -> None:
        """Read the next sheet, or the one before."""
        names, reading = self.chosen.sheets, self.chosen.reading
        if reading is None or len(names) < 2:
            return
        at = names.index(reading.sheet) if reading.sheet in names else 0
        try:
            await self.chosen.choose_sheet(self.rekam, names[(at + by) % len(names)])
        except UnreadableFile as error:
            self._tell(error)
        self._show_columns()

    async def edit_day(self) -> None:
        """Ask of which day an export's data are."""
        day = self.chosen.decided.day
        if day is None:
            return
        typed = Field("day", 10, f"{day:%d%m%Y}", pattern=DATE)
        today = self.rekam.local_now().date()

        def check(_values: dict[str, str]) -> str:
            wrong = typed.day is None or typed.day > today
            return _("Not a day that has been.") if wrong else ""

        async def take_over(_values: dict[str, str]) -> None:
            await self.chosen.decide(self.rekam, replace(self.chosen.decided, day=typed.day))

        said, entries = [_("The day SIAK was exported.")], [Entry(_("Date"), typed)]
        await kept_form.ask(self, _("Day of the data"), said, entries, check, take_over, "import.siak.day/")

    async def look_again(self) -> None:
        """Look at the sticks again."""
        await self._look()

    async def go_on(self) -> None:
        """Go on to the rows; with nothing chosen and a list taken already, to the pupils."""
        from tui.screens.list_rows import ListRowsScreen

        if self.chosen.reading is None:
            if self._taken is not None and self._visit is not None:
                from tui.screens.sixteen import SixteenScreen

                await self.rekam.over(SixteenScreen(self._visit))
            else:
                self.refuse(Problem("×", _("No file is chosen. ↑↓ and Enter.")))
        elif self.chosen.missing:
            self.rekam.ring()  # the problem line says it already
        elif not self.chosen.looks_wrong or await self.ask_yes(*wrong_kind_question(self.chosen.kind)):
            await self.rekam.over(ListRowsScreen(self.chosen, self.step))

    def _tell(self, error: UnreadableFile) -> None:
        if error.reason is Unreadable.NOT_A_LIST:
            self._unreadable = problem(4)
        else:
            said = _("Cannot read file: {why}. Nothing was taken. Esc")
            self._unreadable = Problem("×", said.format(why=why_unreadable(error.reason)))
        self.rekam.ring()

    def _draw_file(self, row: _Numbered) -> Line:
        return draw_file(row.file, self.rekam.local_now().tzinfo)


class SiakImportScreen(ListFileScreen):
    """The same sheet for a SIAK export; reached from the equipment, the queue and the print list."""

    subject = N_("a SIAK export")

    def __init__(self, step: int | None = None) -> None:
        super().__init__(None)
        self.step = step


def siak_import(step: int | None = None) -> FrameScreen:
    """Make the sheet that takes a SIAK export in, to be laid over the screen that needs it; `step` is that screen's."""
    return SiakImportScreen(step)


def _newest(tx: Transaction, visit: uuid.UUID) -> TakenList | None:
    from store import lists

    return lists.newest(tx, visit)
