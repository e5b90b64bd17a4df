"""What a list seems to be: a school's list given where SIAK's word is wanted, and the other way round, is noticed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from store.roster import read_school_list, read_siak_export
from store.roster.reading import read
from store.roster.types import ListKind
from tests.store.roster_files import TODAY, dapodik, dapodik_row, handmade, xls, xlsx
from tests.store.test_roster_siak import FLAT, KTPEL, REAL, family, flat, member
from tui.training import school

BLOCKS = [
    ("No", "Nama Lengkap", "NIK", "Tempat Lahir", "Tanggal Lahir", "JK"),
    ("No. KK : 6311060101109001", None, "Nama Kepala Keluarga : HAMDANI"),
    (1, "NOR AIDA", "6311065205099001", "PARINGIN", date(2009, 5, 12), "P"),
]


def seems(data: bytes, kind: ListKind) -> ListKind | None:
    return read(data, kind, sheet=None, columns=None, today=TODAY).looks_like


@pytest.mark.parametrize("kind", ListKind)
@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (dapodik(dapodik_row(1), dapodik_row(2)), ListKind.SCHOOL),
        (xlsx(handmade((1, "NOR AIDA", "P", "Paringin, 12-05-2009", "XII IPA 1", ""))), ListKind.SCHOOL),
        (xlsx([("Nama", "Tgl Lahir", "NISN"), ("NOR AIDA", "12-05-2009", "0091234567")]), ListKind.SCHOOL),
        (xls([FLAT, flat("NOR AIDA", "6311065205099001")]), ListKind.SIAK),
        (xls([*KTPEL, family("6311060101109001", "H", "DESA RT/RW : 002/001"), member(1, "A B", "6311065205099001")]),
         ListKind.SIAK),
        (xlsx(BLOCKS), ListKind.SIAK),
        (xlsx([("Nama", "NIK", "Tgl Lahir"), ("NOR AIDA", "6311065205099001", "12-05-2009")]), None),
        (xlsx([("Nama", "Tgl Lahir", "JK", "Status"), ("NOR AIDA", "12-05-2009", "P", "Aktif")]), None),
        (xlsx([("Nama", "Tgl Lahir", "Kelas", "Status Rekam"), ("NOR AIDA", "12-05-2009", "XII", "BELUM REKAM")]),
         None),
    ],
    ids="Dapodik handmade nisn flat ktp-el families bare active both".split(),
)  # fmt: skip
def test_a_list_seems_the_same_whatever_it_is_read_as(data: bytes, expected: ListKind | None, kind: ListKind) -> None:
    assert seems(data, kind) is expected


@pytest.mark.parametrize("file", ["format_siak.xls", "format_bip_ektp.xls", "format_bip_2016.xls"])
def test_the_exports_offices_hand_out_seem_what_they_are(file: str) -> None:
    if not (REAL / file).exists():
        pytest.skip("the sample exports are not here")
    assert read_siak_export(REAL / file).looks_like is ListKind.SIAK
    assert seems((REAL / file).read_bytes(), ListKind.SCHOOL) is ListKind.SIAK


def test_what_it_seems_comes_over_from_the_child_process(tmp_path: Path) -> None:
    pupils = school.make_pupils(5, TODAY)
    school.write_siak_export(tmp_path / "siak.xlsx", pupils)
    assert read_school_list(tmp_path / "siak.xlsx").looks_like is ListKind.SIAK
    assert read_siak_export(tmp_path / "siak.xlsx").looks_like is ListKind.SIAK
