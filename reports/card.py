"""The face of the card: data, portrait and signature on a CR80 blank, as one page of exactly that size.

The blank brings its own background; what is printed are the words, the portrait and the signature. A PDF goes through
CUPS sharper than a picture would.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from reportlab.lib.units import mm

from reports import words
from reports.fonts import LEADING, Face, Fitted, fit, typeface
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


def draw(face: CardPaper, *, training: bool = False) -> bytes:
    """Draw the card's face, its words in capitals whatever case they were registered in.

    Raises PaperRefused when the portrait or the signature is no picture.
    """
    sheet = Sheet("KTP-el", size=PaperSize.CR80, margins=_MARGINS, training=training, foot=None)
    sheet.fitted(
        sheet.left, sheet.top, sheet.width, 8.4, f"PROVINSI {face.province}".upper(), Face.BOLD, 7.4, Align.CENTRE
    )
    sheet.fitted(sheet.left, sheet.top - 8.6, sheet.width, 8.4, face.regency.upper(), Face.BOLD, 7.4, Align.CENTRE)
    top = sheet.top - 8.6 * 2 - 0.4 * mm
    sheet.text(sheet.left, top - 9.4, "NIK", Face.BOLD, 9)
    sheet.text(sheet.left + _LABEL, top - 9.4, ":", Face.BOLD, 9)
    sheet.text(sheet.left + _LABEL + _COLON, top - 9.4, face.nik, Face.BOLD, 9.6)
    _draw_fields(sheet, face, top - 13)
    _draw_side(sheet, face)
    return sheet.finish()


def _fields(face: CardPaper) -> tuple[tuple[str, str, int], ...]:
    """Return label, value and how many lines the value may take."""
    return (
        ("Nama", face.name, 2),
        ("Tempat/Tgl Lahir", f"{face.birth_place}, {words.short_date(face.birth_date)}", 1),
        ("Jenis Kelamin", _SEX.get(face.sex, face.sex), 1),
        ("Alamat", face.address, 2),
        ("    RT/RW", f"{face.rt or '-'}/{face.rw or '-'}", 1),
        ("    Kel/Desa", face.village, 1),
        ("    Kecamatan", face.district, 1),
        ("Agama", face.religion, 1),
        ("Status Perkawinan", face.marital_status, 1),
        ("Pekerjaan", face.occupation, 1),
        ("Kewarganegaraan", face.citizenship, 1),
        ("Berlaku Hingga", face.validity, 1),
    )


def _draw_fields(sheet: Sheet, face: CardPaper, top: float) -> None:
    """Draw the fields in the largest size in which all their lines have room; long values break, then shrink."""
    x = sheet.left + _LABEL + _COLON
    width = sheet.right - _PICTURE_WIDTH - 1.2 * mm - x
    height = top - sheet.bottom
    size = _LARGEST
    while True:
        fitted = [(label, _value(value, size, width, lines)) for label, value, lines in _fields(face)]
        rows = sum(len(value.lines) for _, value in fitted)
        if rows * size * LEADING <= height or size <= _SMALLEST:
            break
        size -= 0.1
    pitch = min(height / rows, size * 1.32)
    y = top
    for label, value in fitted:
        for index, line in enumerate(value.lines):
            y -= pitch
            if index == 0:
                sheet.text(sheet.left, y, label, Face.NARROW, size)
                sheet.text(sheet.left + _LABEL, y, ":", Face.NARROW, size)
                if label == "Jenis Kelamin":
                    blood = f"Gol. Darah : {face.blood_type.upper() or '-'}"
                    sheet.text(x + width, y, blood, Face.NARROW, size, Align.RIGHT)
            face_of = Face.NARROW_BOLD if label == "Nama" else Face.NARROW
            sheet.text(x, y, line, face_of, value.size)


def _value(value: str, size: float, width: float, lines: int) -> Fitted:
    """Make a value fit its lines; a value of one line shrinks and never takes a second."""
    return fit(value.upper() or "-", typeface(Face.NARROW_BOLD), size, width, lines * size * LEADING)


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
