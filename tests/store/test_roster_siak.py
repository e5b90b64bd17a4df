"""SIAK exports: the three editions offices hand out, and what all of them do to a table."""

from datetime import date
from pathlib import Path

import pytest

from store.roster import read_siak_export
from store.roster.reading import read
from store.roster.types import Edition, Fault, Level, ListKind, Reading
from tests.store.roster_files import TODAY, xls, xlsx

REAL = Path(__file__).parents[2].parent / "shared" / "data" / "siak"

FLAT = (
    "Nomor KK", "NIK", "Nama Penduduk", "Status", "Tempat Lahir", "Tanggal Lahir", "Kelamin", "NIK Ayah", "Ayah",
    "NIK Ibu", "Ibu", "Status Kawin", "SHDK", "Agama", "Kecamatan", "Desa/Kel", "Alamat", "RW", "RT",
)  # fmt: skip
KTPEL = (
    ("NO", "Nama Lengkap", "NIK", "Tempat dan Tanggal Lahir", None, "JK", "Stat Kwn", "SHDK", "No Akta Lahir",
     "Nama  Ibu", "Nama Ayah", "Wjb KTP", "KTP-eL", "Status", "Stat Rkm"),
    (None, None, None, "Tempat Lahir", "Tgl/Bln/Th"),
    tuple(range(-1, -16, -1)),
    ("No. KK :", None, "Nama Kepala Keluarga :", None, None, None, "No. Blangko KK :", None, "Alamat :"),
)  # fmt: skip


def export(data: bytes) -> Reading:
    return read(data, ListKind.SIAK, sheet=None, columns=None, today=TODAY)


def flat(name: str, nik: str, status: str = "Hidup", **more) -> tuple:
    row = {
        "Nomor KK": "6311060101109001", "NIK": nik, "Nama Penduduk": name, "Status": status, "Tempat Lahir": "PARINGIN",
        "Tanggal Lahir": date(2009, 5, 12), "Kelamin": "Perempuan", "Ayah": "HAMDANI", "Ibu": "MASTUAH",
        "Status Kawin": "Belum Kawin", "Kecamatan": "PARINGIN", "Desa/Kel": "PARINGIN KOTA", "RW": 1, "RT": 3,
    } | more  # fmt: skip
    return tuple(row.get(column) for column in FLAT)


def member(number: int, name: str, nik: str, recorded: str = "BELUM REKAM", **more) -> tuple:
    return (number, name, nik, "PARINGIN", date(2009, 5, 12), "Pr", "BK", "ANAK", more.get("certificate"), "MASTUAH",
            "HAMDANI", "WAJIB", "KTP-eL", "BLM DPT", recorded)  # fmt: skip


def family(kk: str, head: str, address: str) -> tuple:
    return (kk, None, head, None, None, None, None, None, address)


@pytest.mark.parametrize(
    ("file", "edition", "people", "first_row"),
    [
        ("format_siak.xls", Edition.FLAT, 18, 2),
        ("format_bip_ektp.xls", Edition.BIP_KTPEL, 17, 6),
        ("format_bip_2016.xls", Edition.BIP_2016, 3, 11),
    ],
)
def test_the_exports_offices_hand_out_are_read_whole(file, edition, people, first_row):
    if not (REAL / file).exists():
        pytest.skip("the sample exports are not here")
    reading = read_siak_export(REAL / file)
    assert reading.edition is edition
    assert (len(reading.people), reading.refused) == (people, ())
    assert reading.people[0].row == first_row
    assert Fault.ROW_NOT_UNDERSTOOD not in {problem.fault for problem in reading.problems}
    assert all(person.kk and person.sex and person.birth_place for person in reading.people)
    assert all(person.mother or person.father for person in reading.people)
    if edition is Edition.BIP_KTPEL:
        codes = {person.status_code for person in reading.people}
        assert codes == {"CARD_PRINTED", "CARD_SHIPPED", "SENT_FOR_CARD_PRINTING", "BELUM_REKAM"}
        wrapped = next(person for person in reading.people if person.row == 15)
        assert wrapped.birth_certificate == "1605-LU-05112012-0014"
    if edition is Edition.BIP_2016:
        assert (reading.people[0].nik, reading.people[0].village) == ("5202030107620702", "AIK DAREQ")
    if edition is Edition.FLAT:
        assert {person.living_status for person in reading.people} >= {"Hidup", "Mati", "Tidak Valid"}


def test_a_flat_export_has_the_living_status_in_a_column_called_status():
    reading = export(xls([FLAT, flat("NOR AIDA", "6311065205099001"), flat("SITI A", "6311065205099002", "Pindah")]))
    assert reading.edition is Edition.FLAT
    first, second = reading.people
    assert (first.living_status, second.living_status) == ("Hidup", "Pindah")
    assert (first.status_code, first.marital_status, first.father, first.mother) == (
        None,
        "Belum Kawin",
        "HAMDANI",
        "MASTUAH",
    )
    assert (first.kk, first.rt, first.rw, first.village) == ("6311060101109001", "003", "001", "PARINGIN KOTA")


def test_a_column_called_status_may_hold_the_recording_status():
    rows = [
        FLAT,
        flat("NOR AIDA", "6311065205099001", "print ready record"),
        flat("B C", "6311065205099002", "UNREGISTERED"),
    ]
    assert [person.status_code for person in export(xlsx(rows)).people] == ["PRINT_READY_RECORD", "UNREGISTERED"]


def test_families_in_blocks_with_the_header_on_every_page():
    rows = [
        *KTPEL,
        family("6311060101109001", "HAMDANI", "DESA CONTOH RT/RW : 002/001 DUSUN : II"),
        member(1, "NOR AIDA", "6311065205099001", "CARD PRINTED"),
        member(2, "SITI CONTOH", "6311065205099002", "SENT FOR\nCARD PRINTING", certificate="6311-LT-\n12052009-9001"),
        *KTPEL,
        family("6311060101109002", "RAMLI", "DESA LAIN RT/RW : 000/000 DUSUN : -"),
        member(3, "HUSNA", "6311065205099003"),
    ]
    reading = export(xls(rows))
    assert reading.edition is Edition.BIP_KTPEL
    assert reading.header_rows == (1, 2)
    assert reading.problems == ()
    assert [(person.row, person.kk, person.status_code) for person in reading.people] == [
        (6, "6311060101109001", "CARD_PRINTED"),
        (7, "6311060101109001", "SENT_FOR_CARD_PRINTING"),
        (13, "6311060101109002", "BELUM_REKAM"),
    ]
    assert [(person.address, person.rt, person.rw) for person in reading.people[1:]] == [
        ("DESA CONTOH", "002", "001"),
        ("DESA LAIN", "000", "000"),
    ]
    assert reading.people[1].birth_certificate == "6311-LT-12052009-9001"


def test_families_announced_by_a_line_and_places_in_the_title():
    rows = [
        ("BUKU INDUK PENDUDUK WNI",),
        ("KECAMATAN", ":", "\u00a0PARINGIN", "DESA/KELURAHAN", ":", "\u00a0CONTOH"),
        (),
        (
            "No",
            "Nama Lengkap",
            "NIK",
            "Tempat dan Tanggal Lahir",
            None,
            "JK",
            "Pendidikan",
            "Nama Orang Tua Kandung",
            None,
        ),
        (None, None, None, "Tempat Lahir", "Tgl/Bln/Th", None, "Terakhir", "Ibu", "Ayah"),
        tuple(range(-1, -10, -1)),
        ("No. KK : 6311060101109001 \u00a0", None, "Alamat : JL CONTOH, Nama Dusun : -, RT/RW : 003/-"),
        (1, "NOR AIDA", "6311065205099001\u00a0", "PARINGIN", date(2009, 5, 12), "Pr", "SLTP", "MASTUAH", "HAMDANI"),
    ]
    reading = export(xls(rows))
    (person,) = reading.people
    assert reading.edition is Edition.BIP_2016
    assert (person.nik, person.kk, person.address) == ("6311065205099001", "6311060101109001", "JL CONTOH")
    assert (person.rt, person.rw, person.district, person.village) == ("003", None, "PARINGIN", "CONTOH")
    assert (person.mother, person.father) == ("MASTUAH", "HAMDANI")
    assert reading.problems == ()


def test_a_flat_export_keeps_whoever_has_no_nik_and_a_header_on_every_page():
    rows = [FLAT, flat("NOR AIDA", "6311065205099001"), FLAT, flat("HUSNA", ""), flat("B C", "6311065205099003")]
    reading = export(xls(rows))
    assert reading.edition is Edition.FLAT
    assert [(person.row, person.nik) for person in reading.people] == [
        (2, "6311065205099001"),
        (4, None),
        (5, "6311065205099003"),
    ]


@pytest.mark.parametrize(
    "line",
    [
        ("No. KK : 6311060101109001", "Nama Kepala Keluarga : HAMDANI", "Alamat : JL CONTOH, RT/RW : 003/001"),
        ("No. KK : 6311060101109001  Nama KK : HAMDANI  Alamat : JL CONTOH RT : 3 RW : 1",),
        ("NO KK", "6311060101109001", "Alamat : JL CONTOH, Dusun : II, RT. 003 / RW. 001"),
        ("Nomor Kartu Keluarga: 6311060101109001", None, None, "Alamat: JL CONTOH RT/RW 003/001"),
    ],
)
def test_a_familys_line_in_many_shapes(line):
    (person,) = export(xls([*KTPEL[:3], line, member(1, "NOR AIDA", "6311065205099001")])).people
    assert (person.kk, person.address, person.rt, person.rw) == ("6311060101109001", "JL CONTOH", "003", "001")


def test_a_family_number_that_a_spreadsheet_wore_down_is_reported_at_its_line():
    rows = [*KTPEL, ("No. KK : 63110601011090", None, "Alamat : A"), member(1, "NOR AIDA", "6311065205099001")]
    reading = export(xls(rows))
    assert reading.people[0].kk is None
    assert [(problem.row, problem.fault) for problem in reading.problems] == [(5, Fault.KK_LENGTH)]


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("PRINT_READY_RECORD", "PRINT_READY_RECORD"),
        ("Print Ready\nRecord", "PRINT_READY_RECORD"),
        ("PRR", "PRINT_READY_RECORD"),
        ("sfe", "SENT_FOR_ENROLLMENT"),
        ("Duplicate  Record", "DUPLICATE_RECORD"),
        ("Belum Rekam", "BELUM_REKAM"),
    ],
)
def test_a_recording_status_in_any_spelling(written, code):
    reading = export(xls([*KTPEL, member(1, "NOR AIDA", "6311065205099001", written)]))
    assert reading.people[0].status_code == code
    assert reading.problems == ()


def test_a_status_nobody_knows_is_kept_as_it_is_and_looked_at():
    reading = export(xls([*KTPEL, member(1, "NOR AIDA", "6311065205099001", "Adjudicate\nIn Process")]))
    assert reading.people[0].status_code == "Adjudicate In Process"
    assert [problem.fault for problem in reading.problems] == [Fault.STATUS_UNKNOWN]


def test_a_row_that_is_nothing_known_is_reported():
    rows = [
        *KTPEL,
        member(1, "NOR AIDA", "6311065205099001"),
        ("???", "lihat berkas lain"),
        member(2, "B C", "6311065205099002"),
    ]
    (problem,) = export(xls(rows)).problems
    assert (problem.row, problem.fault, problem.value) == (6, Fault.ROW_NOT_UNDERSTOOD, "???")
    assert problem.level is Level.WARNING


def test_one_nik_on_two_rows_of_an_export_is_kept_on_both():
    rows = [FLAT, flat("NOR AIDA", "6311065205099001"), flat("NOOR AIDA", "6311065205099001", "Tidak Valid")]
    reading = export(xlsx(rows))
    assert [person.nik for person in reading.people] == ["6311065205099001"] * 2
    assert [problem.fault for problem in reading.problems] == [Fault.NIK_SHARED] * 2
