"""Asking: how an action gets an answer from the officer, in a dialog over the work."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar, cast

from tui.widgets.dialogs import CountDialog, Dialog, Reason, ReasonDialog, YesDialog
from tui.widgets.witness_dialog import Witness, WitnessDialog

Answer = TypeVar("Answer")


class Asking:
    """The part of a screen that asks; the dialogs that are open lie over one another, the last on top."""

    def __init__(self) -> None:
        super().__init__()
        self.dialogs: list[Dialog[object]] = []

    def stand(self) -> None:
        """Guard what has appeared from keys that were not meant for it."""
        raise NotImplementedError

    def refresh_frame(self) -> None:
        """Draw the screen as it is now."""
        raise NotImplementedError

    async def ask(self, dialog: Dialog[Answer]) -> Answer | None:
        """Lay a dialog over the work and wait for its answer; None when it was left."""
        self.dialogs.append(cast("Dialog[object]", dialog))
        self.stand()
        self.refresh_frame()
        try:
            return await dialog.answered
        finally:
            self.dialogs.remove(cast("Dialog[object]", dialog))
            self.stand()
            self.refresh_frame()

    async def ask_reason(
        self, title: str, effect: str, reasons: Sequence[str], *, save: str = "", other: int = 0
    ) -> Reason | None:
        """Ask why something is waived, excepted, put off or corrected; its effect is told first."""
        return await self.ask(ReasonDialog(title, effect, reasons, save=save, other=other))

    async def ask_count(self, title: str, said: Sequence[str], count: int, *, act: str = "") -> bool:
        """Ask for the number of what is touched at once; True only when it was typed right."""
        return await self.ask(CountDialog(title, said, count, act=act)) is not None

    async def ask_yes(self, title: str, said: Sequence[str], yes: str, no: str = "") -> bool:
        """Ask for Y; everything else is no."""
        return bool(await self.ask(YesDialog(title, said, yes, no)))

    async def ask_witness(
        self, title: str, said: Sequence[str], officers: Sequence[str], check: Callable[[Witness], Awaitable[str]]
    ) -> Witness | None:
        """Ask for a second officer's passphrase at the same keyboard; `check` returns what is wrong, or nothing."""
        return await self.ask(WitnessDialog(title, said, officers, check))
