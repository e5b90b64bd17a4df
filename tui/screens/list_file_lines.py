"""How S05 draws files and columns; pure functions of what was found and read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo

from store.roster.types import Edition, Reading
from tui import figures
from tui.i18n import N_, _
from tui.ink import Ink
from tui.line import Line
from tui.list_words import FIELD_WORDS, field_word, grouped
from tui.places import FoundFile, Origin

_ORIGINS = {Origin.STICK: N_("USB stick"), Origin.INBOX: N_("office"), Origin.DOWNLOADS: N_("downloads")}
_EDITIONS = {
    Edition.FLAT: N_("flat list"),
    Edition.BIP_KTPEL: N_("BIP KTP-el"),
    Edition.BIP_2016: N_("BIP 2016"),
    Edition.OTHER: N_("other edition"),
}
_DAPODIK = frozenset({"Rombel Saat Ini", "Data Ayah › Nama", "Data Ibu › Nama"})


@dataclass(frozen=True, repr=False)
class ColumnRow:
    """One column of the file, what it becomes, and its first value; without a header it stands for all unused ones.

    `symbol` is √ for a column in use, ! for one the reader knows but nothing uses, – for the others.
    """

    place: int
    header: str
    fields: tuple[str, ...]
    symbol: str
    sample: str = ""
    folded: int = 0


def column_rows(reading: Reading, found: Mapping[str, str], *, unfolded: bool) -> tuple[ColumnRow, ...]:
    """Return the columns: those in use and those worth using by what they become, the others folded into one row.

    `found` is what the reader made of the columns by itself.
    """
    samples = {column.header: column.sample for column in reading.columns}
    used = reading.mapping
    rows: list[ColumnRow] = []
    listed: set[str] = set()
    for name in FIELD_WORDS:
        header = used.get(name) or found.get(name)
        if header is None or header in listed or header not in samples:
            continue
        listed.add(header)
        fields = tuple(field for field in FIELD_WORDS if used.get(field) == header)
        rows.append(ColumnRow(len(rows), header, fields, "√" if fields else "!", samples[header]))
    others = [column for column in reading.columns if column.header not in listed]
    if others:
        rows.append(ColumnRow(len(rows), "", (), "–", folded=len(others)))
    if unfolded:
        rows += [ColumnRow(len(rows) + at, column.header, (), "–", column.sample) for at, column in enumerate(others)]
    return tuple(rows)


def draw_file(file: FoundFile, zone: tzinfo | None) -> Line:
    """Draw a file: name, size, when it was changed, where it is."""
    line = Line().put(5, file.path.name, width=40).put(46, _size(file.size), width=7, right=True)
    return line.put(56, figures.short_moment(file.modified.astimezone(zone))).put(68, _(_ORIGINS[file.origin]))


def draw_column(row: ColumnRow) -> Line:
    """Draw a column: its header, what it becomes, its first value."""
    if not row.header:
        said = _("{count} other columns").format(count=row.folded)
        return Line().put(5, said, width=21).state(28, "–").put(30, _("not used"))
    target = ", ".join(map(field_word, row.fields)) or (_("( choose )") if row.symbol == "!" else _("not used"))
    line = Line().put(5, row.header, width=21).state(28, row.symbol)
    return line.put(30, target, Ink.VALUE, width=18).put(49, grouped(row.sample), width=31)


def sheet_line(reading: Reading, sheets: int) -> Line:
    """Draw which sheet is read, where its header stands, how many rows it has, and which layout it is known as."""
    first, last = reading.header_rows
    line = Line().put(5, _("Sheet")).put(12, "[").put(13, reading.sheet or _("text"), Ink.VALUE, width=21).put(34, "]")
    header = f"{first}-{last}" if last > first else str(first)
    said = [_("header row {rows}").format(rows=header), _("{count} rows").format(count=figures.number(reading.rows))]
    if sheets > 1:
        said.append(_("of {count} sheets").format(count=sheets))
    layout = _layout(reading)
    if layout:
        said.append(f"{layout} √")
    return line.put(37, "   ".join(said), width=43)


def _layout(reading: Reading) -> str:
    if reading.edition is not None:
        return _(_EDITIONS[reading.edition])
    return "Dapodik" if {column.header for column in reading.columns} >= _DAPODIK else ""


def _size(size: int) -> str:
    if size < 1_000_000:
        return f"{max(round(size / 1000), 1)} kB"
    return f"{figures.decimal(size / 1_000_000)} MB"
