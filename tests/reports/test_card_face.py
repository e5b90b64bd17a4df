"""The card's face: every field of the card, on a page of a card's size."""

import io
import re
import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from pictures_kept import looks_like, sheets
from PIL import Image, ImageDraw

from reports import card
from reports.refusal import PaperRefused, Refusal


def picture(kind: str, size: tuple[int, int], mode: str = "RGB") -> bytes:
    image = Image.new(mode, size, "white" if mode == "RGB" else (0, 0, 0, 0))
    ImageDraw.Draw(image).ellipse((size[0] // 4, size[1] // 4, size[0] // 2, size[1] // 2), fill="black")
    file = io.BytesIO()
    image.save(file, kind)
    return file.getvalue()


FACE = card.CardPaper(
    province="KALIMANTAN SELATAN",
    regency="KABUPATEN BALANGAN",
    nik="6311061111099001",
    name="AKHMAD MAULANA",
    birth_place="PARINGIN",
    birth_date=date(2009, 11, 11),
    sex="L",
    blood_type="A",
    address="DESA CONTOH",
    rt="002",
    rw="001",
    village="PARINGIN KOTA",
    district="PARINGIN",
    religion="ISLAM",
    marital_status="BELUM KAWIN",
    occupation="PELAJAR/MAHASISWA",
    citizenship="WNI",
    issue_place="BALANGAN",
    issue_day=date(2026, 11, 23),
    portrait=picture("JPEG", (480, 640)),
    signature=picture("PNG", (600, 240), "RGBA"),
)


def read(paper: bytes, folder: Path, *command: str) -> str:
    file = folder / "card.pdf"
    file.write_bytes(paper)
    args = [*command[:1], *command[1:], str(file), *(["-"] if command[0] == "pdftotext" else [])]
    return subprocess.run(args, check=True, capture_output=True, text=True).stdout


def pictures(paper: bytes, folder: Path) -> int:
    listed = read(paper, folder, "pdfimages", "-list")
    return len(re.findall(r"^\s+\d+\s+\d+\s+image\s", listed, re.MULTILINE))


@pytest.mark.peer("pdfinfo", "pdffonts", "qpdf", "pdfimages")
def test_a_card_is_one_page_of_cr80_with_its_fonts_and_two_pictures(tmp_path: Path) -> None:
    paper = card.draw(FACE)
    facts = read(paper, tmp_path, "pdfinfo")
    width, height = map(float, re.findall(r"Page size:\s+([\d.]+) x ([\d.]+)", facts)[0])
    assert (width / 72 * 25.4, height / 72 * 25.4) == (pytest.approx(85.6, abs=0.01), pytest.approx(53.98, abs=0.01))
    assert re.search(r"Pages:\s+1\n", facts)
    read(paper, tmp_path, "qpdf", "--check")
    fonts = read(paper, tmp_path, "pdffonts").splitlines()[2:]
    assert fonts
    assert all(re.search(r"\syes\s+(yes|no)\s+(yes|no)\s+\d+\s+\d+$", font) for font in fonts)
    assert pictures(paper, tmp_path) == 2


LONG = {
    "as usual": FACE,
    "long": replace(
        FACE,
        name="MUHAMMAD ABDURRAHMAN WAHIDUDDIN AL-BANJARI PUTRA NORHASANAH",
        address="JALAN PANGERAN HIDAYATULLAH KOMPLEK PERUMAHAN BALANGAN INDAH BLOK C NOMOR 17",
        occupation="KARYAWAN BADAN USAHA MILIK DAERAH KABUPATEN BALANGAN",
        village="PARINGIN SELATAN TENGAH BARAT LAUT",
    ),
    "hostile": replace(FACE, name="<SARI> & NUR'AINI ] [b]", address="W" * 90, village="</para>"),
}


FACES = Path(__file__).parent / "faces"
LOOKS = {
    "usual": FACE,
    "a name of sixty letters": replace(FACE, name="MUHAMMAD ABDURRAHMAN WAHIDUDDIN AL-BANJARI PUTRA NORHASANAH"),
    "an address of three lines": LONG["long"],
    "little is known": replace(FACE, blood_type="", rt="", rw="", occupation="", signature=None),
}


@pytest.mark.peer("pdftoppm")
@pytest.mark.parametrize("what", LOOKS)
def test_a_card_looks_as_it_did(what: str, tmp_path: Path) -> None:
    """At the printer's own resolution; drawn anew as the other papers' pictures are."""
    assert looks_like(sheets(card.draw(LOOKS[what]), tmp_path, 300), FACES / f"{what}.png")


def frame_of(paper: bytes, folder: Path) -> tuple[float, float]:
    """Return how far the first dark line lies from the card's left and upper edges, in millimetres."""
    shown = sheets(paper, folder, 600).point(lambda grey: 255 if grey < 128 else 0)
    left, top, _right, _bottom = shown.getbbox() or (0, 0, 0, 0)
    return left / 600 * 25.4, top / 600 * 25.4


@pytest.mark.peer("pdftoppm")
@pytest.mark.parametrize("shift", [card.Shift(), card.Shift(0.7, -0.4), card.Shift(-1.2, 1.5)])
def test_a_test_cards_frame_lies_two_millimetres_inside_and_is_moved(shift: card.Shift, tmp_path: Path) -> None:
    left, top = frame_of(card.draw_test(shift), tmp_path)
    assert (left, top) == (pytest.approx(2 + shift.right, abs=0.12), pytest.approx(2 + shift.down, abs=0.12))


@pytest.mark.peer("pdftoppm")
def test_the_whole_face_is_moved_with_the_printers_shift(tmp_path: Path) -> None:
    (tmp_path / "moved").mkdir()
    still = frame_of(card.draw(FACE), tmp_path)
    moved = frame_of(card.draw(FACE, shift=card.Shift(1.0, 0.5)), tmp_path / "moved")
    assert (moved[0] - still[0], moved[1] - still[1]) == (pytest.approx(1, abs=0.1), pytest.approx(0.5, abs=0.1))


@pytest.mark.peer("pdftotext")
def test_a_test_card_bears_nobodys_data_and_its_own_shift(tmp_path: Path) -> None:
    text = " ".join(read(card.draw_test(card.Shift(0.3, -0.1)), tmp_path, "pdftotext").split())
    assert "KARTU UJI" in text
    assert "kanan +0,3 mm bawah -0,1 mm" in text
    assert not re.search(r"\d{6}", text)


def test_what_is_shown_before_is_what_is_printed(tmp_path: Path) -> None:
    for face in LONG.values():
        shown = [line for one in card.laid_out(face) for line in one.lines]
        printed = read(card.draw(face), tmp_path, "pdftotext", "-raw")
        for line in shown:
            assert line in printed


def test_a_usual_card_has_no_small_letters_and_a_long_one_is_told() -> None:
    assert not any(one.squeezed for one in card.laid_out(FACE))
    assert any(one.squeezed for one in card.laid_out(LONG["hostile"]))


def test_letters_that_no_font_has_are_named_once() -> None:
    assert card.letters_missing(FACE) == ""
    assert card.letters_missing(replace(FACE, name="SITI \U0001f98a\U0001f98a", village="\u0378")) == "\U0001f98a\u0378"


@pytest.mark.peer("pdftotext")
@pytest.mark.parametrize("face", LONG.values(), ids=LONG.keys())
def test_every_field_is_on_the_card_letter_by_letter(face: card.CardPaper, tmp_path: Path) -> None:
    paper = card.draw(face)
    text = "".join(read(paper, tmp_path, "pdftotext", "-raw").split())
    for value in (
        f"PROVINSI {face.province}",
        face.regency,
        face.nik,
        face.name,
        f"{face.birth_place}, 11-11-2009",
        "LAKI-LAKI",
        face.address,
        f"{face.rt}/{face.rw}",
        face.village,
        face.district,
        face.religion,
        face.marital_status,
        face.occupation,
        face.citizenship,
        "SEUMUR HIDUP",
        face.issue_place,
        "23-11-2026",
    ):
        assert "".join(value.upper().split()) in text
    assert "Gol.Darah:A" in text
    boxes = read(paper, tmp_path, "pdftotext", "-bbox")
    for left, top, right, bottom in re.findall(
        r'<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)"', boxes
    ):
        assert float(left) >= 0
        assert float(right) <= 85.6 / 25.4 * 72
        assert float(top) >= 0
        assert float(bottom) <= 53.98 / 25.4 * 72


@pytest.mark.peer("pdftotext")
def test_words_stand_in_capitals_and_what_is_not_known_as_a_dash(tmp_path: Path) -> None:
    face = replace(FACE, address="Jl. Latihan", religion="Islam", occupation="", rt="", rw="", blood_type="")
    lines = read(card.draw(face), tmp_path, "pdftotext", "-layout").splitlines()
    shown = {label.strip(): value.split("  ")[0].strip() for label, _, value in (line.partition(":") for line in lines)}
    assert (shown["Alamat"], shown["Agama"], shown["Pekerjaan"]) == ("JL. LATIHAN", "ISLAM", "-")
    assert shown["RT/RW"] == "-/-"
    assert any(line.endswith("Gol. Darah : -") for line in lines)


@pytest.mark.peer("pdfimages")
def test_who_cannot_sign_has_a_card_without_signature(tmp_path: Path) -> None:
    assert pictures(card.draw(replace(FACE, signature=None)), tmp_path) == 1


@pytest.mark.parametrize("lie", [b"", b"\xff\xd8\xff\xe0 no picture", picture("JPEG", (480, 640))[:400]])
def test_a_portrait_that_is_no_picture_is_refused(lie: bytes) -> None:
    with pytest.raises(PaperRefused) as refused:
        card.draw(replace(FACE, portrait=lie))
    assert refused.value.reason is Refusal.BAD_IMAGE


def test_a_jpeg_2000_portrait_is_drawn() -> None:
    assert card.draw(replace(FACE, portrait=picture("JPEG2000", (480, 640)))).startswith(b"%PDF")


def test_a_card_in_training_is_marked_and_no_card_shows_its_bearer_when_logged() -> None:
    assert card.draw(FACE, training=True) != card.draw(FACE)
    assert "MAULANA" not in repr(FACE)
    assert FACE.nik not in repr(FACE)
