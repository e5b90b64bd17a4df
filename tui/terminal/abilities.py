"""What the terminal can do, as terminfo knows it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Abilities:
    """What a terminal is known to do besides the plainest."""

    paints_erased: bool = False
    """Erased cells take the paper of the pen (terminfo `bce`); otherwise only plain ones are erased."""
    erases_in_row: bool = True
    """It knows ECH."""
    moves_rows: bool = True
    """It knows IL and DL."""


def known_abilities() -> Abilities:
    """Ask terminfo about the terminal of this process; of one it does not know the plainest is believed."""
    import curses  # with terminfo's database: only where there is a terminal

    try:
        curses.setupterm()
    except curses.error:
        return Abilities(erases_in_row=False, moves_rows=False)
    return Abilities(
        curses.tigetflag("bce") == 1,
        bool(curses.tigetstr("ech")),
        bool(curses.tigetstr("il") and curses.tigetstr("dl")),
    )
