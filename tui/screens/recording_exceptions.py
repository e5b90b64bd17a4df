"""X in a section: why a part is excepted, whether for life, or why the best of all tries is kept."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from store import exceptions
from store.sections import PARTS, BestReason, ExceptionReason, Part
from tui.i18n import _, p_
from tui.keys import Press
from tui.line import Line, wrap
from tui.screens import recording_words as words
from tui.widgets.dialogs import INNER, Dialog, Reason, footer

if TYPE_CHECKING:
    from tui.screens.recording_section import SectionScreen


@dataclass(frozen=True)
class Offer:
    """One line of the reasons that X offers; without a reason an exception is taken back."""

    reason: BestReason | ExceptionReason | None

    @property
    def label(self) -> str:
        """The reason in words; one that keeps the best says so."""
        if self.reason is None:
            return _("not excepted after all")
        if isinstance(self.reason, BestReason):
            return _("best: {reason}").format(reason=words.best_reason(self.reason))
        return words.exception_reason(self.reason)


class LastsDialog(Dialog[bool]):
    """Whether what is excepted heals: a digit answers, since nothing else can."""

    def body(self) -> list[Line]:
        """Draw the two answers and what they mean."""
        said = _("For life: the office notes it and does not ask her again. It needs a note behind the reason.")
        return [
            *(Line(text) for text in wrap(said, INNER)),
            Line(),
            Line().put(1, "1 " + p_("exception", "for now")).put(31, "2 " + p_("exception", "for life")),
            Line(),
            footer(("1 2", _("Choose")), ("Esc", _("Leave, as it was")), 31),
        ]

    def press(self, press: Press) -> Awaitable[None] | None:
        """Answer with a digit."""
        if press.text in ("1", "2"):
            self.answer(press.text == "2")
            return None
        return super().press(press)


async def ask(screen: SectionScreen) -> bool:
    """Ask, and carry out the answer; True when something was excepted, taken back or accepted."""
    offers, part = screen.offers(), screen.marked()
    lost = screen.lost is not None
    labels = [offer.label for offer in offers]
    other = next((at for at, offer in enumerate(offers, 1) if offer.reason is ExceptionReason.OTHER), 0)
    name = words.section_name(screen.section) if lost else words.part_name(part)
    effect = _("Effect: only this is excepted; the rest is still taken.")
    if lost:
        effect = _("Effect: this section is recorded as device broken; the coordinator decides.")
    title = _("Exception: {what}").format(what=name)
    given = await screen.ask_reason(title, effect, labels, other=other)
    if given is None:
        return False
    offer = offers[given.number - 1] if given.number else None
    reason = offer.reason if offer is not None else _unlisted(lost=lost)
    note = given.text if offer is None or given.number == other else _behind(given, labels)
    permanent = False
    if isinstance(reason, ExceptionReason) and reason.lasts is None:
        answer = await screen.ask(LastsDialog(title))
        if answer is None:
            return False
        permanent = answer
    for one in PARTS[screen.section] if lost else (part,):
        if not await _apply(screen, reason, one, note, permanent=permanent):
            return False
    return True


def _unlisted(*, lost: bool) -> ExceptionReason:
    return ExceptionReason.DEVICE_BROKEN if lost else ExceptionReason.OTHER


def _behind(given: Reason, labels: list[str]) -> str:
    """Return what was written behind a listed reason."""
    return given.text.removeprefix(labels[given.number - 1]).strip(" ,;:")


async def _apply(
    screen: SectionScreen, reason: BestReason | ExceptionReason | None, part: Part, note: str, *, permanent: bool
) -> bool:
    if reason is None:
        return await screen.write(exceptions.withdraw_exception, part)
    if isinstance(reason, BestReason):
        return await screen.accept_best(reason, note)
    return await screen.write(exceptions.except_part, part, reason, note, permanent=permanent)
