"""Fields and forms: what is half typed, and how a press changes it; drawn by us, one cell for one cell.

A form is a model. It knows nothing of Textual, so that a screen can be put together and tested without a terminal, and
it calls back on every change, because a draft is stored with every keystroke.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Protocol

from tui import keys
from tui.ink import Ink
from tui.keys import Press
from tui.line import Line, cells, clusters, guard

NIK = "999999 999999 9999"
NIP = "99999999 999999 9 999"
DATE = "99-99-9999"
TIME = "99.99"


class Part(Protocol):
    """A piece of the work area that can have the focus: a form, a list."""

    focused: bool

    @property
    def typing(self) -> bool:
        """Whether letters would be typed here rather than be keys."""
        ...

    def press(self, press: Press) -> bool:
        """Act on a press and return True, or leave it to the screen."""
        ...


class Field:
    """One line of text being typed, with a shell's editing keys.

    A `pattern` (`99-99-9999`) makes it digits only, grouped as they are typed; such a field passes letters through as
    keys. `text` is always the bare value: digits without their separators where there is a pattern.
    """

    def __init__(
        self, name: str, width: int, text: str = "", *, pattern: str = "", secret: bool = False, limit: int = 200
    ) -> None:
        self.name = name
        self.width = width
        self.pattern = pattern
        self.secret = secret
        self.limit = pattern.count("9") if pattern else limit
        self._held: list[str] = []
        self._cursor = 0
        self._offset = 0
        self.text = text

    @property
    def text(self) -> str:
        """The bare value."""
        return "".join(self._held)

    @text.setter
    def text(self, text: str) -> None:
        self._held = []
        self._cursor = 0
        self.insert(text)

    @property
    def shown(self) -> str:
        """The value as it stands on the screen: grouped, or as dots."""
        return "".join(self._cells())

    @property
    def at_end(self) -> bool:
        """Whether the cursor stands behind the last letter."""
        return self._cursor == len(self._held)

    @property
    def takes_letters(self) -> bool:
        """Whether letters are typed into it."""
        return not self.pattern

    @property
    def day(self) -> date | None:
        """The value as a day, or None while it is none."""
        if len(self.text) != 8 or not self.text.isdigit():
            return None
        try:
            return date(int(self.text[4:]), int(self.text[2:4]), int(self.text[:2]))
        except ValueError:
            return None

    def insert(self, text: str) -> bool:
        """Type text at the cursor, as a key, a paste or a scanner does; return whether anything was taken."""
        before = self.text
        text = guard(" ".join(text.split("\n")) if "\n" in text else text)
        if self.pattern:
            text = "".join(each for each in text if each.isascii() and each.isdigit())
        rest = "".join(self._held[self._cursor :])
        merged = [cluster for cluster, _size in clusters("".join(self._held[: self._cursor]) + text)]
        tail = [cluster for cluster, _size in clusters(rest)]
        room = self.limit - len(tail)
        self._held = merged[: max(room, 0)] + tail
        self._cursor = min(len(merged), max(room, 0))
        return self.text != before

    def press(self, press: Press) -> bool:
        """Edit, move, or leave the press alone: return whether it was for this field."""
        at = self._cursor
        match press.name:
            case "left" | "ctrl+b":
                self._cursor = max(at - 1, 0)
            case "right":
                self._cursor = min(at + 1, len(self._held))
            case "home" | "ctrl+a":
                self._cursor = 0
            case "end" | "ctrl+e":
                self._cursor = len(self._held)
            case "backspace":
                self._remove(at - 1, at)
            case "delete":
                self._remove(at, at + 1)
            case "ctrl+u":
                self._remove(0, at)
            case "ctrl+k":
                self._remove(at, len(self._held))
            case "ctrl+w":
                start = at
                while start and self._held[start - 1] == " ":
                    start -= 1
                while start and self._held[start - 1] != " ":
                    start -= 1
                self._remove(start, at)
            case _:
                if not press.text or (self.pattern and not (press.text.isascii() and press.text.isdigit())):
                    return False
                self.insert(press.text)
        return True

    def draw(self, line: Line, column: int, *, focused: bool = False) -> Line:
        """Draw `[....]` with its bracket at the column; with the focus, `►` stands in the cell before it."""
        shown = self._cells()
        at = self._screen_cursor()
        if focused:
            line.put(column - 1, "►", Ink.VALUE)
        self._scroll(shown, at if focused else 0)
        line.put(column, "[" + " " * self.width + "]")
        column += 1
        end = column + self.width
        place = column
        cursor_cell = place if at == self._offset else None
        for index in range(self._offset, len(shown)):
            size = cells(shown[index])
            if place + size > end:
                break
            if index == at:
                cursor_cell = place
            line.put(place, shown[index], Ink.VALUE)
            place += size
            if index + 1 == at:
                cursor_cell = place
        if focused and cursor_cell is not None and cursor_cell < end:
            line.paint(Ink.CURSOR, cursor_cell, cursor_cell + 1)
        return line

    def _remove(self, start: int, end: int) -> None:
        start = max(start, 0)
        del self._held[start:end]
        self._cursor = start

    def _cells(self) -> list[str]:
        if self.secret:
            return ["·"] * len(self._held)
        if not self.pattern:
            return self._held[:]
        shown: list[str] = []
        digits = iter(self._held)
        for place in self.pattern:
            if place != "9":
                shown.append(place)
                continue
            digit = next(digits, None)
            if digit is None:
                break
            shown.append(digit)
        while shown and not shown[-1].isdigit():
            shown.pop()
        return shown

    def _screen_cursor(self) -> int:
        if not self.pattern:
            return self._cursor
        seen = 0
        for index, place in enumerate(self.pattern):
            if place == "9":
                if seen == self._cursor:
                    return index
                seen += 1
        return len(self.pattern)

    def _scroll(self, shown: Sequence[str], at: int) -> None:
        self._offset = min(self._offset, at, len(shown))
        if (self.pattern or self.limit <= self.width) and sum(map(cells, shown)) <= self.width:
            self._offset = 0
            return
        while sum(map(cells, shown[self._offset : at])) + 1 > self.width and self._offset < at:
            self._offset += 1


class Choice:
    """Numbered options of which one holds: `(1) .. (2) >..<`; the digit chooses."""

    takes_letters = False

    def __init__(self, name: str, options: Sequence[str], chosen: int | None = None) -> None:
        self.name = name
        self.options = tuple(options)
        self.chosen = chosen

    @property
    def text(self) -> str:
        """The number chosen (from 1), or nothing: what a draft keeps."""
        return "" if self.chosen is None else str(self.chosen + 1)

    @text.setter
    def text(self, text: str) -> None:
        number = int(text) if text.isascii() and text.isdigit() else 0
        self.chosen = number - 1 if 1 <= number <= len(self.options) else None

    def press(self, press: Press) -> bool:
        """Take a digit of an option; left and right go to the neighbour."""
        if press.text.isascii() and press.text.isdigit() and 1 <= int(press.text) <= len(self.options):
            self.chosen = int(press.text) - 1
        elif press.name == "left":
            self.chosen = max((self.chosen or 0) - 1, 0)
        elif press.name == "right":
            self.chosen = 0 if self.chosen is None else min(self.chosen + 1, len(self.options) - 1)
        else:
            return False
        return True

    def insert(self, text: str) -> bool:
        """Refuse: a choice cannot be pasted into."""
        return False

    def draw(self, line: Line, column: int, *, focused: bool = False, gap: int = 2, folded: bool = False) -> Line:
        """Draw all options, or, folded, only the one that holds with its number."""
        if focused:
            line.put(column - 1, "►", Ink.VALUE)
        for index, option in enumerate(self.options):
            holds = index == self.chosen
            if folded and not holds:
                continue
            number = f"({index + 1}) "
            line.put(column, number)
            column += len(number)
            shown = f">{option}<" if holds and not folded else option
            line.put(column, shown, Ink.VALUE if holds else Ink.NORMAL)
            column += cells(shown) + gap
        return line


def filter_row(options: Sequence[str], chosen: int) -> str:
    """Return `( >semua< | XII IPA 1 )`, the one row of filters that lists have."""
    return "( " + " | ".join(f">{each}<" if at == chosen else each for at, each in enumerate(options)) + " )"


class Form:
    """Fields and choices in the order Tab goes through them, and the one that has the focus.

    `on_change(name, text)` is called after every keystroke that changed something. Esc first leaves the field, so that
    letters are keys for whoever has no F-keys; `esc_leaves=False` is for screens where Esc itself has a meaning.
    """

    def __init__(
        self,
        entries: Sequence[Field | Choice],
        on_change: Callable[[str, str], None] | None = None,
        *,
        esc_leaves: bool = True,
    ) -> None:
        self.entries = tuple(entries)
        self.at = 0
        self.focused = True
        self._on_change = on_change
        self._esc_leaves = esc_leaves
        self._left = False

    def __getitem__(self, name: str) -> Field | Choice:
        return next(entry for entry in self.entries if entry.name == name)

    @property
    def entry(self) -> Field | Choice:
        """What has the focus."""
        return self.entries[self.at]

    @property
    def typing(self) -> bool:
        """Whether letters are typed into the field that has the focus."""
        return self.focused and not self._left and self.entry.takes_letters

    def values(self) -> dict[str, str]:
        """Return every entry's bare value by name."""
        return {entry.name: entry.text for entry in self.entries}

    def restore(self, values: dict[str, str]) -> None:
        """Fill in a draft; names that this form does not have are passed over."""
        for entry in self.entries:
            if entry.name in values:
                entry.text = values[entry.name]

    def focus(self, name: str) -> None:
        """Give the focus to the entry of that name."""
        self.at = next(index for index, entry in enumerate(self.entries) if entry.name == name)
        self._left = False

    def press(self, press: Press) -> bool:
        """Move between the entries or edit the focused one; False where the screen has to act."""
        moves = {keys.FIELD: 1, keys.DOWN: 1, keys.FIELD_BACK: -1, keys.UP: -1}
        if press.key in moves:
            self._left = False
            return self._move(moves[press.key])
        if self._left:
            return False
        if press.key is keys.ENTER:
            return self._move(1)
        if press.key is keys.BACK and self._esc_leaves and self.entry.takes_letters:
            self._left = True
            return True
        before = self.entry.text
        taken = self.entry.press(press)
        self._changed(before)
        return taken

    def insert(self, text: str) -> bool:
        """Type a paste or a scan into the focused entry; return whether it was taken."""
        before = self.entry.text
        taken = self.entry.insert(text)
        self._changed(before)
        return taken

    def draw(self, line: Line, name: str, column: int, *, folded: bool = False) -> Line:
        """Draw the entry of that name with its first bracket at the column."""
        entry = self[name]
        focused = self.focused and not self._left and entry is self.entry
        if isinstance(entry, Choice):
            return entry.draw(line, column, focused=focused, folded=folded)
        return entry.draw(line, column, focused=focused)

    def _move(self, by: int) -> bool:
        if not 0 <= self.at + by < len(self.entries):
            return False
        self.at += by
        return True

    def _changed(self, before: str) -> None:
        if self._on_change is not None and self.entry.text != before:
            self._on_change(self.entry.name, self.entry.text)
