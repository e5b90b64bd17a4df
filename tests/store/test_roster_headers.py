"""Columns by their header text, in the spellings schools and offices use."""

import pytest

from store.roster.headers import find_header, override, words
from store.roster.types import FIELDS, ListKind


def fields(*header: str | None, kind: ListKind = ListKind.SCHOOL) -> dict[str, str]:
    found = find_header([(1, header)], kind)
    assert found is not None
    return {field: found.labels[at] for field, at in found.fields.items()}


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Nama Siswa", "name"),
        ("NAMA LENGKAP (sesuai Akta)", "name"),
        ("Nama sesuai ijazah", "name"),
        ("nama_peserta_didik", "name"),
        ("NamaSiswa", "name"),
        ("Nama\nPeserta\nDidik", "name"),
    ],
)
def test_the_name(header, field):
    assert fields(header, "NIK", "Tgl Lahir")[field] == " ".join(header.split())


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("NIK Siswa", "nik"),
        ("NIK (16 digit)", "nik"),
        ("Nomor Induk Kependudukan", "nik"),
        ("No. NISN", "nisn"),
        ("NIS / NISN", "nisn"),
        ("Nomor KK", "kk"),
        ("No. Kartu Keluarga", "kk"),
        ("L / P", "sex"),
        ("Jenis Kelamin (L/P)", "sex"),
        ("Tmpt Lhr", "birth_place"),
        ("TGL_LHR", "birth_date"),
        ("Tanggal Lahir (hh-bb-tttt)", "birth_date"),
        ("Tanggal, Bulan, Tahun Lahir", "birth_date"),
        ("Nama Ibu Kandung", "mother"),
        ("Nama Orang Tua (Ayah)", "father"),
        ("Kelas/Rombel", "class_name"),
        ("Kelas dan Jurusan", "class_name"),
        ("Agama/Kepercayaan", "religion"),
        ("Alamat Lengkap (Jalan, RT/RW, Desa)", "address"),
        ("Desa/Kelurahan", "village"),
        ("Kec.", "district"),
        ("No. Reg. Akta Lahir", "birth_certificate"),
        ("Nomor Akte Kelahiran", "birth_certificate"),
        ("Anak ke-", "birth_order"),
        ("Gol. Darah", "blood_type"),
    ],
)
def test_the_other_columns_of_a_school(header, field):
    anchor = "NIK" if field == "sex" else "JK"
    assert fields("No", "Nama", header, anchor)[field] == header


@pytest.mark.parametrize(
    ("header", "nothing"),
    [
        ("Nama Ayah", "name"),
        ("Nama Sekolah", "name"),
        ("Nama Wali Kelas", "name"),
        ("Nama di KIP", "name"),
        ("NIK Ayah", "nik"),
        ("NIK Ibu", "nik"),
        ("Tahun Lahir", "birth_date"),
        ("Tanggal Akta Lahir", "birth_date"),
        ("E-Mail", "address"),
        ("Alamat Sekolah", "address"),
        ("Alamat Orang Tua", "address"),
        ("No. KPS", "kk"),
    ],
)
def test_columns_about_somebody_else_are_not_the_pupils(header, nothing):
    assert fields(header, "Nama", "JK", "NISN").get(nothing) != header


@pytest.mark.parametrize(
    "header",
    [
        "TTL",
        "Tempat, Tanggal Lahir",
        "Tempat/Tgl. Lahir",
        "Tempat & Tanggal Lahir",
        "Tmp. Tgl Lahir",
        "TEMPAT DAN TANGGAL LAHIR",
    ],
)
def test_place_and_date_in_one_column(header):
    found = fields("Nama", header, "L/P")
    assert found["birth_place"] == found["birth_date"] == header


def test_rt_and_rw_in_one_column():
    assert fields("Nama", "NIK", "RT/RW")["rt"] == fields("Nama", "NIK", "RT/RW")["rw"] == "RT/RW"


def test_the_database_names_of_siak():
    names = "NIK NO_KK NAMA_LGKP JENIS_KLMIN TMPT_LHR TGL_LHR STAT_KWN GOL_DRH NO_AKTA_LHR NAMA_LGKP_IBU NAMA_LGKP_AYAH"
    names += " CURRENT_STATUS_CODE NO_RT NO_RW NAMA_KEC NAMA_KEL JENIS_PKRJN"
    found = fields(*names.split(), kind=ListKind.SIAK)
    assert len(found) == 17
    assert found["status_code"] == "CURRENT_STATUS_CODE"


def test_a_schools_list_has_no_recording_status():
    assert "status_code" not in fields("Nama", "NIK", "Status Rekam")


@pytest.mark.parametrize("row", [(), ("Nama",), ("Barang", "Harga"), ("Nama", "Harga"), (1, 2, 3), (None, None)])
def test_what_is_no_header(row):
    assert find_header([(1, row)], ListKind.SCHOOL) is None


def test_a_row_of_people_is_not_taken_into_the_header():
    rows = [(1, ("Nama", "NIK", "Kelas")), (2, ("KELAS", "6311061205099001", "XII")), (3, ("A B", "x", "XII"))]
    found = find_header(rows, ListKind.SCHOOL)
    assert found is not None
    assert (found.row, found.depth) == (1, 1)


def test_labels_are_unique_so_that_a_mapping_can_name_them():
    found = find_header([(1, ("Nama", "Nama", "NIK", None, "Nama"))], ListKind.SCHOOL)
    assert found is not None
    assert found.labels == ("Nama", "Nama (2)", "NIK", "", "Nama (3)")
    assert override(found, {"name": "Nama (3)"}).fields == {"name": 4}


def test_every_field_of_a_person_has_a_spelling():
    from store.roster.headers import _SPELLINGS

    assert set(_SPELLINGS) == set(FIELDS)


def test_header_words_are_free_of_case_and_punctuation():
    assert words(" Tgl.\u00a0Lahir *") == "tgl lahir"
    assert words("tanggalLahir") == "tanggal lahir"
