"""The pen: how a terminal draws the next character (ECMA-48 SGR, and OSC 8 links)."""

from __future__ import annotations

from typing import NamedTuple


class Pen(NamedTuple):
    """Ink and paper as SGR parameters (empty: the terminal's own), marks as bits, the address of a link."""

    ink: str = ""
    paper: str = ""
    marks: int = 0
    link: str = ""


PLAIN = Pen()
_MARKS = (
    (1, 22),  # bold
    (2, 22),  # faint; one code ends both
    (3, 23),  # italic
    (4, 24),  # underlined
    (5, 25),  # blinking
    (6, 25),
    (7, 27),  # reverse
    (8, 28),  # concealed
    (9, 29),  # struck out
    (21, 24),  # underlined twice
    (51, 54),  # framed
    (52, 54),
    (53, 55),  # overlined
)
"""The code that puts a mark on and the one that takes it off; the row's number is the mark's bit."""
_ON = {on: 1 << bit for bit, (on, _off) in enumerate(_MARKS)}
_OFF: dict[int, int] = {}
for _bit, (_on, _off) in enumerate(_MARKS):
    _OFF[_off] = _OFF.get(_off, 0) | 1 << _bit
SEEN_ON_A_BLANK = sum(_ON[on] for on in (4, 5, 6, 7, 9, 21, 51, 52, 53))
"""Marks that show where no character stands; ink, bold, faint and italic do not."""


class UnknownOutput(Exception):
    """What this layer does not read: it goes to the terminal as it is, and everything is drawn anew behind it."""


def moved(pen: Pen, parameters: str) -> Pen:
    """Return the pen after an SGR sequence with these parameters; raises UnknownOutput."""
    ink, paper, marks, link = pen
    codes = iter(parameters.split(";"))
    for code in codes:
        number = int(code or 0)
        if number == 0:
            ink, paper, marks = "", "", 0
        elif number in (38, 48):
            kind = next(codes, "")
            colour = ";".join([str(number), kind, *(next(codes, "0") for _ in range(3 if kind == "2" else 1))])
            ink, paper = (colour, paper) if number == 38 else (ink, colour)
        elif 30 <= number <= 37 or 90 <= number <= 97:
            ink = code
        elif 40 <= number <= 47 or 100 <= number <= 107:
            paper = code
        elif number == 39:
            ink = ""
        elif number == 49:
            paper = ""
        elif number in _ON:
            marks |= _ON[number]
        elif number in _OFF:
            marks &= ~_OFF[number]
        else:
            raise UnknownOutput(parameters)
    return Pen(ink, paper, marks, link)


def change(old: Pen | None, new: Pen) -> str:
    """Return the shortest sequence from one pen to another; from None, which is any pen, everything is said."""
    ons = [str(on) for bit, (on, _off) in enumerate(_MARKS) if new.marks >> bit & 1]
    colours = [code for code in (new.ink, new.paper) if code]
    anew = "\x1b[" + ";".join((["0"] if ons or colours else []) + ons + colours) + "m"
    was_link = old.link if old else ""
    link = f"\x1b]8;;{new.link}\x1b\\" if new.link != was_link else ""
    if old is None:
        return anew + link
    codes: list[str] = []
    for bit, (_on, off) in enumerate(_MARKS):
        if old.marks & ~new.marks & 1 << bit and str(off) not in codes:
            codes.append(str(off))
    for bit, (on, off) in enumerate(_MARKS):
        if new.marks >> bit & 1 and (not old.marks >> bit & 1 or str(off) in codes):
            codes.append(str(on))
    if old.ink != new.ink:
        codes.append(new.ink or "39")
    if old.paper != new.paper:
        codes.append(new.paper or "49")
    step = "\x1b[" + ";".join(codes) + "m" if codes else ""
    return (step if len(step) <= len(anew) else anew) + link
