"""What a machine reads in the papers: every row once and in order, every letter of a name, no letter unembedded."""

from __future__ import annotations

import io
import re
import subprocess
import unicodedata
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from paper_samples import (
    EVERY_LIST,
    EVERY_PAPER,
    NAMED,
    minutes,
    nik,
    pages_of,
    peers,
    print_paper,
    proof_paper,
    recipient,
    rows_of,
    schedule_paper,
    summary_paper,
    text_of,
    waiting_paper,
)
from PIL import Image

from reports import handover, proof, schedule, summary, waiting_list
from reports.layout import BALANGAN, DrawnSignature
from reports.refusal import PaperRefused, Refusal
from store.documents import DocumentKind
from store.rules import Hold


@peers
@pytest.mark.parametrize("kind", EVERY_PAPER)
def test_a_paper_is_sound_and_brings_all_its_letters_along(kind: str, tmp_path: Path) -> None:
    file = tmp_path / "paper.pdf"
    file.write_bytes(EVERY_PAPER[kind](30, True))
    subprocess.run(["qpdf", "--check", str(file)], check=True, capture_output=True)
    fonts = subprocess.run(["pdffonts", str(file)], check=True, capture_output=True, text=True).stdout.splitlines()[2:]
    assert fonts
    for font in fonts:
        embedded = re.search(r"\s(yes|no)\s+(yes|no)\s+(yes|no)\s+\d+\s+\d+$", font)
        assert embedded is not None
        assert embedded.group(1) == "yes", font


@peers
@pytest.mark.parametrize("count", [1, 25, 26, 83])
@pytest.mark.parametrize("kind", EVERY_LIST)
def test_every_row_stands_on_the_list_once_and_in_order(kind: str, count: int, tmp_path: Path) -> None:
    text = text_of(EVERY_LIST[kind](count, False), tmp_path, "-layout")
    assert rows_of(kind, text) == list(range(1, count + 1))


HOSTILE = {
    "markup": "<SARI> & </para> ]]> [b]",
    "quotes": "NUR'AINI \"O'NEIL\" -- D'ARC",
    "sixty letters": "W" * 60,
    "sixty in words": "MUHAMMAD ABDURRAHMAN WAHIDUDDIN AL-BANJARI PUTRA NORHASANAH"[:60],
    "accents": "ÉLÖÏSE ŠĆEPAN ŁUKASZ ΑΛΕΞΑΝΔΡΑ АННА",
}


@peers
@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize("kind", NAMED)
def test_a_name_is_shown_letter_by_letter(kind: str, name: str, tmp_path: Path) -> None:
    text = "".join(text_of(NAMED[kind](name), tmp_path, "-raw").split())
    assert "".join(name.split()) in text


@peers
@pytest.mark.parametrize("letter", ["\x1b", "\u202e", "\u200f", "\x00", "\ud800", "\U0001f600", "\U00020000"])
def test_a_letter_no_font_has_is_seen_as_a_box_and_never_lost(letter: str, tmp_path: Path) -> None:
    paper = handover.draw(minutes(recipient(1, f"SITI{letter}RAHMAH")), BALANGAN)
    text = text_of(paper, tmp_path, "-raw")
    assert re.search(r"SITI\S+RAHMAH", unicodedata.normalize("NFC", text)), text[:500]
    assert letter not in text


@peers
def test_a_right_to_left_name_keeps_its_letters_and_its_direction(tmp_path: Path) -> None:
    if not Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf").is_file():
        pytest.skip("fonts-dejavu-core is not installed: Arabic letters become boxes")
    text = text_of(handover.draw(minutes(recipient(1, "SITI محمد")), BALANGAN), tmp_path)
    assert "محمد" in unicodedata.normalize("NFKC", text).replace("\u202b", "").replace("\u202c", "")


@peers
def test_minutes_say_the_day_and_the_count_in_words(tmp_path: Path) -> None:
    paper = minutes(*map(recipient, range(1, 22)))
    text = " ".join(text_of(handover.draw(paper, BALANGAN), tmp_path, "-raw").split())
    assert "Pada hari ini, Senin, tanggal Dua Puluh Tiga, bulan November, tahun Dua Ribu Dua Puluh Enam" in text
    assert "sejumlah 21 (dua puluh satu) keping" in text
    assert "NIP 19690817 199403 2 905" in text
    assert "PIHAK PERTAMA" in text
    assert "rangkap 2 (dua)" in text
    assert paper.journal_head[:32] in text
    assert handover.code_of(paper).digest[:32] in text


@peers
def test_absent_and_returned_are_named_without_nik_and_nobody_else_is(tmp_path: Path) -> None:
    paper = minutes(
        recipient(1),
        absent=(handover.Kept("MARIATUL KIFTIAH", "XII TKJ 1", "A0117211", "kartu dibawa"),),
        returned=(handover.Kept("RAHMATULLAH", "XII TKJ 2", "A0117215", "salah tanggal lahir"),),
    )
    pages = pages_of(handover.draw(paper, BALANGAN), tmp_path)
    assert "MARIATUL KIFTIAH" in pages[-1]
    assert "RAHMATULLAH" in pages[-1]
    assert not re.search(r"\d{16}", pages[-1])
    assert [page.count(nik(1)) for page in pages] == [0, 1, 0]


@peers
def test_the_minutes_count_only_what_was_really_kept_back(tmp_path: Path) -> None:
    absent = (handover.Kept("MARIATUL KIFTIAH", "XII TKJ 1", "A0117211", "kartu dibawa"),)
    said = " ".join(pages_of(handover.draw(minutes(recipient(1), absent=absent), BALANGAN), tmp_path)[0].split())
    assert "pada hari ini: 1 (satu) keping karena pemiliknya tidak hadir, sebagaimana lampiran." in said
    assert "nol" not in said


@peers
def test_a_receiver_without_nip_still_signs(tmp_path: Path) -> None:
    receiver = handover.Party("Ustaz Rahmat", None, "Pengasuh pesantren", "Halong")
    text = text_of(handover.draw(minutes(recipient(1), receiver=receiver), BALANGAN), tmp_path, "-layout")
    assert text.count("Ustaz Rahmat") == 3  # among the parties, under the minutes, under the list
    assert "NIP –" not in text
    assert re.search(r"NIP\s+:\s+–", text)


@peers
def test_the_waiting_list_says_until_when_and_why(tmp_path: Path) -> None:
    text = " ".join(text_of(waiting_list.draw(waiting_paper(1), BALANGAN), tmp_path).split())
    assert "24-12-2026" in text
    assert "PRR belum ada" in text
    assert "belum 17 tahun" in text
    assert nik(1) not in text


@peers
def test_the_waiting_list_goes_by_the_month_of_the_17th_birthday(tmp_path: Path) -> None:
    """Who is old enough stands first; who is held back says why in the officer's words."""
    (one,) = waiting_paper(1).pupils
    months = [date(2027, 3, 9), date(2026, 12, 24), date(2027, 3, 30)]
    waits = tuple(replace(one, name=f"MENUNGGU {day.day}", turns_17=day) for day in months)
    old = replace(one, name="SUDAH BESAR", holds=(Hold.NO_PRR,), turns_17=date(2026, 1, 5))
    held = replace(old, name="DITAHAN SAJA", holds=(), held="foto diragukan <orang tua>")
    paper = replace(waiting_paper(1), pupils=(*waits, old, held))
    text = text_of(waiting_list.draw(paper, BALANGAN), tmp_path, "-layout")
    order = [
        *("Sudah 17 tahun atau kawin: 2 murid", "SUDAH BESAR", "DITAHAN SAJA"),
        *("Genap 17 tahun pada Desember 2026: 1 murid", "MENUNGGU 24"),
        *("Genap 17 tahun pada Maret 2027: 2 murid", "MENUNGGU 9", "MENUNGGU 30"),
    ]
    places = [text.index(words) for words in order]
    assert places == sorted(places)
    assert "ditahan: foto diragukan" in " ".join(text.split())


@peers
@pytest.mark.parametrize("before", range(18, 26))
def test_a_months_heading_never_stands_alone_at_the_foot_of_a_page(tmp_path: Path, before: int) -> None:
    (one,) = waiting_paper(1).pupils
    first = tuple(replace(one, name=f"AWAL {number:02}") for number in range(before))
    later = tuple(replace(one, name=f"AKHIR {number:02}", turns_17=date(2027, 1, 2)) for number in range(3))
    paper = replace(waiting_paper(1), pupils=(*first, *later))
    pages = text_of(waiting_list.draw(paper, BALANGAN), tmp_path, "-layout").split("\f")
    (page,) = [page for page in pages if "pada Januari 2027" in page]
    assert "AKHIR 00" in page


@peers
def test_the_proof_masks_the_nik_and_its_code_does_not_know_it(tmp_path: Path) -> None:
    paper = proof_paper()
    text = text_of(proof.draw(paper, BALANGAN), tmp_path)
    assert nik(1) not in text
    assert nik(1)[-4:] in text
    assert nik(1) not in proof.code_of(paper).payload
    assert proof.code_of(paper) == proof.code_of(replace(paper, nik=nik(2)))


@peers
def test_the_summary_measures_each_step_by_the_sops_standard(tmp_path: Path) -> None:
    text = " ".join(text_of(summary.draw(summary_paper(), BALANGAN), tmp_path, "-layout").split())
    assert "120 (seratus dua puluh) murid" in text
    assert "17,5 dari 10 mnt – lewat" in text
    assert "3,5 dari 30 mnt 2 Alat" in text  # not late: the next step follows


@peers
def test_a_draft_schedule_says_that_it_is_one(tmp_path: Path) -> None:
    draft = replace(schedule_paper(4), draft=True)
    assert "RANCANGAN JADWAL" in text_of(schedule.draw(draft, BALANGAN), tmp_path)
    assert "RANCANGAN" not in text_of(schedule.draw(schedule_paper(4), BALANGAN), tmp_path)


@pytest.mark.parametrize("kind", EVERY_LIST)
def test_an_empty_list_is_refused(kind: str) -> None:
    with pytest.raises(PaperRefused) as refused:
        EVERY_LIST[kind](0, False)
    assert refused.value.reason is Refusal.EMPTY_LIST


def test_every_kind_of_paper_is_held_to_this() -> None:
    kinds = {kind.value for kind in DocumentKind}
    assert set(EVERY_PAPER) == set(NAMED) == kinds


@pytest.mark.parametrize("kind", EVERY_PAPER)
def test_the_same_paper_gives_the_same_bytes(kind: str) -> None:
    assert EVERY_PAPER[kind](30, False) == EVERY_PAPER[kind](30, False)


def test_an_offices_crest_is_drawn_and_a_broken_one_refused() -> None:
    file = io.BytesIO()
    Image.new("RGBA", (300, 400), (10, 80, 20, 128)).save(file, "PNG")
    assert b"/SMask" in proof.draw(proof_paper(), replace(BALANGAN, crest=file.getvalue()))
    with pytest.raises(PaperRefused) as refused:
        proof.draw(proof_paper(), replace(BALANGAN, crest=b"%!PS-Adobe-3.0 EPSF-3.0"))
    assert refused.value.reason is Refusal.BAD_IMAGE


@pytest.mark.parametrize("school", ["\ud800", "\U0001f600", "SMA <b>(1)\\", "\x00\x1b]0;", "学校"])
def test_a_hostile_school_does_not_break_its_papers(school: str) -> None:
    assert waiting_list.draw(replace(waiting_paper(1), school=school), BALANGAN).startswith(b"%PDF")
    assert summary.draw(replace(summary_paper(), school=school), BALANGAN).startswith(b"%PDF")
    assert handover.draw(minutes(recipient(1), school=school, number=school), BALANGAN).startswith(b"%PDF")


def test_who_gets_which_card_is_in_the_code_and_the_nik_is_not() -> None:
    paper = minutes(recipient(1), recipient(2))
    code = handover.code_of(paper)
    assert code.count == 2
    assert code != handover.code_of(minutes(recipient(2), recipient(1)))
    assert code != handover.code_of(minutes(recipient(1), replace(recipient(2), serial="A9999999")))
    assert code == handover.code_of(minutes(recipient(1), replace(recipient(2), nik=nik(77))))


def test_a_drawn_signature_is_on_the_paper_and_one_off_the_pad_is_refused() -> None:
    drawn = DrawnSignature((((0.1, 0.5), (0.4, 0.2), (0.9, 0.8)), ((0.5, 0.5),)))
    plain = minutes(recipient(1))
    signed = replace(plain, giver=replace(plain.giver, signature=drawn))
    assert handover.draw(signed, BALANGAN) != handover.draw(plain, BALANGAN)
    with pytest.raises(PaperRefused):
        DrawnSignature((((0.1, 1.5),),))


@pytest.mark.parametrize(
    "paper", [minutes(recipient(1, "SITI")), proof_paper("SITI"), waiting_paper(1), print_paper(1)]
)
def test_no_paper_shows_people_when_it_is_logged(paper: object) -> None:
    assert "SITI" not in repr(paper)
    assert "MURID" not in repr(paper)
    assert nik(1) not in repr(paper)
