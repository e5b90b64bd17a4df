"""What is asked when a card is lost, damaged or wrong: why, where the old one is, and a second officer's passphrase."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store import reprints
from store.cards import CardReason, CardRefusedError, CardView, ReprintReason
from tui.approval import ask_officer
from tui.i18n import N_, _
from tui.messages import Problem
from tui.widgets.picks import LineDialog

if TYPE_CHECKING:
    from store.officers import OfficerRecord
    from tui.frame import FrameScreen

_REASONS = (
    (ReprintReason.LOST, N_("lost; the police's letter is there")),
    (ReprintReason.DAMAGED, N_("damaged")),
    (ReprintReason.WRONG_DATA, N_("wrong data on it")),
)
_FATES = (
    N_("here, cut through"),
    N_("still with its holder"),
    N_("not found"),
    N_("other, write it"),
)
_OTHER = len(_FATES)


async def declare(screen: FrameScreen, card: CardView) -> None:
    """Ask whatever another card needs, and note it; left anywhere, nothing changes."""
    title = _("Card {serial}").format(serial=card.serial)
    effect = _("Effect: this card counts no more; another waits for PRR and the gates.")
    given = await screen.ask_reason(title, effect, [_(word) for _reason, word in _REASONS])
    if given is None or not given.number:
        return
    reason = _REASONS[given.number - 1][0]
    letter = ""
    if reason is ReprintReason.LOST:
        asked = await screen.ask(LineDialog(title, (_("The number of the police's letter of loss:"),), _("Letter")))
        if asked is None:
            screen.refuse(Problem("×", _("A reprint waits for the police's letter of loss. Nothing changed.")))
            return
        letter = asked
    where = _("Where is the old card? No two cards of one person may go round.")
    fate = await screen.ask_reason(title, where, [_(word) for word in _FATES], other=_OTHER)
    if fate is None or not await screen.ask_yes(title, (effect, fate.text), _("Yes, it is so")):
        return

    def is_another(officer: OfficerRecord) -> bool:
        return screen.rekam.officer is None or officer.id != screen.rekam.officer.id

    second = await ask_officer(screen, title, given.text, is_another)
    if second is None:
        return
    try:
        await screen.store.run(reprints.request, card.id, reason, letter=letter, fate=fate.text, second_officer=second)
    except CardRefusedError as error:
        known = error.reason is CardReason.NOT_VALID
        sentence = _("This card was replaced already. Nothing changed.") if known else _("Refused. Nothing changed.")
        screen.refuse(Problem("×", sentence))
