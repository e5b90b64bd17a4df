"""The nine fields of steps 4 and 5 on screen: their words, how a raw value is shown, and how one is typed."""

from __future__ import annotations

from datetime import date

from store.comparison import Comparison, Result, Why, compare, marked
from store.siak_check import Field
from tui import figures
from tui.i18n import N_, _
from tui.line import Line, cells, clusters, guard
from tui.widgets import fields
from tui.widgets.fields import Choice

LABELS = {
    Field.FULL_NAME: N_("Full name"),
    Field.BIRTH_PLACE: N_("Place of birth"),
    Field.BIRTH_DATE: N_("Date of birth"),
    Field.SEX: N_("Sex"),
    Field.FATHER: N_("Father's name"),
    Field.MOTHER: N_("Mother's name"),
    Field.BIRTH_ORDER: N_("Birth order"),
    Field.CERTIFICATE_NUMBER: N_("Certificate no"),
    Field.CITIZENSHIP: N_("Citizenship"),
}
LABELS_ON_PAPER = {
    Field.FULL_NAME: "Nama lengkap",
    Field.BIRTH_PLACE: "Tempat lahir",
    Field.BIRTH_DATE: "Tanggal lahir",
    Field.SEX: "Jenis kelamin",
    Field.FATHER: "Nama ayah",
    Field.MOTHER: "Nama ibu",
    Field.BIRTH_ORDER: "Anak ke-",
    Field.CERTIFICATE_NUMBER: "No akta",
    Field.CITIZENSHIP: "Kewarganegaraan",
}
"""Papers are Indonesian in whatever language the screen speaks."""

SEXES = ("L", "P")
SEX_WORDS = (N_("MALE"), N_("FEMALE"))

_WHY = {Why.TITLE: N_("title"), Why.SPELLING: N_("spelt"), Why.EMPTY: N_("fill in")}


def label(field: Field) -> str:
    """Return the field's name as the screens write it."""
    return _(LABELS[field])


def shown(field: Field, raw: str) -> str:
    """Return a raw value as officers read it: a day as `21-10-2009`, the sex as a word, nothing as `(kosong)`."""
    if not raw:
        return _("(empty)")
    if field is Field.SEX and raw in SEXES:
        return _(SEX_WORDS[SEXES.index(raw)])
    if field is Field.BIRTH_DATE:
        try:
            return figures.long_date(date.fromisoformat(raw))
        except ValueError:
            return raw
    return raw


def on_paper(field: Field, raw: str) -> str:
    """Return a raw value as papers have it, whatever language the screen speaks; nothing stays nothing."""
    if field is Field.SEX and raw in SEXES:
        return ("LAKI-LAKI", "PEREMPUAN")[SEXES.index(raw)]
    return shown(field, raw) if raw else ""


def differing(field: Field, siak: str, certificate: str) -> tuple[str, str]:
    """Return both values as shown, with `‹ ›` around what differs where they do not say the same."""
    left, right = shown(field, siak), shown(field, certificate)
    found = compare(left, right)
    if compare(siak, certificate).result is not Result.DIFFERS:
        return left, right
    return marked(left, found.siak_spans), marked(right, found.certificate_spans)


def verdict(comparison: Comparison) -> str:
    """Return what comparing found, as a symbol and a word."""
    if comparison.result is Result.SAME:
        return "√ " + _("same")
    if comparison.result is Result.DIFFERS or comparison.why is None:
        return "× " + _("differ")
    return "! " + _(_WHY[comparison.why])


def entry(field: Field, width: int, raw: str = "", name: str = "value") -> fields.Field | Choice:
    """Return what the field is typed into: digits for a day, a choice for the sex, else text."""
    if field is Field.SEX:
        return Choice(name, [_(word) for word in SEX_WORDS], SEXES.index(raw) if raw in SEXES else None)
    if field is Field.BIRTH_DATE:
        digits = shown(field, raw) if raw else ""
        return fields.Field(name, 10, digits.replace("-", ""), pattern=fields.DATE)
    return fields.Field(name, width, raw)


def typed(field: Field, entered: fields.Field | Choice) -> str | None:
    """Return the raw value that was typed, or None for a day that is in no calendar and a sex not chosen."""
    if isinstance(entered, Choice):
        return None if entered.chosen is None else SEXES[entered.chosen]
    if field is Field.BIRTH_DATE:
        return None if entered.day is None else entered.day.isoformat()
    return entered.text.strip()


def fold(text: str, width: int) -> list[str]:
    """Break a raw value into lines of at most `width` cells, after a space where there is one; no character is lost."""
    lines: list[str] = []
    line = ""
    for cluster, size in clusters(guard(text)):
        if line and cells(line) + size > width:
            head, space, tail = line.rpartition(" ")
            whole = bool(space) and cluster != " "
            lines.append(head + space if whole else line)
            line = tail if whole else ""
        line += cluster
    return [*lines, line] if line or not lines else lines


def row(columns: tuple[tuple[int, int, str], ...]) -> list[Line]:
    """Return one row of as many lines as its longest value needs; a column is where it starts, its width, its text."""
    folded = [(start, fold(text, width)) for start, width, text in columns]
    made = [Line() for _line in range(max(len(parts) for _start, parts in folded))]
    for start, parts in folded:
        for line, part in zip(made, parts, strict=False):
            line.state(start, part) if part[:2] in ("√ ", "× ", "! ", "· ") else line.put(start, part)
    return made
