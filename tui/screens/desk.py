"""The desk: what this terminal does, chosen on the home screen and kept until it is chosen anew."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TYPE_CHECKING

from store.progress import Desk
from tui import keys
from tui.i18n import N_, _
from tui.ink import Ink
from tui.keys import Press
from tui.line import Line
from tui.widgets.dialogs import Dialog

if TYPE_CHECKING:
    from tui.frame import FrameScreen

_WORDS = {
    Desk.ALL: N_("All (steps 3-6)"),
    Desk.CHECK: N_("Check (steps 3-5)"),
    Desk.RECORD: N_("Record (step 6)"),
    Desk.PRINT: N_("Print (step 7)"),
}


def desk_words(desk: Desk) -> str:
    """Return a desk with its steps."""
    return _(_WORDS[desk])


class DeskDialog(Dialog[Desk]):
    """The four desks; their digit chooses."""

    def __init__(self, now: Desk) -> None:
        super().__init__(_("What does this desk do?"))
        self._now = now

    def body(self) -> list[Line]:
        """Draw the desks, the present one marked, and the keys."""
        made = [Line(_("The queues show who waits for these steps.")), Line()]
        for desk in Desk:
            here = desk is self._now
            words = f">{desk_words(desk)}<" if here else desk_words(desk)
            made.append(Line().put(1, f"{desk.value} ").put(3, words, Ink.VALUE if here else Ink.NORMAL))
        line = Line().put(0, "1-4", Ink.KEYCAP).put(4, _("Choose")).put(43, "Esc", Ink.KEYCAP)
        return [*made, Line(), line.put(47, _("Leave"))]

    def press(self, press: Press) -> Awaitable[None] | None:
        """Choose by the digit; Enter keeps the desk."""
        if press.key is keys.ENTER:
            self.answer(self._now)
        elif press.text in {str(desk.value) for desk in Desk}:
            self.answer(Desk(int(press.text)))
        else:
            return super().press(press)
        return None


async def choose_desk(screen: FrameScreen) -> None:
    """Ask what this terminal does from now on."""
    desk = await screen.ask(DeskDialog(screen.rekam.desk))
    if desk is not None:
        screen.rekam.desk = desk
