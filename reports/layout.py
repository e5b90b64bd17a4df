"""What all papers share: the office's letterhead, the title with its number, the parties and where they sign."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import date

from PIL import Image, UnidentifiedImageError
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader

from reports import words
from reports.fonts import LEADING, Face, fit, one_line, typeface
from reports.page import BLACK, GREY, Align, Ink, Sheet, SigningField, Style
from reports.refusal import PaperRefused, Refusal

SIGNING_GAP = 18 * mm
_LINE = 13.0
_CREST_PIXELS = 600
_PICTURES = ("PNG", "JPEG", "JPEG2000")  # others open programs of their own, or hold scripts


@dataclass(frozen=True)
class Letterhead:
    """The office's own lines at the top of its papers; `crest` is a PNG or JPEG, without it a plain mark is drawn.

    `place` is the town that stands before a paper's date, `style` how the office wants what is under its letterhead.
    """

    government: str
    agency: str
    address: str
    contact: str
    place: str
    crest: bytes | None = field(default=None, repr=False)
    style: Style = field(default_factory=Style)


BALANGAN = Letterhead(
    government="PEMERINTAH KABUPATEN BALANGAN",
    agency="DINAS KEPENDUDUKAN DAN PENCATATAN SIPIL",
    address="Jalan … (alamat kantor), Paringin, Kabupaten Balangan, Kalimantan Selatan 71618",
    contact="Telepon (0526) …   Pos-el …",
    place="Paringin",
)


@dataclass(frozen=True)
class DrawnSignature:
    """What somebody drew on the pad: strokes of points from (0, 0) at the top left to (1, 1).

    `aspect` is the pad's width over its height, so that the drawing keeps its shape.
    """

    strokes: tuple[tuple[tuple[float, float], ...], ...] = field(repr=False)
    aspect: float = 2.5

    def __post_init__(self) -> None:
        if self.aspect <= 0 or not all(0 <= x <= 1 and 0 <= y <= 1 for stroke in self.strokes for x, y in stroke):
            raise PaperRefused(Refusal.BAD_SIGNATURE)


@dataclass(frozen=True, repr=False)
class Signer:
    """Who signs a paper: in what part, with what post; without a drawn signature the place is left for ink.

    `field` names the signature field that the place becomes: then nothing is drawn there, for the drawing comes with
    the electronic signature (`reports.signing`).
    """

    name: str
    post: str
    nip: str | None = None
    part: str = ""
    signature: DrawnSignature | None = None
    field: str = ""


def draw_letterhead(sheet: Sheet, letterhead: Letterhead) -> None:
    """Draw the letterhead at the top of the page, with its thick and its thin rule; what follows is in its style."""
    sheet.style = letterhead.style
    top = sheet.top + 7 * mm  # the letterhead reaches into the top margin, as on printed office paper
    crest_width, crest_height = 17 * mm, 21 * mm
    _draw_crest(sheet, letterhead.crest, sheet.left, top - crest_height, crest_width, crest_height)
    x = sheet.left + crest_width + 2 * mm
    width = sheet.right - x
    lines = (
        (letterhead.government, Face.SANS, 13.0, 15.0),
        (letterhead.agency, Face.BOLD, 15.5, 18.0),
        (letterhead.address, Face.SANS, 8.8, 11.5),
        (letterhead.contact, Face.SANS, 8.8, 11.5),
    )
    y = top
    for text, face, size, height in lines:
        sheet.fitted(x, y, width, height, text, face, size, Align.CENTRE)
        y -= height
    y = top - crest_height - 2.2 * mm
    sheet.rule(y, weight=2.2, ink=BLACK)
    sheet.rule(y - 2.4, weight=0.6, ink=BLACK)
    sheet.y = y - 2.4 - 6 * mm


def _draw_crest(sheet: Sheet, crest: bytes | None, x: float, y: float, width: float, height: float) -> None:
    if crest is None:
        _draw_plain_mark(sheet, x, y, width, height)
        return
    draw_image(sheet, crest, x, y, width, height, longest=_CREST_PIXELS)


def _draw_plain_mark(sheet: Sheet, x: float, y: float, width: float, height: float) -> None:
    """Draw a shield with a rising sun over water: a mark of nobody's, until the office sets its crest."""
    canvas = sheet.canvas
    for inset, weight in ((0.0, 1.3), (1.6, 0.5)):
        left, right, top, low = x + inset, x + width - inset, y + height - inset, y + inset
        shoulder = y + height * 0.42
        middle = x + width / 2
        path = canvas.beginPath()
        path.moveTo(left, top)
        path.lineTo(right, top)
        path.lineTo(right, shoulder)
        path.curveTo(right, y + height * 0.18, middle + width * 0.2, low + 3, middle, low)
        path.curveTo(middle - width * 0.2, low + 3, left, y + height * 0.18, left, shoulder)
        path.close()
        canvas.setStrokeColorRGB(*BLACK)
        canvas.setLineWidth(weight)
        canvas.drawPath(path, stroke=1, fill=0)
    middle, water = x + width / 2, y + height * 0.46
    canvas.setLineWidth(0.9)
    canvas.arc(middle - 8, water - 8, middle + 8, water + 8, 0, 180)
    for along, up in ((-13, 7), (-8, 12.5), (0, 15), (8, 12.5), (13, 7)):
        canvas.line(middle + along * 0.78, water + up * 0.78, middle + along, water + up)
    for row in range(3):
        reach = 15 - row * 3.6
        canvas.line(middle - reach, water - row * 4, middle + reach, water - row * 4)


def draw_image(
    sheet: Sheet, image: bytes, x: float, y: float, width: float, height: float, *, longest: int, cover: bool = False
) -> None:
    """Draw a picture into a box, whole inside it or, with `cover`, filling it and cut at the sides.

    Raises PaperRefused when the bytes are no picture that Pillow can read.
    """
    try:
        with Image.open(io.BytesIO(image), formats=_PICTURES) as opened:
            opened.thumbnail((longest, longest))
            shown = opened.convert("RGBA" if "A" in opened.getbands() else "RGB")
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as error:
        raise PaperRefused(Refusal.BAD_IMAGE) from error
    across, down = shown.size
    scale = max(width / across, height / down) if cover else min(width / across, height / down)
    drawn_width, drawn_height = across * scale, down * scale
    canvas = sheet.canvas
    canvas.saveState()
    window = canvas.beginPath()
    window.rect(x, y, width, height)
    canvas.clipPath(window, stroke=0, fill=0)
    left, low = x + (width - drawn_width) / 2, y + (height - drawn_height) / 2
    canvas.drawImage(ImageReader(shown), left, low, drawn_width, drawn_height, mask="auto")
    canvas.restoreState()


def draw_title(sheet: Sheet, *lines: str, number: str = "", size: float = 13.0) -> None:
    """Draw the paper's name in the middle, bold, its number under it where it has one."""
    size *= sheet.style.scale
    for line in lines:
        sheet.fitted(sheet.left, sheet.y, sheet.width, size * 1.35, line, Face.BOLD, size, Align.CENTRE)
        sheet.y -= size * 1.35
    if number:
        text = sheet.style.text
        sheet.fitted(sheet.left, sheet.y, sheet.width, text + 4, f"NOMOR : {number}", size=text, align=Align.CENTRE)
        sheet.y -= text + 4
    sheet.y -= 3 * mm


def draw_facts(
    sheet: Sheet,
    facts: tuple[tuple[str, str], ...],
    *,
    width: float | None = None,
    label: float = 34 * mm,
    size: float = 10.5,
    height: float | None = None,
) -> None:
    """Draw labelled facts one under the other: label, colon, value; long values go on in lines of their own.

    All are made smaller until they stand in `height`, where one is given.
    """
    size *= sheet.style.scale
    label *= sheet.style.scale
    room = (width or sheet.width) - label - 4 * mm
    while True:
        places = [
            (name, fit(value or "–", typeface(Face.SANS), size, room, 3 * size * LEADING)) for name, value in facts
        ]
        taken = sum(size * 1.36 + (len(place.lines) - 1) * place.size * 1.25 for _, place in places)
        if height is None or taken + 4 * mm <= height:
            break
        size *= 0.92
    for name, place in places:
        sheet.y -= size * 1.36
        sheet.text(sheet.left, sheet.y, name, size=size)
        sheet.text(sheet.left + label, sheet.y, ":", size=size)
        for row, line in enumerate(place.lines):
            sheet.y -= place.size * 1.25 if row else 0
            sheet.text(sheet.left + label + 4 * mm, sheet.y, line, size=place.size)
    sheet.y -= 4 * mm


def signatures_height(signers: tuple[Signer, ...]) -> float:
    """Return the height that `draw_signatures` takes."""
    part = _LINE if any(signer.part for signer in signers) else 0.0
    return _LINE * 2.2 + part + 2 * _LINE + SIGNING_GAP + 2 * _LINE


def draw_signatures(
    sheet: Sheet, signers: tuple[Signer, ...], place: str, day: date, *, columns: int | None = None
) -> None:
    """Draw place and date at the right, and under them a block for each signer, the last one at the right margin.

    The last is who signs for the office: where its style has him first, he stands before the others instead.
    `columns` is into how many the width is shared: as many as there are signers, two at least, unless told otherwise.

    Each block: part and post, the drawn signature or 18 mm for ink, the name bold and underlined, the NIP in groups;
    whose name nobody knows yet gets a line to write it on.
    """
    if sheet.style.office_first:
        signers = (*signers[-1:], *signers[:-1])
    columns = columns or max(2, len(signers))
    column = sheet.width / columns
    sheet.y -= _LINE * 1.7
    last = sheet.right - column / 2
    dated = f"{place}, {words.long_date(day)}"
    half = typeface(Face.SANS).width(one_line(dated), sheet.style.text) / 2
    sheet.text(min(last, sheet.right - half), sheet.y, dated, size=sheet.style.text, align=Align.CENTRE)
    sheet.y -= _LINE * 0.5
    top = sheet.y
    part = _LINE if any(signer.part for signer in signers) else 0.0
    for index, signer in enumerate(signers):
        x = sheet.left + column * (columns - len(signers) + index)
        _draw_block(sheet, signer, x + 3 * mm, top, column - 6 * mm, part)
    sheet.y = top - part - 2 * _LINE - SIGNING_GAP - 2 * _LINE


def _draw_block(sheet: Sheet, signer: Signer, x: float, top: float, width: float, part: float) -> None:
    middle = x + width / 2
    if signer.part:
        sheet.fitted(x, top, width, _LINE, signer.part, Face.BOLD, sheet.style.text, Align.CENTRE)
    y = top - part
    place = fit(f"{words.titled(signer.post)},", typeface(Face.SANS), sheet.style.text, width, 2 * _LINE)
    line_y = y - 10
    for line in place.lines:
        sheet.text(middle, line_y, line, size=place.size, align=Align.CENTRE)
        line_y -= place.size * LEADING
    y -= 2 * _LINE
    if signer.field:
        box = (x, y - SIGNING_GAP, x + width, y)
        sheet.signing_fields.append(SigningField(signer.field, sheet.page, box))
    elif signer.signature is not None:
        _draw_strokes(sheet, signer.signature, x, y - SIGNING_GAP, width)
    y -= SIGNING_GAP + _LINE * 0.85
    if not signer.name.strip():
        sheet.rule(y - 1.8, x + width * 0.15, x + width * 0.85, weight=0.8, ink=BLACK)
        return
    # A name is underlined as one: it stays on one line, however small.
    size = min(sheet.style.text, width / max(typeface(Face.BOLD).width(one_line(signer.name), 1), 1e-6))
    drawn = sheet.text(middle, y, signer.name, Face.BOLD, size, Align.CENTRE)
    sheet.rule(y - 1.8, middle - drawn / 2, middle + drawn / 2, weight=0.8, ink=BLACK)
    if signer.nip:
        sheet.fitted(
            x, y - 4, width, _LINE, f"NIP {words.nip(signer.nip)}", size=10.5 * sheet.style.scale, align=Align.CENTRE
        )


PEN: Ink = (0.05, 0.1, 0.4)
PEN_WIDTH = 1.1


def strokes_in(signature: DrawnSignature, width: float, height: float) -> list[list[tuple[float, float]]]:
    """Return a signature's strokes in points, in its own shape, as large as a box of that size from (0, 0) allows."""
    points = [point for stroke in signature.strokes for point in stroke]
    if not points:
        return []
    left, right = min(p[0] for p in points), max(p[0] for p in points)
    upper, lower = min(p[1] for p in points), max(p[1] for p in points)
    across, down = max((right - left) * signature.aspect, 1e-6), max(lower - upper, 1e-6)
    scale = min(width * 0.8 / across, height / down)
    x0, y0 = (width - across * scale) / 2, (height - down * scale) / 2
    placed = [
        [(x0 + (x - left) * signature.aspect * scale, y0 + (lower - y) * scale) for x, y in stroke]
        for stroke in signature.strokes
        if stroke
    ]
    # A dot is a line too short to see its direction.
    return [[*stroke, (stroke[0][0] + 0.1, stroke[0][1])] if len(stroke) == 1 else stroke for stroke in placed]


def _draw_strokes(sheet: Sheet, signature: DrawnSignature, x: float, y: float, width: float) -> None:
    """Draw a signature above its line, in the blue of a pen."""
    path = sheet.canvas.beginPath()
    for stroke in strokes_in(signature, width, SIGNING_GAP):
        for index, (px, py) in enumerate(stroke):
            (path.lineTo if index else path.moveTo)(x + px, y + py)
    sheet.canvas.setStrokeColorRGB(*PEN)
    sheet.canvas.setLineWidth(PEN_WIDTH)
    sheet.canvas.setLineCap(1)
    sheet.canvas.setLineJoin(1)
    sheet.canvas.drawPath(path, stroke=1, fill=0)
    sheet.canvas.setLineCap(0)
    sheet.canvas.setLineJoin(0)


def draw_note(sheet: Sheet, text: str, *, size: float = 8.5, width: float | None = None) -> None:
    """Draw a small grey remark in as many lines as it needs."""
    size *= sheet.style.scale
    place = fit(text, typeface(Face.SANS), size, width or sheet.width, 8 * size * LEADING)
    for line in place.lines:
        sheet.y -= place.size * 1.3
        sheet.text(sheet.left, sheet.y, line, size=place.size, ink=GREY)
    sheet.y -= 2 * mm
