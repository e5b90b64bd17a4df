"""A school's list of a few pupils, and what reading it gives."""

from store.roster.reading import read
from store.roster.types import Fault, ListKind, Reading
from tests.store.roster_files import TODAY, xlsx

HEADER = ("No", "Nama", "JK", "Tempat Lahir", "Tanggal Lahir", "NIK", "Kelas")


def school_list(data: bytes, **choices) -> Reading:
    return read(data, ListKind.SCHOOL, **{"sheet": None, "columns": None, "today": TODAY, **choices})


def faults(reading: Reading, row: int | None = None) -> list[Fault]:
    return [problem.fault for problem in reading.problems if row in (None, problem.row)]


def pupil(number: int = 1, **values) -> tuple:
    usual = {
        "No": number,
        "Nama": f"NOOR LAILA {'ABCDEFGHIJ'[number % 10]}",
        "JK": "P",
        "Tempat Lahir": "Paringin",
        "Tanggal Lahir": f"{number:02}-05-2009",
        "NIK": f"631106{number + 40:02}0509{9000 + number}",
        "Kelas": "XII IPA 1",
    } | values
    return tuple(usual[column] for column in HEADER)


def one(**values) -> Reading:
    return school_list(xlsx([HEADER, pupil(1, **values)]))
