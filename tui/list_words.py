"""The words about a list on the screen: what its columns become, what is to be looked at, short enough for a row."""

from __future__ import annotations

from collections.abc import Mapping

from store.roster.types import Fault, ListKind, Unreadable
from tui.i18n import N_, _

FIELD_WORDS: Mapping[str, str] = {
    "name": N_("name"),
    "nik": N_("NIK"),
    "birth_date": N_("birth date"),
    "birth_place": N_("birth place"),
    "sex": N_("sex"),
    "class_name": N_("class"),
    "father": N_("father's name"),
    "birth_certificate": N_("certificate no."),
    "mother": N_("mother's name"),
    "kk": N_("family card no."),
    "nisn": N_("NISN"),
    "birth_order": N_("birth order"),
    "religion": N_("religion"),
    "address": N_("address"),
    "rt": N_("RT"),
    "rw": N_("RW"),
    "village": N_("village"),
    "district": N_("district"),
    "citizenship": N_("citizenship"),
    "marital_status": N_("marital status"),
    "blood_type": N_("blood type"),
    "occupation": N_("occupation"),
    "status_code": N_("recording status"),
    "living_status": N_("living status"),
}
"""What a column can become, in the order the sheet lists it."""

SIAK_ONLY = frozenset({"status_code", "living_status"})
"""What only a SIAK export has."""

_SHORT: Mapping[str, str] = {
    "birth_date": N_("born"),
    "sex": N_("sex L/P"),
    "birth_place": N_("place"),
    "kk": N_("KK"),
    "mother": N_("mother"),
    "father": N_("father"),
    "birth_certificate": N_("cert."),
    "birth_order": N_("child #"),
    "village": N_("vill."),
    "district": N_("distr."),
    "citizenship": N_("citizen"),
    "marital_status": N_("married"),
    "blood_type": N_("blood"),
    "occupation": N_("work"),
    "status_code": N_("status"),
    "living_status": N_("living"),
}

_FAULTS: Mapping[Fault, str] = {
    Fault.NAME_MISSING: N_("no name"),
    Fault.NAME_TOO_LONG: N_("too long"),
    Fault.NAME_LONG: N_("over 60 letters"),
    Fault.NAME_DIGITS: N_("digits in it"),
    Fault.NAME_PUNCTUATION: N_("valid, stays"),
    Fault.NAME_ONE_WORD: N_("one word, stays"),
    Fault.CONTROL_CHARACTERS: N_("controls removed"),
    Fault.BIRTH_DATE_MISSING: N_("no date"),
    Fault.BIRTH_DATE_IMPOSSIBLE: N_("no such date"),
    Fault.BIRTH_DATE_UNLIKELY: N_("age unlikely"),
    Fault.BIRTH_PLACE_MISSING: N_("left empty"),
    Fault.NIK_MISSING: N_("left empty"),
    Fault.NIK_NOT_DIGITS: N_("not only digits"),
    Fault.NIK_LENGTH: N_("{digits} digits"),
    Fault.NIK_EXPONENT: N_("NIK lost"),
    Fault.NIK_DIGIT16: N_("digit 16?"),
    Fault.NIK_NUMBER: N_("check last digit"),
    Fault.NIK_ALL_END_IN_ZERO: N_("all end in 0: digit 16?"),
    Fault.NIK_DATE: N_("NIK: no such day"),
    Fault.NIK_SERIAL: N_("NIK: serial 0000"),
    Fault.NIK_BIRTH_DATE_DIFFERS: N_("NIK: other date"),
    Fault.NIK_SEX_DIFFERS: N_("NIK: {sex}"),
    Fault.NIK_REGION_DIFFERS: N_("NIK: other place"),
    Fault.DUPLICATE_NIK: N_("NIK of row {row}: left empty"),
    Fault.NIK_SHARED: N_("row {row} has it too"),
    Fault.REPEATED_PERSON: N_("the same as row {row}"),
    Fault.KK_NOT_DIGITS: N_("not only digits"),
    Fault.KK_LENGTH: N_("{digits} digits"),
    Fault.KK_EXPONENT: N_("KK lost"),
    Fault.KK_DIGIT16: N_("digit 16?"),
    Fault.KK_NUMBER: N_("check last digit"),
    Fault.NISN_NOT_DIGITS: N_("not only digits"),
    Fault.NISN_LENGTH: N_("{digits} digits"),
    Fault.NISN_ZEROS: N_("zeros put back"),
    Fault.DUPLICATE_NISN: N_("NISN of row {row}: left empty"),
    Fault.NISN_SHARED: N_("row {row} has it too"),
    Fault.SEX_MISSING: N_("left empty"),
    Fault.SEX_UNKNOWN: N_("neither L nor P"),
    Fault.CLASS_DATE: N_("was a date"),
    Fault.TEXT_TOO_LONG: N_("too long"),
    Fault.SAME_NAME: N_("same name, other NIK: usual"),
    Fault.TWINS: N_("as {name}, twins? usual"),
    Fault.STATUS_UNKNOWN: N_("unknown status"),
    Fault.ROW_NOT_UNDERSTOOD: N_("not understood"),
}

_UNREADABLE: Mapping[Unreadable, str] = {
    Unreadable.MISSING: N_("it is no longer there"),
    Unreadable.NO_PERMISSION: N_("it may not be read"),
    Unreadable.NOT_A_FILE: N_("not an ordinary file"),
    Unreadable.IO_ERROR: N_("the stick does not answer"),
    Unreadable.EMPTY: N_("it is empty"),
    Unreadable.TOO_LARGE: N_("too large for a list"),
    Unreadable.ZIP_BOMB: N_("it unpacks without end"),
    Unreadable.ENCRYPTED: N_("locked with a password"),
    Unreadable.DAMAGED: N_("it is damaged"),
    Unreadable.HTML: N_("a web page, not xlsx"),
    Unreadable.NO_SHEET: N_("no sheet of that name"),
    Unreadable.NO_COLUMN: N_("no column for the name"),
    Unreadable.NO_HEADER: N_("no row of column names"),
    Unreadable.NO_ROWS: N_("no people in it"),
    Unreadable.TOO_MANY_ROWS: N_("more than 25,000 people"),
    Unreadable.TOO_MANY_PROBLEMS: N_("nearly every value is wrong"),
    Unreadable.MEMORY: N_("it wants too much memory"),
    Unreadable.TIMEOUT: N_("reading took too long"),
    Unreadable.CRASHED: N_("it is damaged"),
}
"""All but NOT_A_LIST, which is message 4 of the book."""


def field_word(field: str) -> str:
    """Return what a column becomes, as the mapping says it."""
    return _(FIELD_WORDS[field])


def column_word(field: str | None) -> str:
    """Return a column's name, short enough for the list of rows."""
    return "" if field is None else _(_SHORT.get(field, FIELD_WORDS[field]))


def fault_words(fault: Fault, *, row: str = "", digits: int = 0, sex: str = "", name: str = "") -> str:
    """Return what is to be looked at, in a few words."""
    return _(_FAULTS[fault]).format(row=row, digits=digits, sex=sex, name=name)


def why_unreadable(reason: Unreadable) -> str:
    """Return why a file gave no list."""
    return _(_UNREADABLE[reason])


def wrong_kind(wanted: ListKind) -> str:
    """Return that a file seems to be the other kind of list than the one wanted."""
    if wanted is ListKind.SIAK:
        return _("Looks like a school's list, not a SIAK export. Nothing taken. Tab: files.")
    return _("Looks like a SIAK export, not a school's list. Nothing taken. Tab: files.")


def wrong_kind_question(wanted: ListKind) -> tuple[str, tuple[str, ...], str]:
    """Return the question before such a file is taken all the same: its title, what would come of it, the yes."""
    if wanted is ListKind.SIAK:
        said = _("Taken as SIAK's word, the school's list would agree with itself in step 4. Nothing was taken yet.")
        return _("A school's list as SIAK export?"), (said,), _("Yes, it is a SIAK export")
    said = _("Everybody on a SIAK export would be a pupil of this school. Nothing was taken yet.")
    return _("A SIAK export as school's list?"), (said,), _("Yes, it is the school's list")


def grouped(text: str) -> str:
    """Return a value as a row shows it: a NIK in its groups, anything else as it is."""
    if text.isascii() and text.isdigit() and 13 <= len(text) <= 16:
        return " ".join(part for part in (text[:6], text[6:12], text[12:]) if part)
    return text
