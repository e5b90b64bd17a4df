"""One row becomes one person: every value read by its own rule, every doubt written down."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Literal

from store.nik import NikFault, check_nik
from store.roster.dates import parse_date, split_place_and_date
from store.roster.districts import district_code
from store.roster.headers import Header
from store.roster.numbers import Wear, nisn, sixteen_digits, ward, ward_pair
from store.roster.text import LONGEST, Cell, brief, has_controls, is_number, shown, value
from store.roster.types import Fault, ListKind, Problem, RosterPerson
from store.rules import Stage, stage, status_code

_NAME_ADVISED = 60  # letters with spaces, Permendagri 73/2022; longer names stay valid
_NAME_LONGEST = 120
_UNLIKELY_AGES = (5, 40)  # a pupil outside them is more likely a typing mistake
_MALE = {"L", "LK", "LAKILAKI", "LAKI", "LAKI2", "PRIA", "M", "MALE", "COWOK", "LKLK", "LELAKI"}
_FEMALE = {"P", "PR", "PEREMPUAN", "WANITA", "W", "F", "FEMALE", "PEREMP", "PRP"}
_STATUS_NAMES = {"PRR": "PRINT_READY_RECORD", "SFE": "SENT_FOR_ENROLLMENT"}
_NIK_FAULTS = {
    NikFault.NOT_DIGITS: Fault.NIK_NOT_DIGITS,
    NikFault.LENGTH: Fault.NIK_LENGTH,
    NikFault.DATE: Fault.NIK_DATE,
    NikFault.SERIAL: Fault.NIK_SERIAL,
    NikFault.BIRTH_DATE_DIFFERS: Fault.NIK_BIRTH_DATE_DIFFERS,
    NikFault.SEX_DIFFERS: Fault.NIK_SEX_DIFFERS,
    NikFault.REGION_DIFFERS: Fault.NIK_REGION_DIFFERS,
}
_NIK_WEAR = {
    Wear.NOT_DIGITS: Fault.NIK_NOT_DIGITS,
    Wear.LENGTH: Fault.NIK_LENGTH,
    Wear.EXPONENT: Fault.NIK_EXPONENT,
    Wear.DIGIT16: Fault.NIK_DIGIT16,
    Wear.NUMBER: Fault.NIK_NUMBER,
}
KK_WEAR = {
    Wear.NOT_DIGITS: Fault.KK_NOT_DIGITS,
    Wear.LENGTH: Fault.KK_LENGTH,
    Wear.EXPONENT: Fault.KK_EXPONENT,
    Wear.DIGIT16: Fault.KK_DIGIT16,
    Wear.NUMBER: Fault.KK_NUMBER,
}
_NISN_WEAR = {
    Wear.NOT_DIGITS: Fault.NISN_NOT_DIGITS,
    Wear.LENGTH: Fault.NISN_LENGTH,
    Wear.ZEROS: Fault.NISN_ZEROS,
}
_PlainField = Literal[
    "religion", "address", "village", "district", "birth_order", "citizenship", "marital_status", "blood_type",
    "occupation", "living_status", "mother", "father",
]  # fmt: skip


class PersonRow:
    """The reading of one row; `problems` grows while the values are asked for, each of them once."""

    def __init__(
        self,
        header: Header,
        number: int,
        cells: Sequence[Cell],
        *,
        kind: ListKind,
        today: date,
        defaults: Mapping[str, str],
    ) -> None:
        self.problems: list[Problem] = []
        self._header = header
        self._number = number
        self._cells = cells
        self._kind = kind
        self._today = today
        self._defaults = defaults

    def person(self) -> RosterPerson | None:
        """Return the person, or None where there is no name or no possible birth date."""
        name = self._name()
        born = self._birth_date()
        sex = self._sex()
        place = self._birth_place()
        district = self._plain("district")
        nik = self._nik(born, sex, district_code(district))
        rt, rw = self._wards()
        if name is None or born is None:
            return None
        return RosterPerson(
            row=self._number,
            name=name,
            birth_date=born,
            birth_place=place,
            nik=nik,
            nisn=self._nisn(),
            kk=self._kk(),
            sex=sex,
            mother=self._plain("mother"),
            father=self._plain("father"),
            class_name=self._class_name(),
            religion=self._plain("religion"),
            address=self._plain("address"),
            rt=rt,
            rw=rw,
            village=self._plain("village"),
            district=district,
            birth_certificate=self._birth_certificate(),
            birth_order=self._plain("birth_order"),
            citizenship=self._plain("citizenship"),
            marital_status=self._plain("marital_status"),
            blood_type=self._plain("blood_type"),
            occupation=self._plain("occupation"),
            status_code=self._status_code(),
            living_status=self._plain("living_status"),
        )

    def report(self, fault: Fault, field: str, detail: str = "") -> None:
        """Write down a problem of one field of this row."""
        at = self._header.fields.get(field)
        column = self._header.labels[at] if at is not None and at < len(self._header.labels) else None
        text = brief(shown(self._cell(field)))
        self.problems.append(Problem(self._number, field, column, text or None, fault, detail))

    def _cell(self, field: str) -> Cell:
        at = self._header.fields.get(field)
        return self._cells[at] if at is not None and at < len(self._cells) else None

    def _plain(self, field: _PlainField | Literal["class_name", "birth_place", "birth_certificate"]) -> str | None:
        text = value(self._cell(field))
        if text is None:
            return self._defaults.get(field)
        if len(text) > LONGEST:
            self.report(Fault.TEXT_TOO_LONG, field)
            return None
        return text

    def _name(self) -> str | None:
        cell = self._cell("name")
        name = value(cell)
        if name is None or not any(letter.isalpha() for letter in name):
            self.report(Fault.NAME_MISSING, "name")
            return None
        if len(name) > _NAME_LONGEST:
            self.report(Fault.NAME_TOO_LONG, "name")
            return None
        if isinstance(cell, str) and has_controls(cell):
            self.report(Fault.CONTROL_CHARACTERS, "name")
        if self._kind is ListKind.SCHOOL:  # an export has the names as they are registered: advice comes too late
            self._advise_on(name)
        return name

    def _advise_on(self, name: str) -> None:
        if len(name) > _NAME_ADVISED:
            self.report(Fault.NAME_LONG, "name")
        if any(letter.isdigit() for letter in name):
            self.report(Fault.NAME_DIGITS, "name")
        if any(not letter.isalnum() and not letter.isspace() for letter in name):
            self.report(Fault.NAME_PUNCTUATION, "name")
        if " " not in name:
            self.report(Fault.NAME_ONE_WORD, "name")

    @property
    def _place_and_date(self) -> bool:
        fields = self._header.fields
        return "birth_date" in fields and fields.get("birth_place") == fields["birth_date"]

    def _birth_date(self) -> date | None:
        cell = self._cell("birth_date")
        if self._place_and_date and isinstance(cell, str):
            cell = split_place_and_date(cell[:LONGEST])[1]
        if value(cell) is None:
            self.report(Fault.BIRTH_DATE_MISSING, "birth_date")
            return None
        found = None if isinstance(cell, str) and len(cell) > LONGEST else parse_date(cell, self._today)
        if found is None:
            self.report(Fault.BIRTH_DATE_IMPOSSIBLE, "birth_date")
            return None
        age = self._today.year - found.year
        if self._kind is ListKind.SCHOOL and not _UNLIKELY_AGES[0] <= age <= _UNLIKELY_AGES[1]:
            self.report(Fault.BIRTH_DATE_UNLIKELY, "birth_date")
        return found

    def _birth_place(self) -> str | None:
        if self._place_and_date:
            cell = self._cell("birth_place")
            place = value(split_place_and_date(cell[:LONGEST])[0]) if isinstance(cell, str) else None
        else:
            place = self._plain("birth_place")
        if place is None and "birth_place" in self._header.fields:
            self.report(Fault.BIRTH_PLACE_MISSING, "birth_place")
        return place

    def _sex(self) -> str | None:
        text = self._marked_sex() or value(self._cell("sex"))
        if text is None:
            if "sex" in self._header.fields:
                self.report(Fault.SEX_MISSING, "sex")
            return None
        found = parse_sex(text)
        if found is None:
            self.report(Fault.SEX_UNKNOWN, "sex")
        return found

    def _marked_sex(self) -> str | None:
        """Return the sex that a tick in one of two columns says, L beside P."""
        if self._header.sex_marks is None:
            return None
        ticked = [
            sex
            for sex, at in zip("LP", self._header.sex_marks, strict=True)
            if at < len(self._cells) and value(self._cells[at]) is not None
        ]
        return ticked[0] if len(ticked) == 1 else None

    def _nik(self, born: date | None, sex: str | None, region: str | None) -> str | None:
        cell = self._cell("nik")
        if _is_missing(cell):
            if "nik" in self._header.fields:
                self.report(Fault.NIK_MISSING, "nik")
            return None
        digits, wear = sixteen_digits(cell)
        if wear is not None:
            self.report(_NIK_WEAR[wear], "nik")
        if digits is None:
            return None
        check = check_nik(digits, born=born, sex=sex, region=region)
        for fault in check.faults:
            self.report(_NIK_FAULTS[fault], "nik")
        return None if check.nik is None else check.nik.digits

    def _kk(self) -> str | None:
        cell = self._cell("kk")
        if _is_missing(cell):
            return self._defaults.get("kk")
        digits, wear = sixteen_digits(cell)
        if wear is not None:
            self.report(KK_WEAR[wear], "kk")
        return digits

    def _nisn(self) -> str | None:
        cell = self._cell("nisn")
        if _is_missing(cell):
            return None
        digits, wear = nisn(cell)
        if wear is not None:
            self.report(_NISN_WEAR[wear], "nisn")
        return digits

    def _wards(self) -> tuple[str | None, str | None]:
        fields = self._header.fields
        if "rt" in fields and fields.get("rw") == fields["rt"]:
            cell = self._cell("rt")
            if isinstance(cell, (date, datetime)):  # "3/1" that a spreadsheet took for a day
                return f"{cell.day:03}", f"{cell.month:03}"
            text = value(cell)
            return ward_pair(text[:LONGEST]) if text else (self._defaults.get("rt"), self._defaults.get("rw"))
        found: list[str | None] = []
        for field in ("rt", "rw"):
            cell = self._cell(field)
            if value(cell) is None:
                found.append(self._defaults.get(field))
            elif len(shown(cell)) > LONGEST:
                self.report(Fault.TEXT_TOO_LONG, field)
                found.append(None)
            else:
                found.append(ward(cell))
        return found[0], found[1]

    def _class_name(self) -> str | None:
        cell = self._cell("class_name")
        if isinstance(cell, (date, datetime)):  # "10-1" that a spreadsheet took for a day
            self.report(Fault.CLASS_DATE, "class_name")
            return f"{cell.day}-{cell.month}"
        return self._plain("class_name")

    def _birth_certificate(self) -> str | None:
        cell = self._cell("birth_certificate")
        if isinstance(cell, str) and "\n" in cell:  # wrapped inside a narrow cell: the number itself has no breaks
            text = value(re.sub(r"\s*\n\s*", "", cell))
            if text is not None and len(text) <= LONGEST:
                return text
        return self._plain("birth_certificate")

    def _status_code(self) -> str | None:
        text = value(self._cell("status_code"))
        if text is None:
            return None
        if len(text) > LONGEST:
            self.report(Fault.TEXT_TOO_LONG, "status_code")
            return None
        code = status_code(text)
        code = _STATUS_NAMES.get(code, code)
        if stage(code) is Stage.UNKNOWN:
            self.report(Fault.STATUS_UNKNOWN, "status_code")
            return text
        return code


def parse_sex(text: str) -> str | None:
    """Return L or P for the words and letters offices use, None for anything else."""
    word = re.sub(r"[^A-Z0-9]", "", text.upper())
    return "L" if word in _MALE else "P" if word in _FEMALE else None


def _is_missing(cell: Cell) -> bool:
    """Tell a number that is not there: nothing, a dash, or zeros."""
    if is_number(cell):
        return cell == 0
    text = value(cell)
    return text is None or not text.strip("0'’‘`´ ")
