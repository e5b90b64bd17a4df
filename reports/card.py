"""The face of the card: data, portrait and signature on a CR80 blank, as one page of exactly that size.

The blank brings its own background; what is printed are the words, the portrait and the signature. A PDF goes through
CUPS sharper than a picture would.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from reportlab.lib.units import mm

from reports import words
from reports.fonts import LEADING, Face, fit, typeface
from reports.layout import draw_image
from reports.page import Align, Margins, PaperSize, Sheet

_MARGINS = Margins(top=3.2, bottom=2.6, left=3.4, right=3.4)
_LABEL = 17.5 * mm
_COLON = 2.0 * mm
_PICTURE_WIDTH = 20 * mm
_PICTURE_HEIGHT = 26 * mm
_PICTURE_PIXELS = 700  # three times what 300 dpi needs there
_SEX = {"L": "LAKI-LAKI", "P": "PEREMPUAN"}
_LARGEST, _SMALLEST = 6.4, 4.0


@dataclass(frozen=True, repr=False)
class CardPaper:
    """All that stands on a card; `sex` is L or P, other words are SIAK's, `portrait` and `signature` opened pictures.

    Whoever cannot sign has no signature. `validity` is SEUMUR HIDUP for citizens.
    """

    province: str
    regency: str
    nik: str
    name: str
    birth_place: str
    birth_date: date
    sex: str
    blood_type: str
    address: str
    rt: str
    rw: str
    village: str
    district: str
    religion: str
    marital_status: str
    occupation: str
    citizenship: str
    issue_place: str
    issue_day: date
    portrait: bytes = field(repr=False)
    signature: bytes | None = field(default=None, repr=False)
    validity: str = "SEUMUR HIDUP"


@dataclass(frozen=True)
class Shift:
    """How far a printer's whole print is moved, in millimetres to the right and down: no two of them hit one point."""

    right: float = 0.0
    down: float = 0.0


def draw(face: CardPaper, *, shift: Shift = Shift(), training: bool = False) -> bytes:
    """Draw the card's face, its words in capitals whatever case they were registered in.

    Raises PaperRefused when the portrait or the signature is no picture.
    """
    sheet = _sheet("KTP-el", shift, training=training)
    sheet.fitted(
        sheet.left, sheet.top, sheet.width, 8.4, f"PROVINSI {face.province}".upper(), Face.BOLD, 7.4, Align.CENTRE
    )
    sheet.fitted(sheet.left, sheet.top - 8.6, sheet.width, 8.4, face.regency.upper(), Face.BOLD, 7.4, Align.CENTRE)
    top = _fields_top(sheet) + 13
    sheet.text(sheet.left, top - 9.4, "NIK", Face.BOLD, 9)
    sheet.text(sheet.left + _LABEL, top - 9.4, ":", Face.BOLD, 9)
    sheet.text(sheet.left + _LABEL + _COLON, top - 9.4, face.nik, Face.BOLD, 9.6)
    _draw_fields(sheet, face, _fields_top(sheet))
    _draw_side(sheet, face)
    return sheet.finish()


def draw_test(shift: Shift = Shift()) -> bytes:
    """Draw a card that shows where a printer's print lies: a frame 2 mm inside the edges, crosses and rulers, no data.

    Whoever measures from the card's edge to the frame knows by how much to move it.
    """
    sheet = _sheet("Kartu uji", shift)
    canvas, inset = sheet.canvas, 2 * mm
    canvas.setLineWidth(0.4)
    canvas.rect(inset, inset, sheet.page_width - 2 * inset, sheet.page_height - 2 * inset)
    for x in (10 * mm, sheet.page_width / 2, sheet.page_width - 10 * mm):
        for y in (10 * mm, sheet.page_height / 2, sheet.page_height - 10 * mm):
            canvas.line(x - 2 * mm, y, x + 2 * mm, y)
            canvas.line(x, y - 2 * mm, x, y + 2 * mm)
    for tenth in range(81):
        canvas.line(inset + tenth * mm, inset, inset + tenth * mm, inset + (2 if tenth % 10 else 4) * mm / 2)
    for tenth in range(49):
        canvas.line(inset, inset + tenth * mm, inset + (2 if tenth % 10 else 4) * mm / 2, inset + tenth * mm)
    middle, top = sheet.page_width / 2, sheet.page_height - 17 * mm
    sheet.text(middle, top, "KARTU UJI", Face.BOLD, 11, Align.CENTRE)
    moved = f"kanan {shift.right:+.1f} mm   bawah {shift.down:+.1f} mm".replace(".", ",")
    sheet.text(middle, top - 12, moved, Face.SANS, 8, Align.CENTRE)
    for row, line in enumerate(
        ("Bingkai harus 2,0 mm dari setiap tepi kartu.", "Selisihnya ke card_right dan card_down (0,1 mm).")
    ):
        sheet.text(middle, sheet.page_height / 2 - 22 - row * 9, line, Face.NARROW, 7, Align.CENTRE)
    return sheet.finish()


def _sheet(title: str, shift: Shift, *, training: bool = False) -> Sheet:
    sheet = Sheet(title, size=PaperSize.CR80, margins=_MARGINS, training=training, foot=None)
    if shift != Shift():
        sheet.canvas.translate(shift.right * mm, -shift.down * mm)
    return sheet


@dataclass(frozen=True, repr=False)
class FaceField:
    """One field as it is printed: its value's lines, and the size of their letters in points."""

    label: str
    lines: tuple[str, ...]
    size: float

    @property
    def squeezed(self) -> bool:
        """Whether its letters are clearly smaller than those of a usual card."""
        return self.size < _LARGEST * 0.85


def laid_out(face: CardPaper) -> tuple[FaceField, ...]:
    """Return the fields just as `draw` prints them, so that whoever sends the card can see where its lines break.

    A name and an occupation may take two lines and an address three; what is longer gets smaller letters. All are set
    in the largest size in which every line has room.
    """
    sheet = Sheet("", size=PaperSize.CR80, margins=_MARGINS, foot=None)
    return _laid_out(sheet, face, _fields_top(sheet))[0]


def letters_missing(face: CardPaper) -> str:
    """Return the letters of the card that no font here has: they would be printed as boxes."""
    texts = (face.province, face.regency, face.nik, face.issue_place, *(value for _, value, _ in _fields(face)))
    return typeface(Face.NARROW_BOLD).missing("".join(texts).upper())


def _fields(face: CardPaper) -> tuple[tuple[str, str, int], ...]:
    """Return label, value and how many lines the value may take."""
    return (
        ("Nama", face.name, 2),
        ("Tempat/Tgl Lahir", f"{face.birth_place}, {words.short_date(face.birth_date)}", 1),
        ("Jenis Kelamin", _SEX.get(face.sex, face.sex), 1),
        ("Alamat", face.address, 3),
        ("    RT/RW", f"{face.rt or '-'}/{face.rw or '-'}", 1),
        ("    Kel/Desa", face.village, 1),
        ("    Kecamatan", face.district, 1),
        ("Agama", face.religion, 1),
        ("Status Perkawinan", face.marital_status, 1),
        ("Pekerjaan", face.occupation, 2),
        ("Kewarganegaraan", face.citizenship, 1),
        ("Berlaku Hingga", face.validity, 1),
    )


def _fields_top(sheet: Sheet) -> float:
    """Return where the fields begin: under province, regency and NIK."""
    return sheet.top - 8.6 * 2 - 0.4 * mm - 13


def _laid_out(sheet: Sheet, face: CardPaper, top: float) -> tuple[tuple[FaceField, ...], float]:
    """Return the fields, and the largest size in which all their lines have room: values break, then shrink."""
    width = _value_width(sheet)
    size = _LARGEST
    while True:
        made = tuple(_field(label, value, size, width, lines) for label, value, lines in _fields(face))
        rows = sum(len(one.lines) for one in made)
        if rows * size * LEADING <= top - sheet.bottom or size <= _SMALLEST:
            return made, size
        size -= 0.1


def _value_width(sheet: Sheet) -> float:
    return sheet.right - _PICTURE_WIDTH - 1.2 * mm - (sheet.left + _LABEL + _COLON)


def _draw_fields(sheet: Sheet, face: CardPaper, top: float) -> None:
    x, width = sheet.left + _LABEL + _COLON, _value_width(sheet)
    fields, size = _laid_out(sheet, face, top)
    rows = sum(len(one.lines) for one in fields)
    pitch = min((top - sheet.bottom) / rows, size * 1.32)
    y = top
    for one in fields:
        for index, line in enumerate(one.lines):
            y -= pitch
            if index == 0:
                sheet.text(sheet.left, y, one.label, Face.NARROW, size)
                sheet.text(sheet.left + _LABEL, y, ":", Face.NARROW, size)
                if one.label == "Jenis Kelamin":
                    blood = f"Gol. Darah : {face.blood_type.upper() or '-'}"
                    sheet.text(x + width, y, blood, Face.NARROW, size, Align.RIGHT)
            face_of = Face.NARROW_BOLD if one.label == "Nama" else Face.NARROW
            sheet.text(x, y, line, face_of, one.size)


def _field(label: str, value: str, size: float, width: float, lines: int) -> FaceField:
    """Make a value fit its lines; a value of one line shrinks and never takes a second."""
    fitted = fit(value.upper() or "-", typeface(Face.NARROW_BOLD), size, width, lines * size * LEADING)
    return FaceField(label, fitted.lines, fitted.size)


def _draw_side(sheet: Sheet, face: CardPaper) -> None:
    """Draw portrait, place and date of issue, and the signature, down the right side."""
    x = sheet.right - _PICTURE_WIDTH
    picture_top = sheet.top - 22
    low = picture_top - _PICTURE_HEIGHT
    draw_image(sheet, face.portrait, x, low, _PICTURE_WIDTH, _PICTURE_HEIGHT, longest=_PICTURE_PIXELS, cover=True)
    sheet.fitted(x, low - 1, _PICTURE_WIDTH, 6.4, face.issue_place.upper(), Face.NARROW, 5.6, Align.CENTRE)
    sheet.fitted(x, low - 7.2, _PICTURE_WIDTH, 6.4, words.short_date(face.issue_day), Face.NARROW, 5.6, Align.CENTRE)
    if face.signature is not None:
        room = low - 14 - sheet.bottom
        draw_image(sheet, face.signature, x, sheet.bottom, _PICTURE_WIDTH, room, longest=_PICTURE_PIXELS)
