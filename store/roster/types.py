"""What reading a list gives back: people, problems, and why a file could not be read. Values stay out of every repr."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from dataclasses import field as with_
from datetime import date


class ListKind(enum.Enum):
    """Which kind of list a file is read as."""

    SCHOOL = "school"
    SIAK = "siak"


class Edition(enum.Enum):
    """Which known layout a SIAK export has."""

    FLAT = "flat"  # one row a person, the family's number in a column
    BIP_KTPEL = "bip_ktp_el"  # population book, families in blocks, recording status in a column
    BIP_2016 = "bip_2016"  # population book of 2016, families announced by a line "No. KK : ..."
    OTHER = "other"


class Level(enum.Enum):
    """About one value: an error cannot be used and is left empty, a warning is usable and wants a look."""

    WARNING = "warning"
    ERROR = "error"


class Fault(enum.Enum):
    """What is wrong; the words for each are made where they are shown."""

    NAME_MISSING = "name_missing"
    NAME_TOO_LONG = "name_too_long"
    NAME_LONG = "name_long"
    NAME_DIGITS = "name_digits"
    NAME_PUNCTUATION = "name_punctuation"
    NAME_ONE_WORD = "name_one_word"
    CONTROL_CHARACTERS = "control_characters"
    BIRTH_DATE_MISSING = "birth_date_missing"
    BIRTH_DATE_IMPOSSIBLE = "birth_date_impossible"
    BIRTH_DATE_UNLIKELY = "birth_date_unlikely"
    BIRTH_PLACE_MISSING = "birth_place_missing"
    NIK_MISSING = "nik_missing"
    NIK_NOT_DIGITS = "nik_not_digits"
    NIK_LENGTH = "nik_length"
    NIK_EXPONENT = "nik_exponent"
    NIK_DIGIT16 = "nik_digit16"
    NIK_NUMBER = "nik_number"
    NIK_ALL_END_IN_ZERO = "nik_all_end_in_zero"
    NIK_DATE = "nik_date"
    NIK_SERIAL = "nik_serial"
    NIK_BIRTH_DATE_DIFFERS = "nik_birth_date_differs"
    NIK_SEX_DIFFERS = "nik_sex_differs"
    NIK_REGION_DIFFERS = "nik_region_differs"
    DUPLICATE_NIK = "duplicate_nik"
    NIK_SHARED = "nik_shared"
    REPEATED_PERSON = "repeated_person"
    KK_NOT_DIGITS = "kk_not_digits"
    KK_LENGTH = "kk_length"
    KK_EXPONENT = "kk_exponent"
    KK_DIGIT16 = "kk_digit16"
    KK_NUMBER = "kk_number"
    NISN_NOT_DIGITS = "nisn_not_digits"
    NISN_LENGTH = "nisn_length"
    NISN_ZEROS = "nisn_zeros"
    DUPLICATE_NISN = "duplicate_nisn"
    NISN_SHARED = "nisn_shared"
    SEX_MISSING = "sex_missing"
    SEX_UNKNOWN = "sex_unknown"
    CLASS_DATE = "class_date"
    TEXT_TOO_LONG = "text_too_long"
    SAME_NAME = "same_name"
    TWINS = "twins"
    STATUS_UNKNOWN = "status_unknown"
    ROW_NOT_UNDERSTOOD = "row_not_understood"

    @property
    def level(self) -> Level:
        """How much the fault costs: the value, or only a look."""
        return Level.ERROR if self in _ERRORS else Level.WARNING


_ERRORS = frozenset(
    {
        Fault.NAME_MISSING,
        Fault.NAME_TOO_LONG,
        Fault.BIRTH_DATE_MISSING,
        Fault.BIRTH_DATE_IMPOSSIBLE,
        Fault.NIK_NOT_DIGITS,
        Fault.NIK_LENGTH,
        Fault.NIK_EXPONENT,
        Fault.NIK_DIGIT16,
        Fault.NIK_DATE,
        Fault.NIK_SERIAL,
        Fault.DUPLICATE_NIK,
        Fault.KK_NOT_DIGITS,
        Fault.KK_LENGTH,
        Fault.KK_EXPONENT,
        Fault.KK_DIGIT16,
        Fault.NISN_NOT_DIGITS,
        Fault.NISN_LENGTH,
        Fault.DUPLICATE_NISN,
        Fault.SEX_UNKNOWN,
        Fault.TEXT_TOO_LONG,
    }
)


class Unreadable(enum.Enum):
    """Why a file gave no list at all."""

    MISSING = "missing"
    NO_PERMISSION = "no_permission"
    NOT_A_FILE = "not_a_file"
    IO_ERROR = "io_error"
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    ZIP_BOMB = "zip_bomb"
    ENCRYPTED = "encrypted"
    DAMAGED = "damaged"
    HTML = "html"
    NOT_A_LIST = "not_a_list"
    NO_SHEET = "no_sheet"
    NO_COLUMN = "no_column"
    NO_HEADER = "no_header"
    NO_ROWS = "no_rows"
    TOO_MANY_ROWS = "too_many_rows"
    TOO_MANY_PROBLEMS = "too_many_problems"
    MEMORY = "memory"
    TIMEOUT = "timeout"
    CRASHED = "crashed"


class UnreadableFile(Exception):
    """A file that gave no list; nothing was taken from it."""

    def __init__(self, reason: Unreadable) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True, repr=False, slots=True)
class RosterPerson:
    """One person as the file tells it: cleaned, unusable values None, digits as text, sex L or P, never re-cased.

    `row` counts from 1 as the spreadsheet shows it, in text files by line. Only SIAK exports fill the last two.
    """

    row: int
    name: str
    birth_date: date
    birth_place: str | None = None
    nik: str | None = None
    nisn: str | None = None
    kk: str | None = None
    sex: str | None = None
    mother: str | None = None
    father: str | None = None
    class_name: str | None = None
    religion: str | None = None
    address: str | None = None
    rt: str | None = None
    rw: str | None = None
    village: str | None = None
    district: str | None = None
    birth_certificate: str | None = None
    birth_order: str | None = None
    citizenship: str | None = None
    marital_status: str | None = None
    blood_type: str | None = None
    occupation: str | None = None
    status_code: str | None = None
    living_status: str | None = None


FIELDS = tuple(name for name in RosterPerson.__slots__ if name != "row")
"""What a column can become."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to say about one value of one row.

    `field` is one of FIELDS or None for a whole row, `column` the header in the file, `value` what stands there (at
    most 80 characters), `detail` what else the sentence needs: the other rows' numbers, or what the NIK says.
    """

    row: int
    field: str | None
    column: str | None
    value: str | None = with_(repr=False)
    fault: Fault
    detail: str = with_(default="", repr=False)

    @property
    def level(self) -> Level:
        """Warning or error, as the fault has it."""
        return self.fault.level


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the file: its header (made unique), what it became, and its first value as an example."""

    header: str
    fields: tuple[str, ...]
    sample: str = with_(repr=False)


@dataclass(frozen=True, slots=True)
class SheetInfo:
    """One sheet of a workbook and how many people seem to be in it."""

    name: str
    people: int


@dataclass(frozen=True, repr=False, slots=True)
class RefusedRow:
    """A row that cannot become a person, cell by cell, to be given back with its reasons."""

    row: int
    cells: tuple[str, ...]
    faults: tuple[Fault, ...]


@dataclass(frozen=True, repr=False)
class Reading:
    """A whole list as it was understood; nothing has been written anywhere.

    `sheet` is None for text files; `header_rows` are the first and last row of the header, from 1, `headers` its text
    cell by cell; `people` are those taken, `refused` the rows without a name or a possible birth date. `kind` is what
    it was read as, `looks_like` what it seems to be, None where nothing tells.
    """

    kind: ListKind
    looks_like: ListKind | None
    file_sha256: str
    sheet: str | None
    sheets: tuple[SheetInfo, ...]
    edition: Edition | None
    header_rows: tuple[int, int]
    headers: tuple[str, ...]
    columns: tuple[Column, ...]
    people: tuple[RosterPerson, ...]
    refused: tuple[RefusedRow, ...]
    problems: tuple[Problem, ...]

    @property
    def mapping(self) -> dict[str, str]:
        """Field to header, for every field that was found; two fields may share a column ("TTL")."""
        return {name: column.header for column in self.columns for name in column.fields}

    @property
    def rows(self) -> int:
        """How many rows are people, taken or refused."""
        return len(self.people) + len(self.refused)

    def rows_at(self, level: Level) -> int:
        """How many rows have that as their worst level."""
        errors = {problem.row for problem in self.problems if problem.level is Level.ERROR}
        if level is Level.ERROR:
            return len(errors)
        return len({problem.row for problem in self.problems} - errors)
