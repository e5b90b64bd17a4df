"""What the card printer says in its maker's words, asked once when a screen opens, never while a card is made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from hw.types import HardwareError
from tui import figures, printer_words
from tui.i18n import _
from tui.messages import Problem

if TYPE_CHECKING:
    from hw.types import PrinterHealth
    from tui.app import RekamApp

OFF = "off"


async def ask(app: RekamApp) -> PrinterHealth | None:
    """Ask the printer that the office has set; None where it has none, or one that does not speak for itself.

    Only an office that named its card printer is looked for one: the emulated kit has no USB node.
    """
    settings = app.settings
    on_its_way = app.card_job is not None and app.card_job.followed
    if settings.card_printer_status == OFF or not settings.card_printer or on_its_way:
        return None
    from hw.native_status import asking, places

    place = places.named(settings.card_printer_status) or places.found()
    if place is None:
        return None
    try:
        return await asking.health(place.maker, place.node)
    except HardwareError:
        return None  # what IPP says stands; a printer that is gone is told by the bus


def problems(health: PrinterHealth | None, ready: int | None = None) -> Sequence[Problem]:
    """Tell what keeps it from printing, a ribbon that ends before the queue does, and that it wants to be cleaned."""
    if health is None:
        return ()
    made: list[Problem] = []
    if stopped := printer_words.stopped_by(health.reasons):
        made.append(printer_words.not_sent(stopped))
    if health.cards_left is not None and ready is not None and health.cards_left < ready:
        said = _("Ribbon in the printer ends after {cards} cards; queue {ready}. Have another at hand.")
        made.append(Problem("!", said.format(cards=figures.number(health.cards_left), ready=figures.number(ready))))
    if health.cleaning_due:
        made.append(Problem("!", _("The printer asks to be cleaned: clean it before the next cards.")))
    return made
