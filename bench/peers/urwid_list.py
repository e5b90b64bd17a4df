"""The list by urwid, the widget library of the terminal that is nearest to Textual."""

from __future__ import annotations

from typing import Any

import urwid

from bench.peers.roster import CLASSES, DIALOG, HEAD, HEADLINE, HEIGHT, KEYS, RAIL, TOP, Roster

_PALETTE = [
    ("top", "black", "dark cyan"),
    ("rule", "dark cyan", "default"),
    ("head", "bold", "default"),
    ("cursor", "standout", "default"),
    ("cap", "standout", "default"),
]
_MOVES = {"down": 1, "up": -1, "page down": HEIGHT, "page up": -HEIGHT, "home": -1_000_000}


class _Program:
    def __init__(self) -> None:
        self.roster = Roster()
        self.dialog = False
        self.rows = [urwid.AttrMap(urwid.Text("", wrap="clip"), None) for _row in range(HEIGHT)]
        self.status = urwid.Text("", wrap="clip")
        bar = [piece for cap, word in KEYS for piece in (("cap", cap), f" {word}  ")]
        self.keys = urwid.Text([" ", *bar], wrap="clip")
        self.no_keys = urwid.Text("")
        self.bar = urwid.WidgetPlaceholder(self.keys)
        head = [
            urwid.AttrMap(urwid.Text(TOP, wrap="clip"), "top"),
            urwid.Text(RAIL, wrap="clip"),
            urwid.AttrMap(urwid.Text(HEADLINE, wrap="clip"), "rule"),
            urwid.Text(CLASSES, wrap="clip"),
            urwid.AttrMap(urwid.Text(HEAD, wrap="clip"), "head"),
        ]
        rows = urwid.Pile([urwid.Padding(row, left=3) for row in self.rows])
        self.screen = urwid.Filler(urwid.Pile([*head, rows, self.status, urwid.Text(""), self.bar]), "top")
        question = urwid.Filler(urwid.Text("\n".join(DIALOG), wrap="clip"))
        self.asking = urwid.Overlay(question, self.screen, ("fixed left", 10), 60, ("fixed top", 6), len(DIALOG))
        self.loop = urwid.MainLoop(self.screen, _PALETTE, handle_mouse=False, unhandled_input=self.press)
        self.loop.screen.set_input_timeouts(complete_wait=0.025)
        self.show()

    def show(self) -> None:
        roster = self.roster
        for y, row in enumerate(self.rows):
            index = roster.top + y
            here = index < len(roster.rows)
            row.original_widget.set_text(roster.line(index) if here else "")
            row.set_attr_map({None: "cursor" if here and index == roster.at else None})
        self.status.set_text(roster.status)
        self.bar.original_widget = self.no_keys if self.dialog else self.keys
        self.loop.widget = self.asking if self.dialog else self.screen

    def press(self, key: Any) -> bool:
        roster = self.roster
        if key == "f10":
            self.dialog = True
        elif self.dialog:
            if key == "y":
                raise urwid.ExitMainLoop
            self.dialog = key != "esc"
        elif key in _MOVES:
            roster.go(_MOVES[key])
        elif key == "/":
            roster.searched = ""
        elif key == "esc":
            roster.search(None)
        elif roster.searched is not None and len(key) == 1:
            roster.search(roster.searched + key)
        self.show()
        return True


if __name__ == "__main__":
    _Program().loop.run()
