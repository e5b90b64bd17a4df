"""A list of pupils with a search, on a real terminal: the program of the driver's tests."""

from __future__ import annotations

from collections.abc import Sequence

from store.clock import SystemClock
from tui import keys
from tui.app import RekamApp
from tui.frame import FrameScreen
from tui.ink import Ink
from tui.keys import Hint
from tui.line import Line
from tui.settings import Settings
from tui.widgets.fields import Field, Form

NAMES = (
    "SITI [AMINAH]",
    "NORHAYATI",
    "Ñurul é日本",
    "MUHAMMAD e\u0301",
    "NAMA 👍🏽 ANEH",
    "الحمد",
    "HALIMATUS SA'DIAH",
)
"""Names of every width a terminal may make of them."""


class Names(FrameScreen):
    """A cursor over names, and a field."""

    def __init__(self) -> None:
        super().__init__()
        self.at = 0
        self.form = Form([Field("name", 20)])
        self.parts = (self.form,)

    def headline(self) -> tuple[str, str]:
        return "SIAP", str(self.at)

    def work(self, width: int, height: int) -> Sequence[Line]:
        top = max(self.at - height + 2, 0)
        rows = [Line(f"     {row:4} ").put(12, NAMES[row % len(NAMES)]) for row in range(top, top + height - 1)]
        rows[self.at - top].paint(Ink.CURSOR, 3, width)
        return [self.form.draw(Line(" Cari "), "name", 8), *rows]

    def hints(self) -> Sequence[Hint]:
        return (
            Hint(keys.DOWN, "", lambda: self._go(1)),
            Hint(keys.HOME, "", lambda: self._go(-self.at)),
            Hint(keys.PAGE_DOWN, "", lambda: self._go(15)),
            Hint(keys.AGAIN, "Ulang", lambda: self._go(0)),
        )

    def _go(self, by: int) -> None:
        self.at = max(self.at + by, 0)


if __name__ == "__main__":
    RekamApp(None, None, Settings(), SystemClock(), first=Names).run(mouse=False)
