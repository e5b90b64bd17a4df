"""What is asked when a card went wrong: a spoiled blank before a witness, or that no card came at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store import cards
from store.cards import CardRefusedError
from store.stock import StockRefusedError
from tui import witness
from tui.i18n import _
from tui.messages import Problem
from tui.screens import card_lines
from tui.widgets.spoiled_dialog import Spoiled, SpoiledDialog

if TYPE_CHECKING:
    from store.cards import JobView
    from tui.frame import FrameScreen


async def note_spoiled(screen: FrameScreen, job: JobView, serial: str) -> bool:
    """Ask for serial, reason and witness, and note the blank as spoiled; whether it was noted."""
    others = await witness.second_officers(screen.rekam)
    if not others:
        screen.refuse(Problem("×", _("Nobody else is set up on this laptop to witness. Not noted.")))
        return False

    async def act(given: Spoiled) -> str:
        if wrong := await witness.verify(screen.rekam, given.witness.id, given.passphrase):
            return wrong
        try:
            await screen.store.run(
                cards.spoiled, job.token, given.serial, given.reason, given.witness.id, note=given.note
            )
        except StockRefusedError as error:
            return card_lines.serial_problem(error).sentence
        except CardRefusedError as error:
            return card_lines.card_problem(error).sentence
        return ""

    title = _("Spoiled blank: {name}").format(name=job.name)
    save = _("Note it; the card is ready again")
    return await screen.ask(SpoiledDialog(title, serial, others, act, save)) is not None


async def note_none_came(screen: FrameScreen, job: JobView) -> bool:
    """Ask for Y that both trays are empty, and put the card back into the queue; whether that was done."""
    said = [
        _("Output tray and reject tray are empty?"),
        _("If a card lies there after all, it would be printed a second time."),
    ]
    if not await screen.ask_yes(_("No card came: {name}").format(name=job.name), said, _("Yes, both are empty")):
        return False
    try:
        await screen.store.run(cards.no_card_came, job.token)
    except CardRefusedError as error:
        screen.refuse(card_lines.card_problem(error))
        return False
    return True
