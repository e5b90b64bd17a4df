"""`rekam17 roster check` and `rekam17 siak check` as an office runs them: a process, its output, its exit status."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.store.roster_files import dapodik, dapodik_row, handmade, text, xlsx

ROOT = Path(__file__).parents[2]
PUPIL_KEYS = {
    "name", "nik", "nisn", "kk", "sex", "birth_place", "birth_date", "class", "religion", "address", "rt", "rw",
    "village", "district", "birth_certificate",
}  # fmt: skip
KEYS = {"file_sha256", "sheet", "header_row", "columns", "counts", "problems"}


def check(kind: str, file: object, *options: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "tui", kind, "check", str(file), *options],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
        capture_output=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def clean_list(tmp_path: Path) -> Path:
    file = tmp_path / "daftar_pd.xlsx"
    file.write_bytes(dapodik(dapodik_row(1), dapodik_row(2)))
    return file


def test_a_list_without_errors_is_told_in_the_promised_shape(clean_list):
    import hashlib

    done = check("roster", clean_list, "--json", "--rows")
    assert done.returncode == 0
    assert done.stderr == b""
    told = json.loads(done.stdout)
    assert set(told) == KEYS | {"pupils"}
    assert told["file_sha256"] == hashlib.sha256(clean_list.read_bytes()).hexdigest()
    assert (told["sheet"], told["header_row"]) == ("Daftar Peserta Didik", 5)
    assert told["columns"]["class"] == "Rombel Saat Ini"
    assert told["counts"] == {"rows": 2, "ok": 2, "warnings": 0, "errors": 0}
    assert told["problems"] == []
    assert set(told["pupils"][0]) == PUPIL_KEYS
    assert told["pupils"][0] == {
        "name": "SITI CONTOH BA",
        "nik": "6311064205099001",
        "nisn": "0090000001",
        "kk": "6311060101109001",
        "sex": "P",
        "birth_place": "PARINGIN",
        "birth_date": "2009-05-02",
        "class": "XII IPA 1",
        "religion": "Islam",
        "address": "Jl. Contoh 17",
        "rt": "003",
        "rw": "001",
        "village": "Paringin Kota",
        "district": "Kec. Paringin",
        "birth_certificate": "6311-LT-09052001-9001",
    }


def test_without_rows_there_are_no_pupils(clean_list):
    assert set(json.loads(check("roster", clean_list, "--json").stdout)) == KEYS


def test_errors_make_the_status_one_and_each_says_where_and_why(tmp_path):
    file = tmp_path / "daftar.xlsx"
    file.write_bytes(
        dapodik(
            dapodik_row(1, NIK=6311064205099000),
            dapodik_row(2, Nama="GT. MUHAMMAD"),
            dapodik_row(3, **{"Tanggal Lahir": "31-11-2010"}),
            dapodik_row(4),
        )
    )
    done = check("roster", file, "--json", "--rows")
    assert done.returncode == 1
    told = json.loads(done.stdout)
    assert told["counts"] == {"rows": 4, "ok": 1, "warnings": 1, "errors": 2}
    assert [(problem["row"], problem["level"], problem["code"]) for problem in told["problems"]] == [
        (7, "error", "nik_digit16"),
        (8, "warning", "name_punctuation"),
        (9, "error", "birth_date_impossible"),
    ]
    first = told["problems"][0]
    assert set(first) == {"row", "column", "value", "level", "code", "message"}
    assert (first["column"], first["value"]) == ("NIK", "6311064205099000")
    assert "digit 16 may be lost" in first["message"]
    assert [pupil["nik"] for pupil in told["pupils"]] == [None, "6311064305099002", "6311064505099004"]


def test_warnings_alone_leave_the_status_zero(tmp_path):
    file = tmp_path / "daftar.csv"
    file.write_bytes(text(handmade((1, "HUSNA", "P", "Paringin, 12 Mei 2009", "XII A", "6311065205099001"))))
    done = check("roster", file, "--json")
    assert done.returncode == 0
    told = json.loads(done.stdout)
    assert told["sheet"] is None
    assert told["header_row"] == 4
    assert told["counts"]["warnings"] == 1


@pytest.mark.parametrize("options", [(), ("--json",), ("--json", "--rows")])
def test_a_file_that_is_no_list_gets_one_line_and_status_two(tmp_path, options):
    (tmp_path / "empty.csv").write_bytes(b"")
    (tmp_path / "page.xls").write_bytes(b"<html></html>")
    os.mkfifo(tmp_path / "fifo.xlsx")
    for name in ("empty.csv", "page.xls", "fifo.xlsx", "nowhere.xlsx", "no\x1b[31mwhere.xlsx", ""):
        done = check("roster", tmp_path / name, *options)
        assert done.returncode == 2
        assert done.stdout == b""
        assert done.stderr.count(b"\n") == 1
        assert b"\x1b" not in done.stderr


def test_an_export_carries_status_and_parents_and_its_edition(tmp_path):
    header = ("Nomor KK", "NIK", "Nama Lengkap", "Tempat Lahir", "Tgl Lahir", "JK", "Status", "Nama Ayah", "Nama Ibu",
              "Status Kawin", "Status Rekam")  # fmt: skip
    row = ("6311060101109001", "6311065205099001", "NOR AIDA", "PARINGIN", "12-05-2009", "P", "Hidup", "HAMDANI",
           "MASTUAH", "BK", "PRINT READY\nRECORD")  # fmt: skip
    (tmp_path / "siak.xlsx").write_bytes(xlsx([header, row]))
    done = check("siak", tmp_path / "siak.xlsx", "--json", "--rows")
    assert done.returncode == 0
    told = json.loads(done.stdout)
    assert set(told) == KEYS | {"pupils", "edition"}
    assert told["edition"] == "flat"
    (person,) = told["pupils"]
    assert set(person) == PUPIL_KEYS | {"status_code", "living_status", "father", "mother", "marital_status"}
    assert (person["status_code"], person["living_status"]) == ("PRINT_READY_RECORD", "Hidup")
    assert (person["father"], person["mother"], person["marital_status"]) == ("HAMDANI", "MASTUAH", "BK")


def test_the_report_for_people_survives_a_poor_terminal_and_a_hostile_name(tmp_path):
    file = tmp_path / "daftar.csv"
    file.write_bytes(text([("Nama", "JK", "Tanggal Lahir"), ("\x1b]0;x\x07JOSÉ \u202eAIDA", "P", "12-05-2009")]))
    done = check("roster", file, "--rows", LC_ALL="C", PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    assert b"1 rows" in done.stdout
    assert b"\x1b" not in done.stdout
    assert b"JOS\\xc9" in done.stdout


def test_every_fault_and_every_reason_has_its_words():
    from store.roster.types import Fault, Problem, Unreadable
    from tui.commands.roster_words import UNREADABLE, sentence

    assert set(UNREADABLE) == set(Unreadable)
    told = [sentence(Problem(1, None, None, None, fault, "17")) for fault in Fault]
    assert len(set(told)) == len(told)
    assert all(words.endswith((".", "?")) and "{" not in words for words in told)
