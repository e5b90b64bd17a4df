"""The list by curses, the cheapest there is on the line."""

from __future__ import annotations

import curses
import locale

from bench.peers.roster import CLASSES, DIALOG, DIALOG_AT, HEAD, HEADLINE, HEIGHT, KEYS, RAIL, TOP, Roster

_MOVES = {
    curses.KEY_DOWN: 1,
    curses.KEY_UP: -1,
    curses.KEY_NPAGE: HEIGHT,
    curses.KEY_PPAGE: -HEIGHT,
    curses.KEY_HOME: -1_000_000,
}


def _draw(screen: curses.window, roster: Roster, *, dialog: bool) -> None:
    screen.erase()
    screen.addstr(0, 0, TOP, curses.color_pair(1))
    screen.addstr(1, 0, RAIL)
    screen.addstr(2, 0, HEADLINE, curses.color_pair(2))
    screen.addstr(3, 0, CLASSES)
    screen.addstr(4, 0, HEAD, curses.A_BOLD)
    for y in range(HEIGHT):
        index = roster.top + y
        if index < len(roster.rows):
            screen.addstr(5 + y, 3, roster.line(index), curses.A_REVERSE if index == roster.at else curses.A_NORMAL)
    screen.addstr(21, 0, roster.status)
    if dialog:
        y, x = DIALOG_AT
        for offset, line in enumerate(DIALOG):
            screen.addstr(y + offset, x, line)
    else:
        screen.move(23, 1)
        for cap, word in KEYS:
            screen.addstr(cap, curses.A_REVERSE)
            screen.addstr(f" {word}  ")
    screen.refresh()


def _run(screen: curses.window) -> None:
    curses.curs_set(0)
    curses.set_escdelay(25)
    curses.use_default_colors()
    curses.init_pair(1, curses.COLOR_BLACK, curses.COLOR_CYAN)
    curses.init_pair(2, curses.COLOR_CYAN, -1)
    screen.idlok(True)
    roster, dialog = Roster(), False
    while True:
        _draw(screen, roster, dialog=dialog)
        key = screen.get_wch()
        if key == curses.KEY_F10:
            dialog = True
        elif dialog:
            if key in ("y", "Y"):
                return
            dialog = key != "\x1b"
        elif isinstance(key, int):
            roster.go(_MOVES.get(key, 0))
        elif key == "/":
            roster.searched = ""
        elif key == "\x1b":
            roster.search(None)
        elif roster.searched is not None:
            roster.search(roster.searched + key)


if __name__ == "__main__":
    locale.setlocale(locale.LC_ALL, "")
    curses.wrapper(_run)
