"""A card's face made ready for the printer: the one place where a sealed portrait and signature are opened again.

They are opened with the printing operator's key, drawn, and dropped; what leaves this module is the card's PDF and, for
the screen, a portrait of a few shades that nobody could use for anything else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reports.card import CardPaper, Shift
    from store.card_face import CardFace
    from store.sealing import Seals
    from tui.settings import Settings

_SHADES = " ░▒▓█"


class NotDrawnError(Exception):
    """The card cannot be drawn: the printing key is missing or another's, or what was recorded is no picture.

    `letters` are those that no font here has, where that is why.
    """

    def __init__(self, letters: str = "") -> None:
        super().__init__("letters" if letters else "")
        self.letters = letters


@dataclass(frozen=True, repr=False)
class AsPrinted:
    """The card's fields with their lines just as they will stand on it.

    `small` tells that some are clearly smaller than on a usual card, `letters` are those that no font here has.
    """

    fields: tuple[tuple[str, tuple[str, ...]], ...]
    small: bool
    letters: str


@dataclass(frozen=True, repr=False)
class PrintingKey:
    """What opens a portrait: the office's public keys and the private one that this officer's passphrase gave."""

    seals: Seals
    private: bytes

    def open(self, box: bytes) -> bytes:
        """Open one box; raises NotDrawnError for another office's, or a damaged one."""
        from store.sealing import SealError

        try:
            return self.seals.open_print(self.private, box)
        except SealError as error:
            raise NotDrawnError from error


def shift_of(settings: Settings) -> Shift:
    """Return how far this office's card printer is to be corrected."""
    from reports.card import Shift

    return Shift(settings.card_right / 10, settings.card_down / 10)


def draw(face: CardFace, key: PrintingKey, settings: Settings, *, training: bool = False) -> bytes:
    """Draw the card as the PDF that goes to the printer; takes some 100 ms, so off the application's loop.

    Raises NotDrawnError; a card without a portrait, or with a box in the place of a letter, is never drawn.
    """
    from reports import card
    from reports.refusal import PaperRefused

    if face.portrait is None:
        raise NotDrawnError
    paper = _paper(face, key.open(face.portrait), None if face.signature is None else key.open(face.signature))
    if letters := card.letters_missing(paper):
        raise NotDrawnError(letters)
    try:
        return card.draw(paper, shift=shift_of(settings), training=training)
    except PaperRefused as error:
        raise NotDrawnError from error


def as_printed(face: CardFace) -> AsPrinted:
    """Return where the lines of the card will break: by the same rule by which it is drawn. Off the loop, 10 ms."""
    from reports import card

    paper = _paper(face, b"", None)
    fields = card.laid_out(paper)
    return AsPrinted(
        tuple((one.label.strip(), one.lines) for one in fields),
        any(one.squeezed for one in fields),
        card.letters_missing(paper),
    )


def _paper(face: CardFace, portrait: bytes, signature: bytes | None) -> CardPaper:
    from reports.card import CardPaper

    return CardPaper(
        province=face.province,
        regency=f"KABUPATEN {face.regency}",
        nik=face.nik,
        name=face.name,
        birth_place=face.birth_place,
        birth_date=face.birth_date,
        sex="" if face.sex is None else face.sex.value,
        blood_type=face.blood_type,
        address=face.address,
        rt=face.rt,
        rw=face.rw,
        village=face.village,
        district=face.district,
        religion=face.religion,
        marital_status=face.marital_status,
        occupation=face.occupation,
        citizenship=face.citizenship,
        issue_place=face.issue_place,
        issue_day=face.issue_day,
        portrait=portrait,
        signature=signature,
        validity=face.validity,
    )


def thumbnail(face: CardFace, key: PrintingKey, columns: int, rows: int) -> tuple[str, ...]:
    """Draw the portrait in shades, two pixels high a character, to be compared with the card in hand.

    Raises NotDrawnError; without a portrait there are no lines.
    """
    from hw.pictures.pixels import UnreadablePicture, pixels

    if face.portrait is None:
        return ()
    try:
        small = pixels(key.open(face.portrait), columns, rows * 2)
    except UnreadablePicture as error:
        raise NotDrawnError from error
    grey = [sum(small.rgb[at : at + 3]) // 3 for at in range(0, len(small.rgb), 3)]
    lines: list[str] = []
    for top in range(0, small.height - 1, 2):
        upper, lower = (grey[row * small.width : (row + 1) * small.width] for row in (top, top + 1))
        lines.append("".join(_SHADES[(a + b) * len(_SHADES) // 512] for a, b in zip(upper, lower, strict=True)))
    return tuple(lines)
