"""What is said about a list: one sentence for every fault and for every reason a file gave no list."""

from __future__ import annotations

from collections.abc import Mapping

from store.roster.types import Fault, Problem, Unreadable

FAULTS: Mapping[Fault, str] = {
    Fault.NAME_MISSING: "There is no name; the row is refused.",
    Fault.NAME_TOO_LONG: "The name is too long to be one; the row is refused.",
    Fault.NAME_LONG: "The name has more than 60 letters; check it against the birth certificate.",
    Fault.NAME_DIGITS: "The name has digits in it; check it against the birth certificate.",
    Fault.NAME_PUNCTUATION: "The name has punctuation; valid, kept as it is.",
    Fault.NAME_ONE_WORD: "The name is one word; valid, kept as it is.",
    Fault.CONTROL_CHARACTERS: "Control characters were taken out of the name.",
    Fault.BIRTH_DATE_MISSING: "There is no birth date; the row is refused.",
    Fault.BIRTH_DATE_IMPOSSIBLE: "This birth date is not possible (day first); the row is refused.",
    Fault.BIRTH_DATE_UNLIKELY: "A pupil of this age is unlikely; check the year.",
    Fault.BIRTH_PLACE_MISSING: "There is no birth place; complete it in step 3.",
    Fault.NIK_MISSING: "There is no NIK; complete it in step 3.",
    Fault.NIK_NOT_DIGITS: "The NIK has something other than digits; it is left empty.",
    Fault.NIK_LENGTH: "The NIK does not have 16 digits; it is left empty.",
    Fault.NIK_EXPONENT: "The spreadsheet has rounded the NIK (E+15); it is lost and left empty.",
    Fault.NIK_DIGIT16: "The NIK was stored as a number: digit 16 may be lost; it is left empty.",
    Fault.NIK_NUMBER: "The NIK was stored as a number; compare its last digit with the family card.",
    Fault.NIK_ALL_END_IN_ZERO: "Every NIK of this file ends in 0: a spreadsheet may have lost digit 16.",
    Fault.NIK_DATE: "The birth date inside the NIK is not possible; the NIK is left empty.",
    Fault.NIK_SERIAL: "The NIK ends in serial 0000, which is never given out; it is left empty.",
    Fault.NIK_BIRTH_DATE_DIFFERS: "The NIK says another birth date; possible where the date was corrected later.",
    Fault.NIK_SEX_DIFFERS: "The NIK says the other sex; check both.",
    Fault.NIK_REGION_DIFFERS: "The NIK is of another district; right where the pupil was first registered there.",
    Fault.DUPLICATE_NIK: "Row {detail} has the same NIK for somebody else; it is left empty here.",
    Fault.NIK_SHARED: "Row {detail} has the same NIK for somebody else; check whose it is.",
    Fault.REPEATED_PERSON: "The same person stands in row {detail} already.",
    Fault.KK_NOT_DIGITS: "The family card's number has something other than digits; it is left empty.",
    Fault.KK_LENGTH: "The family card's number does not have 16 digits; it is left empty.",
    Fault.KK_EXPONENT: "The spreadsheet has rounded the family card's number (E+15); it is left empty.",
    Fault.KK_DIGIT16: "The family card's number was stored as a number: digit 16 may be lost; it is left empty.",
    Fault.KK_NUMBER: "The family card's number was stored as a number; check its last digit.",
    Fault.NISN_NOT_DIGITS: "The NISN has something other than digits; it is left empty.",
    Fault.NISN_LENGTH: "The NISN does not have 10 digits; it is left empty.",
    Fault.NISN_ZEROS: "The NISN had lost zeros in front; they were put back.",
    Fault.DUPLICATE_NISN: "Row {detail} has the same NISN for somebody else; it is left empty here.",
    Fault.NISN_SHARED: "Row {detail} has the same NISN for somebody else; check whose it is.",
    Fault.SEX_MISSING: "The sex is missing; complete it in step 3.",
    Fault.SEX_UNKNOWN: "This is neither L nor P; it is left empty.",
    Fault.CLASS_DATE: "The spreadsheet took the class for a date; it was turned back.",
    Fault.TEXT_TOO_LONG: "The text is too long for this column; it is left empty.",
    Fault.SAME_NAME: "Row {detail} has the same name; take care to record the right one.",
    Fault.TWINS: "Same birth date and parents as row {detail}: twins?",
    Fault.STATUS_UNKNOWN: "This recording status is not known; it is kept as it is.",
    Fault.ROW_NOT_UNDERSTOOD: "This row could not be understood; nothing was taken from it.",
}

UNREADABLE: Mapping[Unreadable, str] = {
    Unreadable.MISSING: "there is no such file",
    Unreadable.NO_PERMISSION: "this file may not be read by you",
    Unreadable.NOT_A_FILE: "this is not an ordinary file",
    Unreadable.IO_ERROR: "the file could not be read to its end; is the stick in order?",
    Unreadable.EMPTY: "the file is empty",
    Unreadable.TOO_LARGE: "the file is too large to be a list of people",
    Unreadable.ZIP_BOMB: "the file unpacks to far more than a list of people; it was not opened",
    Unreadable.ENCRYPTED: "the file is locked with a password; save it without one",
    Unreadable.DAMAGED: "the file is damaged; open it in a spreadsheet program and save it again",
    Unreadable.HTML: "the file is a web page or XML, not a workbook; save it as .xlsx in a spreadsheet program",
    Unreadable.NOT_A_LIST: "the file is neither a workbook nor a text table",
    Unreadable.NO_SHEET: "the file has no sheet of that name",
    Unreadable.NO_COLUMN: "the file has no such column, or no column for the name was chosen",
    Unreadable.NO_HEADER: "no row with column names (name, NIK, birth date ...) was found",
    Unreadable.NO_ROWS: "there are column names, but no people under them",
    Unreadable.TOO_MANY_ROWS: "the file has more than 25,000 people; split it by district",
    Unreadable.TOO_MANY_PROBLEMS: "nearly every value of the file is wrong; is this the right list?",
    Unreadable.MEMORY: "the file wants more memory than any list does; it was given up",
    Unreadable.TIMEOUT: "reading the file took too long; it was given up",
    Unreadable.CRASHED: "the file is damaged in a way that stopped the reader",
}


def sentence(problem: Problem) -> str:
    """Return what is said about a problem, in English."""
    return FAULTS[problem.fault].format(detail=problem.detail)
