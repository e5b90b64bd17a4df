"""What a machine reads in the papers: every pupil once and in order, every letter of a name, no letter unembedded."""

from __future__ import annotations

import io
import re
import subprocess
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path

import pytest
from PIL import Image

from reports import (
    handover,
    print_list,
    proof,
    schedule,
    siak_update,
    summary,
    waiting_list,
)
from reports.layout import BALANGAN, DrawnSignature, Signer
from reports.page import PaperSize
from reports.refusal import PaperRefused, Refusal
from store.rules import Hold

DAY = date(2026, 11, 23)
SCHOOL = "SMA Contoh 1 Paringin"
OFFICE = Signer("Hj. Mariani, S.Sos.", "Kepala Bidang Pelayanan Pendaftaran Penduduk", "197203051996032904")
HEAD = Signer("Dra. Hj. Norhasanah, M.Pd.", "Kepala SMA Contoh 1 Paringin", "196908171994032905")

peers = pytest.mark.peer("pdftotext", "pdftoppm", "qpdf", "pdffonts")


def nik(number: int) -> str:
    return f"63110612110{9000 + number:05}"


def recipient(number: int, name: str = "") -> handover.Recipient:
    return handover.Recipient(
        name or f"MURID KE{number:04}",
        nik(number),
        "PARINGIN SELATAN",
        date(2009, 11, 11),
        "P" if number % 2 else "L",
        "XII IPA 1",
        f"A{number:07}",
    )


def minutes(*recipients: handover.Recipient, **changes: object) -> handover.HandoverPaper:
    paper = handover.HandoverPaper(
        "400.12.2/0147/DUKCAPIL/2026",
        DAY,
        SCHOOL,
        f"{SCHOOL}, Paringin",
        handover.Party(OFFICE.name, OFFICE.nip, "Operator Pelayanan KTP-el", "Paringin"),
        handover.Party(HEAD.name, HEAD.nip, HEAD.post, "Jalan A. Yani"),
        recipients,
        journal_head="c0ffee" * 10,
    )
    return replace(paper, **changes)


def text_of(paper: bytes, folder: Path, *options: str) -> str:
    file = folder / "paper.pdf"
    file.write_bytes(paper)
    answer = subprocess.run(["pdftotext", *options, str(file), "-"], capture_output=True, check=True)
    return answer.stdout.decode()


def pages_of(paper: bytes, folder: Path) -> list[str]:
    return text_of(paper, folder, "-layout").split("\f")[:-1]


def schedule_paper(classes: int) -> schedule.SchedulePaper:
    slots = tuple(
        schedule.Slot(DAY, time(8), time(9), f"XII IPA {number}", 30, "1", "Kamarudin, S.Pd.")
        for number in range(1, classes + 1)
    )
    pause = (schedule.Slot(DAY, time(12), time(13), note="salat dan makan"),)
    officers = (schedule.FieldOfficer("Rahmawati, A.Md.", "198801172012122903", "operator perekaman"),)
    return schedule.SchedulePaper(
        "400.12.2/0133/DUKCAPIL/2026",
        SCHOOL,
        "Jalan A. Yani",
        DAY,
        None,
        "Aula",
        slots + pause,
        officers,
        4.0,
        1,
        date(2026, 11, 19),
        OFFICE,
        HEAD,
    )


def print_paper(count: int) -> print_list.PrintListPaper:
    cards = tuple(
        print_list.PrintLine(f"MURID KE{n:04}", nik(n), "L", "HALONG", date(2009, 2, 3), "XII", date(2026, 2, 3), DAY)
        for n in range(1, count + 1)
    )
    return print_list.PrintListPaper(SCHOOL, DAY, cards, (OFFICE,))


def waiting_paper(count: int) -> waiting_list.WaitingListPaper:
    lines = tuple(
        waiting_list.WaitingLine(
            f"MURID KE{n:04}",
            nik(n),
            "XII",
            date(2009, 12, 24),
            date(2026, 12, 24),
            "SENT_FOR_ENROLLMENT",
            date(2026, 11, 20),
            (Hold.NO_PRR, Hold.UNDER_AGE),
        )
        for n in range(1, count + 1)
    )
    return waiting_list.WaitingListPaper(SCHOOL, DAY, lines)


def update_paper(count: int, changes: int = 3) -> siak_update.SiakUpdatePaper:
    fields = tuple(
        siak_update.FieldChange(f"Isian {index}", f"LAMA {index}", f"BARU {index}", "akta") for index in range(changes)
    )
    people = tuple(siak_update.PupilChanges(f"MURID KE{n:04}", nik(n), fields) for n in range(1, count + 1))
    return siak_update.SiakUpdatePaper("400.12.2/0140/DUKCAPIL/2026", SCHOOL, DAY, people, (OFFICE,))


def summary_paper() -> summary.SummaryPaper:
    steps = tuple(summary.StepFigures(number, 10, 2, number * 3.5, number) for number in range(1, 9))
    classes = (summary.ClassFigures("XII IPA 1", 31, 24, 1, 2),)
    return summary.SummaryPaper(SCHOOL, DAY, 37, 4, 2, 3, 74, steps, classes, (OFFICE,))


def proof_paper(name: str = "NORHAYATI") -> proof.ProofPaper:
    return proof.ProofPaper(
        "BR-0033",
        name,
        nik(1),
        "PARINGIN",
        date(2010, 1, 5),
        "XII IPA 1",
        SCHOOL,
        datetime(2026, 11, 23, 11, 4),  # noqa: DTZ001 - the school's own time, as it is printed
        9,
        2,
        True,
        date(2027, 1, 5),
        OFFICE,
        ("telunjuk kiri: dibalut",),
    )


Drawn = Callable[[int, bool], bytes]

EVERY_LIST: dict[str, Drawn] = {
    "handover": lambda count, training: handover.draw(
        minutes(*map(recipient, range(1, count + 1))), BALANGAN, training=training
    ),
    "print_list": lambda count, training: print_list.draw(print_paper(count), BALANGAN, training=training),
    "waiting_list": lambda count, training: waiting_list.draw(waiting_paper(count), BALANGAN, training=training),
    "siak_update": lambda count, training: siak_update.draw(update_paper(count), BALANGAN, training=training),
}
OTHERS: dict[str, Drawn] = {
    "schedule": lambda count, training: schedule.draw(schedule_paper(4), BALANGAN, training=training),
    "summary": lambda count, training: summary.draw(summary_paper(), BALANGAN, training=training),
    "proof": lambda count, training: proof.draw(proof_paper(), BALANGAN, training=training),
}
EVERY_PAPER = EVERY_LIST | OTHERS


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
def test_every_pupil_stands_on_the_list_once_and_in_order(kind: str, count: int, tmp_path: Path) -> None:
    text = text_of(EVERY_LIST[kind](count, False), tmp_path, "-layout")
    numbers = [int(found) for found in re.findall(r"MURID KE(\d{4})", text)]
    assert numbers == list(range(1, count + 1))


@peers
@pytest.mark.parametrize("kind", EVERY_PAPER)
def test_every_page_says_which_of_how_many_it_is(kind: str, tmp_path: Path) -> None:
    pages = pages_of(EVERY_PAPER[kind](83, False), tmp_path)
    for number, page in enumerate(pages, 1):
        assert f"Halaman {number} dari {len(pages)}" in page


@peers
@pytest.mark.parametrize("kind", EVERY_PAPER)
def test_in_training_every_page_says_so_and_otherwise_none(kind: str, tmp_path: Path) -> None:
    for training in (True, False):
        pages = text_of(EVERY_PAPER[kind](30, training), tmp_path, "-raw").split("\f")[:-1]
        marked = ["LATIHAN" in "".join(page.split()) for page in pages]
        assert marked == [training] * len(pages)


MILLIMETRE = 72 / 25.4


def assert_inside(paper: bytes, folder: Path) -> int:
    """Check that every word stands inside its page's margins, foot included, and return how many there are."""
    (folder / "paper.pdf").write_bytes(paper)
    answer = subprocess.run(
        ["pdftotext", "-bbox", str(folder / "paper.pdf"), "-"], check=True, capture_output=True, text=True
    )
    seen = 0
    width = height = 0.0
    for line in answer.stdout.splitlines():
        numbers = [float(value) for value in re.findall(r'="([-\d.]+)"', line)]
        if "<page" in line:
            width, height = numbers
        elif "<word" in line:
            seen += 1
            left, top, right, bottom = numbers
            assert left >= 21.5 * MILLIMETRE, line
            assert right <= width - 17.5 * MILLIMETRE, line
            assert 8 * MILLIMETRE <= top < bottom <= height - 4 * MILLIMETRE, line
    return seen


@peers
@pytest.mark.parametrize("kind", EVERY_PAPER)
@pytest.mark.parametrize("count", [1, 24, 83])
def test_nothing_stands_outside_the_margins(kind: str, count: int, tmp_path: Path) -> None:
    assert assert_inside(EVERY_PAPER[kind](count, False), tmp_path) > 20


LONGEST = "WIDJAJAKUSUMAWARDHANI-" * 5 + "WIDJAJA WW"


@peers
def test_the_longest_words_stay_on_their_papers(tmp_path: Path) -> None:
    party = handover.Party(LONGEST, "1" * 40, LONGEST * 2, LONGEST * 2)
    paper = minutes(
        recipient(1, LONGEST),
        school=LONGEST,
        place=LONGEST,
        giver=party,
        receiver=party,
        absent=(handover.Kept(LONGEST, LONGEST, "A0117211", LONGEST),),
    )
    long_proof = replace(proof_paper(LONGEST), school=LONGEST, exceptions=(LONGEST,) * 10)
    slots = tuple(schedule.Slot(DAY, time(8), time(9), LONGEST, 30, "1", LONGEST, LONGEST) for _ in range(70))
    officers = (schedule.FieldOfficer(LONGEST, "1" * 40, LONGEST),) * 30
    long_schedule = replace(schedule_paper(1), slots=slots, school=LONGEST, officers=officers)
    letterhead = replace(BALANGAN, government=LONGEST, agency=LONGEST, address=LONGEST, contact=LONGEST)
    for drawn in (
        handover.draw(paper, letterhead),
        handover.draw(paper, letterhead, size=PaperSize.A4),
        proof.draw(long_proof, letterhead),
        schedule.draw(long_schedule, letterhead),
        schedule.draw(replace(long_schedule, officers=()), letterhead),
        waiting_list.draw(replace(waiting_paper(30), school=LONGEST), letterhead),
    ):
        text = "".join(text_of(drawn, tmp_path, "-raw").split())
        assert "".join(LONGEST.split()) in text
        assert_inside(drawn, tmp_path)


HOSTILE = {
    "markup": "<SARI> & </para> ]]> [b]",
    "quotes": "NUR'AINI \"O'NEIL\" -- D'ARC",
    "sixty letters": "W" * 60,
    "sixty in words": "MUHAMMAD ABDURRAHMAN WAHIDUDDIN AL-BANJARI PUTRA NORHASANAH"[:60],
    "accents": "ÉLÖÏSE ŠĆEPAN ŁUKASZ ΑΛΕΞΑΝΔΡΑ АННА",
}


@peers
@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_name_is_shown_letter_by_letter(name: str, tmp_path: Path) -> None:
    text = "".join(text_of(handover.draw(minutes(recipient(1, name)), BALANGAN), tmp_path, "-raw").split())
    assert "".join(name.split()) in text
    assert "".join(name.split()) in "".join(text_of(proof.draw(proof_paper(name), BALANGAN), tmp_path, "-raw").split())


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
def test_a_hostile_name_takes_no_page_and_no_neighbour_with_it(tmp_path: Path) -> None:
    people = [recipient(n, "Ж" * 120 if n % 3 == 0 else "") for n in range(1, 61)]
    pages = pages_of(handover.draw(minutes(*people), BALANGAN), tmp_path)
    numbers = [found for page in pages for found in re.findall(r"MURID KE(\d{4})", page)]
    assert [int(number) for number in numbers] == [n for n in range(1, 61) if n % 3]
    assert "".join("".join(pages).split()).count("Ж") == 120 * 20


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
def test_a_signature_crosses_neither_name_nor_post(tmp_path: Path) -> None:
    drawn = DrawnSignature((((0.0, 0.0), (1.0, 1.0), (1.0, 0.0), (0.0, 1.0)),), aspect=1.0)
    post = "Wakil kepala sekolah bidang kesiswaan dan hubungan dengan masyarakat"
    paper = minutes(recipient(1))
    giver = replace(paper.giver, post=post, signature=drawn)
    bare = handover.draw(replace(paper, giver=replace(giver, signature=None)), BALANGAN)
    signed = handover.draw(replace(paper, giver=giver), BALANGAN)
    shown = [picture_of(one, tmp_path) for one in (bare, signed)]
    ink = [at for at, (before, after) in enumerate(zip(*shown, strict=True)) if before != after]
    assert ink
    assert all(shown[0][at] == 255 for at in ink), "the pen went over letters"


def picture_of(paper: bytes, folder: Path) -> bytes:
    (folder / "paper.pdf").write_bytes(paper)
    command = ["pdftoppm", "-r", "100", "-gray", "-f", "1", "-l", "1", str(folder / "paper.pdf")]
    with Image.open(io.BytesIO(subprocess.run(command, check=True, capture_output=True).stdout)) as page:
        return page.tobytes()


@peers
def test_whose_name_nobody_knows_gets_a_line_to_write_it_on(tmp_path: Path) -> None:
    unknown = replace(schedule_paper(4), school_signer=Signer("", "Kepala sekolah atau yang mewakili"))
    a_dot = replace(unknown, school_signer=replace(unknown.school_signer, name="."))
    text = text_of(schedule.draw(unknown, BALANGAN), tmp_path)
    assert "Kepala Sekolah atau yang Mewakili," in text
    white = [picture_of(schedule.draw(one, BALANGAN), tmp_path).count(255) for one in (unknown, a_dot)]
    assert white[0] < white[1] - 100  # a line of 5 cm


@peers
def test_a_receiver_without_nip_still_signs(tmp_path: Path) -> None:
    receiver = handover.Party("Ustaz Rahmat", None, "Pengasuh pesantren", "Halong")
    text = text_of(handover.draw(minutes(recipient(1), receiver=receiver), BALANGAN), tmp_path, "-layout")
    assert text.count("Ustaz Rahmat") == 3  # among the parties, under the minutes, under the list
    assert "NIP –" not in text
    assert re.search(r"NIP\s+:\s+–", text)


@peers
def test_signatures_never_stand_on_a_page_without_a_row(tmp_path: Path) -> None:
    for count in range(15, 32):
        pages = pages_of(handover.draw(minutes(*map(recipient, range(1, count + 1))), BALANGAN), tmp_path)
        assert "Jumlah diserahkan" in pages[-1]
        assert "MURID KE" in pages[-1]


@peers
@pytest.mark.parametrize("size", [PaperSize.F4, PaperSize.A4])
def test_twenty_five_rows_stand_on_a_page_of_either_paper(size: PaperSize, tmp_path: Path) -> None:
    pages = pages_of(handover.draw(minutes(*map(recipient, range(1, 101))), BALANGAN, size=size), tmp_path)
    assert [page.count("MURID KE") for page in pages if "MURID KE" in page][:3] == [25, 25, 25]


@peers
def test_a_pupils_changes_stay_on_one_page(tmp_path: Path) -> None:
    pages = pages_of(siak_update.draw(update_paper(20), BALANGAN), tmp_path)
    assert len(pages) > 2
    for page in pages:
        assert page.count("BARU 0") == page.count("BARU 1") == page.count("BARU 2") == page.count("MURID KE")


@peers
def test_more_changes_than_a_page_holds_are_all_there(tmp_path: Path) -> None:
    text = text_of(siak_update.draw(update_paper(1, changes=60), BALANGAN), tmp_path, "-layout")
    assert [int(found) for found in re.findall(r"BARU (\d+)", text)] == list(range(60))


@peers
def test_the_waiting_list_says_until_when_and_why(tmp_path: Path) -> None:
    text = " ".join(text_of(waiting_list.draw(waiting_paper(1), BALANGAN), tmp_path).split())
    assert "24-12-2026" in text
    assert "PRR belum ada" in text
    assert "belum 17 tahun" in text
    assert nik(1) not in text


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
