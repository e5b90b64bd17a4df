"""An invented school: its pupils, the list it would send, and the SIAK exports the office would bring.

Every number follows its rules (region 63.11, women's days plus 40) but has a serial from 9001 on, which no office has
given out. The same seed makes the same school.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

NAME = "SMA Latihan 1 Paringin"
NPSN = "69900001"
NEVER_RECORDED = "BELUM REKAM"
ADDRESS = "Jl. Latihan No. 17, Paringin Kota"
CLASSES = ("XII IPA 1", "XII IPA 2", "XII IPS 1", "XII IPS 2")

_BOYS = tuple("AKHMAD ABDUL MUHAMMAD GUSTI AHMAD KHAIRUL FAHRI RIFANI SYAHRUL HENDRA ILHAM RIZAL".split())
_GIRLS = tuple("NOR SITI RAUDAH NORHAYATI JUMIATI HALIMATUS MAHRITA RUSDIANA LATIFAH NOOR HASANAH SALASIAH".split())
_SECOND = tuple(
    "MAULANA HADI AINI RIPANI ANSARI SA'DIYAH FITRIANI ASIAH HANUM RAHMAH KHATIMAH AIDA FAUZAN RAHMAN LAILA MARIANI"
    " ISNANI WAHIDAH HIDAYAT SAPUTRA".split()
)
_MOTHERS = tuple("MASTUAH NORJENAH RUSMINI MASITAH NORSEHAN MISRAH NORHASANAH BARKAH ARBAYAH JUMRAH".split())
_FATHERS = tuple("SYAHRUDIN BAHRUDIN SURIANSYAH SYAHRIL HAMDANI JAMHURI MASRANI KURSANI RAMLI SUPIAN".split())
_DISTRICTS = {"PARINGIN": "06", "LAMPIHONG": "05", "HALONG": "02", "AWAYAN": "03", "JUAI": "01", "BATU MANDI": "04"}
_BLOOD = ("A", "B", "AB", "O", "-")


@dataclass(frozen=True, repr=False)
class SamplePupil:
    """One invented pupil, as the birth certificate has her; what SIAK has otherwise stands in `siak`."""

    number: int
    name: str
    nik: str
    kk: str
    nisn: str
    sex: str
    birth_place: str
    birth_date: date
    mother: str
    father: str
    class_name: str
    village: str
    district: str
    certificate: str
    birth_order: int
    blood_type: str
    status: str = NEVER_RECORDED
    siak: dict[str, str] = field(default_factory=dict[str, str])


def make_pupils(count: int, day: date, seed: int = 1) -> tuple[SamplePupil, ...]:
    """Invent that many pupils for a visit on that day.

    Of every ten about one is under 16, half are 17, one in fifteen was recorded before (print ready), one in twenty has
    a card, one in twelve is spelt otherwise in SIAK; each class has its share, names may repeat, one pair are twins.
    """
    chance = random.Random(f"rekam17 {seed} {count}")
    pupils = [_pupil(number, count, day, chance) for number in range(1, count + 1)]
    if count >= 6:
        pupils[5] = _twin_of(pupils[4], pupils[5])
    return tuple(pupils)


def _pupil(number: int, count: int, day: date, chance: random.Random) -> SamplePupil:
    sex = chance.choice("LP")
    name = f"{chance.choice(_GIRLS if sex == 'P' else _BOYS)} {chance.choice(_SECOND)}"
    if number % 10 == 0:
        age_days = chance.randint(15 * 366, 16 * 365 - 40)
    elif number % 2:
        age_days = chance.randint(17 * 366, 18 * 365 - 10)
    else:
        age_days = chance.randint(16 * 366, 17 * 365 - 40)
    born = day - timedelta(days=age_days)
    place, code = chance.choice(list(_DISTRICTS.items()))
    nik = _nik(code, born, sex, 9000 + number)
    pupil = SamplePupil(
        number=number,
        name=name,
        nik=nik,
        kk=f"6311{code}{_family_card_day(chance):%d%m%y}{9000 + number:04d}",
        nisn=f"00{born.year % 100:02d}{900000 + number:06d}",
        sex=sex,
        birth_place=place,
        birth_date=born,
        mother=chance.choice(_MOTHERS),
        father=chance.choice(_FATHERS),
        class_name=CLASSES[(number - 1) * len(CLASSES) // count],
        village="DESA LATIHAN",
        district=place,
        certificate=f"6311-LT-{born:%d%m%Y}-{9000 + number:04d}",
        birth_order=chance.randint(1, 4),
        blood_type=chance.choice(_BLOOD),
    )
    if number % 15 == 0:
        pupil = replace(pupil, status="PRINT_READY_RECORD")
    elif number % 20 == 7:
        pupil = replace(pupil, status="CARD_ISSUED")
    elif number % 12 == 3:
        pupil = replace(pupil, siak={"name": pupil.name.replace("I", "Y", 1)})
    return pupil


def _family_card_day(chance: random.Random) -> date:
    return date(2008, 1, 1) + timedelta(days=chance.randint(0, 4000))


def _twin_of(first: SamplePupil, second: SamplePupil) -> SamplePupil:
    """Give the second the birth, the parents and the family card of the first."""
    code = first.nik[4:6]
    return replace(
        second,
        birth_date=first.birth_date,
        birth_place=first.birth_place,
        district=first.district,
        mother=first.mother,
        father=first.father,
        kk=first.kk,
        nik=_nik(code, first.birth_date, second.sex, 9000 + second.number),
        certificate=f"6311-LT-{first.birth_date:%d%m%Y}-{9000 + second.number:04d}",
        class_name=first.class_name,
    )


def _nik(district: str, born: date, sex: str, serial: int) -> str:
    day = born.day + (40 if sex == "P" else 0)
    return f"6311{district}{day:02d}{born:%m%y}{serial:04d}"


_Column = tuple[str, Callable[[SamplePupil], str]]

_DAPODIK: tuple[_Column, ...] = (
    ("No", lambda p: str(p.number)),
    ("Nama", lambda p: p.name),
    ("NIPD", lambda p: str(2400 + p.number)),
    ("JK", lambda p: p.sex),
    ("NISN", lambda p: p.nisn),
    ("Tempat Lahir", lambda p: p.birth_place),
    ("Tanggal Lahir", lambda p: p.birth_date.isoformat()),
    ("NIK", lambda p: p.nik),
    ("Agama", lambda _: "Islam"),
    ("Alamat", lambda _: "Jl. Latihan"),
    ("RT", lambda _: "003"),
    ("RW", lambda _: "001"),
    ("Kelurahan", lambda p: p.village),
    ("Kecamatan", lambda p: p.district),
    ("Data Ayah|Nama", lambda p: p.father),
    ("Data Ayah|Tahun Lahir", lambda _: "1978"),
    ("Data Ibu|Nama", lambda p: p.mother),
    ("Data Ibu|Tahun Lahir", lambda _: "1980"),
    ("Rombel Saat Ini", lambda p: p.class_name),
    ("No Registrasi Akta Lahir", lambda p: p.certificate),
    ("Anak ke-berapa", lambda p: str(p.birth_order)),
    ("No KK", lambda p: p.kk),
)
"""A group and its column stand with a bar between them, as Dapodik merges them over two rows."""


def write_roster(path: Path, pupils: Sequence[SamplePupil], day: date) -> None:
    """Write the workbook a school downloads from Dapodik: four title rows, a header of two rows with merged groups."""
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("Daftar Peserta Didik")
    titles = ("Daftar Peserta Didik", NAME, "Kecamatan Paringin, Kabupaten Balangan", f"{day:%d-%m-%Y}")
    for row, title in enumerate(titles):
        sheet.write_string(row, 0, title)
    last_group = ""
    for column, (head, _) in enumerate(_DAPODIK):
        group, _, below = head.partition("|")
        if not below:
            sheet.merge_range(4, column, 5, column, head)
            continue
        if group != last_group:
            sheet.merge_range(4, column, 4, column + 1, group)
            last_group = group
        sheet.write_string(5, column, below)
    _write_rows(sheet, 6, _DAPODIK, pupils)
    book.close()


_SIAK: tuple[_Column, ...] = (
    ("Nomor KK", lambda p: p.kk),
    ("NIK", lambda p: p.nik),
    ("Nama Penduduk", lambda p: p.siak.get("name", p.name)),
    ("Status", lambda _: "HIDUP"),
    ("Tempat Lahir", lambda p: p.birth_place),
    ("Tanggal Lahir", lambda p: f"{p.birth_date:%d-%m-%Y}"),
    ("Jenis Kelamin", lambda p: "LAKI-LAKI" if p.sex == "L" else "PEREMPUAN"),
    ("Nama Ayah", lambda p: p.father),
    ("Nama Ibu", lambda p: p.mother),
    ("Anak Ke", lambda p: str(p.birth_order)),
    ("No Akta Lahir", lambda p: p.certificate),
    ("Kewarganegaraan", lambda _: "WNI"),
    ("Agama", lambda _: "ISLAM"),
    ("Status Kawin", lambda _: "BELUM KAWIN"),
    ("Gol Darah", lambda p: p.blood_type),
    ("Pekerjaan", lambda _: "PELAJAR/MAHASISWA"),
    ("Alamat", lambda _: "JL. LATIHAN"),
    ("RT", lambda _: "003"),
    ("RW", lambda _: "001"),
    ("Kelurahan", lambda p: p.village),
    ("Kecamatan", lambda p: p.district),
    ("Stat Rkm", lambda p: p.status),
)


def write_siak_export(path: Path, pupils: Sequence[SamplePupil]) -> None:
    """Write the flat list an office exports: one row a person, the recording status in the last column."""
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("Sheet1")
    for column, (head, _) in enumerate(_SIAK):
        sheet.write_string(0, column, head)
    _write_rows(sheet, 1, _SIAK, pupils)
    book.close()


def _write_rows(sheet: Any, first: int, columns: Sequence[_Column], pupils: Sequence[SamplePupil]) -> None:
    for row, pupil in enumerate(pupils, start=first):
        for column, (_, value) in enumerate(columns):
            sheet.write_string(row, column, value(pupil))
