"""A card's face made ready for the printer: the one place where a sealed portrait and signature are opened again.

They are opened with the printing operator's key, drawn, and dropped; what leaves this module is the card's PDF and, for
the screen, a portrait of a few shades that nobody could use for anything else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from store.card_face import CardFace
    from store.sealing import Seals

_SHADES = " ░▒▓█"


class NotDrawnError(Exception):
    """The card cannot be drawn: the printing key is missing or another's, or what was recorded is no picture."""


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


def draw(face: CardFace, key: PrintingKey, *, training: bool = False) -> bytes:
    """Draw the card as the PDF that goes to the printer; takes some 100 ms, so off the application's loop.

    Raises NotDrawnError; a card without a portrait is never drawn.
    """
    from reports import card
    from reports.refusal import PaperRefused

    if face.portrait is None:
        raise NotDrawnError
    paper = card.CardPaper(
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
        portrait=key.open(face.portrait),
        signature=None if face.signature is None else key.open(face.signature),
        validity=face.validity,
    )
    try:
        return card.draw(paper, training=training)
    except PaperRefused as error:
        raise NotDrawnError from error


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
