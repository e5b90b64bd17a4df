"""S06: every row that wants a look before the list is taken, mended here or left to the school."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from store.list_fates import Fate
from store.roster.types import ListKind, UnreadableFile
from tui import figures, kept_form, keys, places, planning
from tui.frame import FrameScreen
from tui.i18n import N_, _
from tui.keys import Hint
from tui.line import Line, stack
from tui.list_import import Decided, ListImport
from tui.list_words import column_word, fault_words, why_unreadable
from tui.messages import Problem, problem
from tui.screens.row_entries import RowEntry, RowReview, Show, draw_entry, draw_person
from tui.widgets.fields import Field, filter_row
from tui.widgets.form_dialog import Entry
from tui.widgets.paged_list import PagedList, held

if TYPE_CHECKING:
    from store.lists import Preview
    from store.siak_exports import ExportPreview, ExportTaken

_WORDS = {
    Show.ALL: N_("all"),
    Show.PROBLEMS: N_("problems"),
    Show.NEW: N_("new"),
    Show.CHANGED: N_("changed"),
    Show.SAME: N_("same"),
}


class ListRowsScreen(FrameScreen):
    """The rows of a file that was read; L takes them in one transaction."""

    subject = N_("the rows of the list")

    def __init__(self, importing: ListImport, step: int | None) -> None:
        super().__init__()
        self._import = importing
        self.step = step
        self._shows = tuple(Show) if importing.kind is ListKind.SCHOOL else (Show.ALL, Show.PROBLEMS)
        self._show: Show | None = None
        self._review: RowReview | None = None
        self._preview: Preview | ExportPreview | None = None
        self._entries: tuple[RowEntry, ...] = ()
        self.rows = PagedList[RowEntry, int](
            held(lambda: self._entries, lambda entry: entry.place), lambda entry: entry.place, draw_entry
        )
        self.parts = (self.rows,)

    async def load(self) -> None:
        """Ask the store what each row would do."""
        reading = self._import.reading
        if reading is None:
            return
        if self._import.visit is not None:
            await planning.begin(self.rekam, self._import.visit)
        self._preview = await self._import.preview(self.rekam)
        fates = {row.row: row for row in getattr(self._preview, "rows", ())}
        self._review = await asyncio.to_thread(RowReview, reading, fates, self._import.decided.left_out)
        if self._show is None:
            self._show = Show.PROBLEMS if self._review.with_problems else Show.ALL
        await self._list()

    async def _list(self) -> None:
        if self._review is not None and self._show is not None:
            self._entries = await asyncio.to_thread(self._review.entries, self._show)
            self.rows.total = len(self._entries)
            self.rows.reload()

    # --- what it says -------------------------------------------------------------------------------------------

    def headline(self) -> tuple[str, str]:
        """Name the sheet."""
        if self._import.kind is ListKind.SIAK:
            return _("SIAK · check the rows before they are taken"), _("{at} of {of}").format(at=2, of=2)
        step = _("Plan")
        return f"1 {step} · " + _("check the rows before they are taken"), _("{at} of {of}").format(at=2, of=3)

    def work(self, width: int, height: int) -> Sequence[Line]:
        """Draw the counts, the filter, the list, and whom the cursor's row is about."""
        if self._review is None or self._show is None:
            return [Line().put(5, _("checking the rows"))]
        words = [_(_WORDS[show]) for show in self._shows]
        made = [
            self._counts(),
            Line().put(5, _("Filter") + " " + filter_row(words, self._shows.index(self._show))),
            Line().put(5, _("Row")).put(11, _("Name")).put(36, _("Column")).put(45, _("Value")).put(64, _("Problem")),
        ]
        room = height - len(made) - 4
        rows = self.rows.lines(room) if self._entries else [Line(), Line().put(5, _("Nothing here."))]
        return [*made, *stack(rows, room), Line(), *self._about()]

    def _counts(self) -> Line:
        from store.siak_exports import ExportPreview

        assert self._review is not None, "drawn after the first load"
        counts, seen = self._review.counts, self._preview
        line = Line()
        if isinstance(seen, ExportPreview):
            parts = [
                "√ " + _("{count} new").format(count=figures.number(seen.new)),
                "! " + _("{count} changed").format(count=figures.number(seen.changed)),
                "× " + _("{count} refused").format(count=counts.refused),
                "– " + _("{count} same").format(count=figures.number(seen.same)),
                "· " + _("{count} on our lists").format(count=figures.number(seen.on_lists)),
            ]
        else:
            lacking = _("{count} without NIK").format(count=counts.without_nik)
            parts = [
                "√ " + _("{count} new").format(count=figures.number(counts.new)),
                "! " + _("{count} to look at").format(count=counts.looked) + f" ({lacking})",
                *(["! " + _("{count} changed").format(count=counts.changed)] if counts.changed else []),
                "× " + _("{count} refused").format(count=counts.refused),
                "– " + _("{count} same").format(count=counts.same),
                f"= {figures.number(counts.all)}",
            ]
        column = 3
        for part in parts:
            line.state(column, part)
            column = len(line) + 2
        return line

    def _about(self) -> list[Line]:
        entry, review = self.rows.row, self._review
        if entry is None or review is None:
            return []
        label = _("Row {row}:").format(row=entry.row)
        person = review.person(entry.row)
        if person is None:
            return [Line().put(5, f"{label} {entry.name}", width=75)]
        made = [draw_person(label, person, 5)]
        other = review.person(entry.other) if entry.other is not None else None
        if other is not None:
            see = _("see:").rjust(len(label))
            made.append(draw_person(see, other, 5, " " + _("(row {row})").format(row=other.row)))
        return made

    def status(self) -> str:
        """Say how many rows want a look."""
        if self._review is None:
            return ""
        said = _("{count} rows with problems").format(count=self._review.with_problems)
        if self._review.counts.refused:
            return said + " · " + _("refused ones are written to ..._refused.xlsx with reasons")
        return said

    def problems(self) -> Sequence[Problem]:
        """Tell of a file taken before, and of refused rows."""
        found: list[Problem] = []
        if self._review is None or self._preview is None:
            return found
        if self._nothing_new and self._preview.taken_before is not None:
            local = self._preview.taken_before.astimezone(self.rekam.local_now().tzinfo)
            found.append(problem(7, date=f"{local:%d-%m}"))
        elif self._review.counts.refused:
            rows = figures.number(self._review.to_take)
            found.append(problem(6, refused=self._review.counts.refused, rows=rows))
        return found

    def words(self) -> Sequence[str]:
        """Explain what becomes of rows with problems."""
        return (
            _("! is taken with its note; a value that cannot be used is left empty and completed in step 3."),
            _("× has no name or no possible birth date and stays out, unless E mends it here."),
            _("A pupil who is recorded keeps her data, whatever a newer list says."),
        )

    def hints(self) -> Sequence[Hint]:
        """Return the keys; what cannot be edited has no E."""
        count = figures.number(self._review.to_take) if self._review else ""
        made = [
            Hint(keys.FILTER, _("Filter"), lambda: self.turn_filter(1)),
            Hint(keys.GO_ON, _("Go on: take {count}").format(count=count), self.take),
            Hint(keys.BACK, _("Back"), self.rekam.back),
            Hint(keys.TICK, _("Leave out"), self.leave_out, rank=2),
            Hint(
                keys.PRINT, _("Refused rows"), self.write_refused, help=_("write the refused rows with reasons"), rank=2
            ),
            Hint(keys.UNDO, _("Undo"), self.undo, rank=2),
            Hint(keys.RIGHT, _("Filter"), lambda: self.turn_filter(1), rank=0),
            Hint(keys.LEFT, _("Filter"), lambda: self.turn_filter(-1), rank=0),
        ]
        if self._import.kind is ListKind.SCHOOL:
            made.insert(0, Hint(keys.EDIT, _("Edit"), self.edit))
        return made

    @property
    def _nothing_new(self) -> bool:
        seen = self._preview
        if seen is None:
            return False
        counts = getattr(seen, "counts", None)
        if counts is not None:
            return not counts.get(Fate.NEW) and not counts.get(Fate.CHANGED)
        return not getattr(seen, "new", 0) and not getattr(seen, "changed", 0)

    # --- what it does -------------------------------------------------------------------------------------------

    async def turn_filter(self, by: int) -> None:
        """Show the filter beside this one."""
        if self._show is not None:
            self._show = self._shows[(self._shows.index(self._show) + by) % len(self._shows)]
            self.rows.reload(keep=False)
            await self._list()

    async def edit(self) -> None:
        """Mend the cell at the cursor; it is judged as if it had stood in the file."""
        entry = self.rows.row
        if entry is None or entry.field is None or entry.field not in self._import.mapping:
            self.refuse(Problem("×", _("There is no cell to edit here.")))
            return
        old = self._import.decided.edits.get(entry.row, {}).get(entry.field) or self._cell(entry)
        typed = Field("cell", 40, old)
        label = column_word(entry.field)
        title = _("Row {row}:").format(row=entry.row) + f" {entry.name}"
        said = _("The school's file is not changed; what is typed here is taken instead.")
        field = entry.field

        async def mend(values: dict[str, str]) -> None:
            if values["cell"] != old:
                edits = {row: dict(cells) for row, cells in self._import.decided.edits.items()}
                edits.setdefault(entry.row, {})[field] = values["cell"]
                await self._decide(replace(self._import.decided, edits=edits))

        key = f"import.cell.{self._import.visit}.{entry.row}.{field}/"
        await kept_form.ask(self, title, [said], [Entry(label, typed)], lambda _values: "", mend, key)

    def _cell(self, entry: RowEntry) -> str:
        """Return what stands in the file: the value a problem is about, or that of the person as it was read."""
        reading = self._import.reading
        assert reading is not None, "an entry comes from a reading"
        for found in reading.problems:
            if found.row == entry.row and found.field == entry.field and found.value:
                return found.value
        person = self._review.person(entry.row) if self._review else None
        value = getattr(person, entry.field or "", None)
        return "" if value is None else str(value)

    async def leave_out(self) -> None:
        """Leave the row out, or take it along again."""
        entry = self.rows.row
        if entry is None or self._review is None or self._review.person(entry.row) is None:
            return
        left_out = self._import.decided.left_out ^ {entry.row}
        await self._decide(replace(self._import.decided, left_out=left_out))
        self.rows.move(1)

    async def undo(self) -> None:
        """Take the last edit or mark back."""
        try:
            if await self._import.undo(self.rekam):
                await self.load()
        except UnreadableFile as error:
            self._tell(error)

    async def _decide(self, decided: Decided) -> None:
        try:
            await self._import.decide(self.rekam, decided)
        except UnreadableFile as error:
            self._tell(error)
        await self.load()

    def _tell(self, error: UnreadableFile) -> None:
        said = _("The file cannot be read again: {why}. What was read is kept.")
        self.refuse(Problem("×", said.format(why=why_unreadable(error.reason))))

    async def write_refused(self) -> None:
        """Write the refused rows with their reasons, for the school."""
        if self._import.reading is None or not self._import.reading.refused:
            self.refuse(Problem("×", _("No row is refused.")))
        elif (path := await self._write_refused()) is not None:
            self.news = f"√ {path.name}: {path.parent}"

    async def _write_refused(self) -> Path | None:
        from store.roster.refused import write_refused

        reading, source = self._import.reading, self._import.path
        assert reading is not None, "a file is read"
        assert source is not None, "so it was chosen"
        folder = places.documents_folder(self.rekam.settings, self.rekam.folder, os.environ)
        visit = self.rekam.visit
        if visit is not None:
            folder = folder / places.file_name(f"{visit.day.isoformat()} {visit.school}")
        path = folder / (places.file_name(source.stem) + _("_refused") + ".xlsx")
        try:
            await asyncio.to_thread(path.parent.mkdir, mode=0o700, parents=True, exist_ok=True)
            await asyncio.to_thread(write_refused, path, reading, fault_words, _("Reason"))
        except OSError:
            self.refuse(Problem("!", _("The refused rows could not be written: no space, or no leave. C tries again.")))
            return None
        return path

    async def take(self) -> None:
        """Take the rows; where some are refused the number is typed, so that nobody passes over it."""
        review = self._review
        if review is None or self._preview is None:
            return
        if self._nothing_new and self._preview.taken_before is not None:
            self.rekam.ring()  # the problem line says it already
            return
        if not review.to_take:
            self.refuse(Problem("×", _("No row is left to take.")))
            return
        if review.counts.refused:
            said = [
                _("{refused} rows are refused and stay out; they are written down with their reasons.").format(
                    refused=review.counts.refused
                )
            ]
            title = _("Take {count} rows").format(count=figures.number(review.to_take))
            if not await self.ask_count(title, said, review.to_take):
                return
            await self._write_refused()
        day = self._import.decided.day
        taken = await self._import.take(self.rekam)
        from store.siak_exports import ExportTaken

        if isinstance(taken, ExportTaken):
            await self._back_with(taken, day)
            return
        from tui.screens.sixteen import SixteenScreen

        assert self._import.visit is not None, "what is taken into no visit is an export"
        following = SixteenScreen(self._import.visit)
        following.news = "√ " + _("{new} new, {changed} changed, {same} same").format(
            new=figures.number(taken.new), changed=taken.changed, same=figures.number(taken.same + taken.kept)
        )
        await self.rekam.switch_screen(following)

    async def _back_with(self, taken: ExportTaken, day: date | None) -> None:
        """Leave both sheets of an export and tell on the screen below what it brought."""
        said = _("SIAK of {day}: {statuses} statuses, {pulled} pulled back").format(
            day=figures.long_date(day) if day else "",
            statuses=taken.statuses,
            pulled=taken.pulled_back,
        )
        for _sheet in range(2):
            await self.rekam.back()
        if isinstance(self.rekam.screen, FrameScreen):
            self.rekam.screen.news = f"√ {said}"
