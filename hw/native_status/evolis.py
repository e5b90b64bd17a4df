"""Evolis: ESC, a name and its parameters, CR; answered with a line of text, or on a serial line with ACK or NAK.

From the maker's Programming Guide A5013 rev. E (Pebble, Dualys, Tattoo, Quantum). Newer models answer the same reads;
what one does not know it answers with an error, and is then not known here either.
"""

from __future__ import annotations

from collections.abc import Mapping

from hw.types import PrinterHealth

_ESC, _CR = b"\x1b", b"\r"
_ACK, _NAK = 0x06, 0x15

RIBBON, LEFT, RIBBON_END, LAST_CARD, LAST_CLEANING, MODEL = "Rr", "Rco;I", "Rcr", "Rlr;p", "Rlr;r", "Rtp"
READS = (MODEL, RIBBON, LEFT, RIBBON_END, LAST_CARD, LAST_CLEANING)
"""What is asked, in this order: nothing of it moves a card or a ribbon."""
END = b"\r\n\x00\x03" + bytes((_ACK, _NAK))
"""Whatever ends an answer: guides and models differ."""

_LONGEST = 160
_REFUSED = {"C": "cover-open", "F": "media-empty", "R": "marker-supply-empty", "T": "media-jam"}
"""Behind NAK on a serial line: why the printer can do nothing now."""


def command(name: str) -> bytes:
    """Return one read as it is sent; its parameters stand in it behind semicolons."""
    return _ESC + name.encode("ascii") + _CR


def answer(said: bytes) -> str:
    """Return the text of an answer, empty for ACK alone; a NAK comes back as `NAK` and its code."""
    if said[:1] == bytes((_NAK,)):
        return "NAK " + "".join(chr(byte) for byte in said[1:4] if chr(byte).isalnum())
    text = "".join(chr(byte) if 0x20 <= byte < 0x7F else " " for byte in said[:_LONGEST])
    return " ".join(text.split())


def health(answers: Mapping[str, str]) -> PrinterHealth:
    """Return what the answers say together; one that cannot be understood says nothing."""
    reasons = [_REFUSED[code[4:5]] for code in answers.values() if code.startswith("NAK ") and code[4:5] in _REFUSED]
    if (end := answers.get(RIBBON_END, "")) and not _is_refusal(end) and "OK" not in end.upper():
        reasons.append("marker-supply-empty")
    if "NO CARD" in answers.get(LAST_CARD, "").upper():
        reasons.append("media-empty")
    left = answers.get(LEFT, "")
    ribbon = answers.get(RIBBON, "")
    return PrinterHealth(
        ribbon="" if _is_refusal(ribbon) else ribbon,
        cards_left=int(left) if left.isascii() and left.isdigit() and len(left) <= 5 else None,
        cleaning_due="NEED CLEANING" in answers.get(LAST_CLEANING, "").upper(),
        reasons=tuple(dict.fromkeys(reasons)),
    )


def _is_refusal(text: str) -> bool:
    return text.startswith("NAK") or "ERR" in text.upper()
