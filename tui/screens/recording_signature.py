"""S17: the signature, drawn stroke by stroke as the pen lifts."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, ClassVar

from hw.pictures import ink
from hw.types import PenPoint, Role, Signature, SignaturePad
from store import recordings
from store.sections import ExceptionReason, Section
from tui import figures, keys, strokes
from tui.i18n import N_, _, p_
from tui.keys import Hint
from tui.line import Line, cut
from tui.messages import problem
from tui.screens import recording_pane
from tui.screens import recording_words as words
from tui.screens.recording_section import SectionScreen

BOX = (68, 6)
"""The pad on the screen, in cells inside its frame."""
NARROW = 0.25
"""A signature that covers less of the pad's width is hard to read on a card."""


class SignatureScreen(SectionScreen):
    """The pad's screen; each stroke is kept as soon as the pen is lifted."""

    section = Section.SIGNATURE
    role = Role.SIGNATURE
    subject = N_("pupil's signature")
    exception_reasons: ClassVar = (
        ExceptionReason.CANNOT_SIGN,
        ExceptionReason.BANDAGED,
        ExceptionReason.PERMANENT_DEFECT,
        ExceptionReason.OTHER,
    )

    def __init__(self, sat: Any) -> None:
        super().__init__(sat)
        self._pad: SignaturePad | None = None
        self._signature = Signature(())
        self._stroke: list[PenPoint] = []
        self._lifted = asyncio.Event()
        self._lifted.set()
        self._drawn: tuple[str, ...] = ()

    # --- the pad ------------------------------------------------------------------------------------------------

    async def prepare(self) -> None:
        """Show the strokes that nobody accepted yet, or the signature that was."""
        kept = await self.store.run(recordings.strokes, self.state.id)
        if kept is None and not self.here.missing():
            kept = await self.store.run(recordings.draft, self.state.id, self.section)
        if kept is not None:
            self._show(strokes.decode(kept))

    async def use(self, device: SignaturePad) -> None:
        """Take strokes for as long as the pad is there. Raises DeviceGone."""
        self._pad = device
        self._stroke = []
        self._lifted.set()
        try:
            async for point in device.points():
                await self._take(point, device.aspect)
        finally:
            self._pad = None
            self._lifted.set()

    async def _take(self, point: PenPoint, aspect: float) -> None:
        if point.down:
            self.rekam.rhythm.touched()
            self._lifted.clear()
            self._stroke.append(point)
            return
        stroke, self._stroke = tuple(self._stroke), []
        if stroke and self.here.missing():
            self._show(Signature((*self._signature.strokes, stroke), aspect))
            kept = strokes.encode(self._signature)
            await self.store.run(recordings.save_strokes, self.state.id, kept)
            self.refresh_frame()
        self._lifted.set()

    def _show(self, signature: Signature) -> None:
        self._signature = signature
        # A terminal without braille draws the ink in half cells.
        draw = ink.half_cells if self.rekam.look.ascii_only else ink.braille
        self._drawn = draw(signature, *BOX)

    # --- actions ------------------------------------------------------------------------------------------------

    async def accept(self) -> None:
        """Keep the signature as it stands, once the pen is off the pad."""
        if not self.here.missing():
            await self.go_on()
            return
        await self._lifted.wait()
        if not self._signature.points:
            self.refuse(problem(15))
            return
        name = self.attached.name if self.attached else ""
        self.now_is(await self.captures.signature(self._signature, name))
        self.rekam.ring()
        await self.go_on()

    async def again(self) -> None:
        """Wipe the pad; a signature that was accepted stays in the record and is taken anew."""
        if self.here.attempts and not self.here.missing():
            if not await self.write(recordings.take_again, self.section):
                return
        else:
            await self.store.run(recordings.save_strokes, self.state.id, None)
        self._show(Signature(()))
        if self._pad is not None:
            await self._pad.clear()
            # The stroke that was under way is gone with the rest, and its lift will not be told.
            self._stroke = []
            self._lifted.set()
        else:
            self.take_up()

    # --- drawing ------------------------------------------------------------------------------------------------

    def fact(self) -> str:
        """Return the pad's name."""
        return _("pad {name}").format(name=cut(self.attached.name, 14)) if self.attached else ""

    def work(self, width: int, height: int) -> Sequence[Line]:
        """Draw the pad, what stands on it and how to sign."""
        columns, rows = BOX
        made = [Line("     ┌" + "─" * columns + "┐")]
        for row in range(rows):
            text = self._drawn[row] if row < len(self._drawn) else ""
            made.append(Line("     │").put(6, text).put(6 + columns, "│"))
        made += [Line("     └" + "─" * columns + "┘"), Line("       ").state(7, self._facts()), Line()]
        made += [
            Line("     ").put(5, _("The pupil signs as on other papers. Large enough, inside the box.")),
            Line("     ").put(5, _("Cannot sign: X, choose a reason (a thumbprint is noted).")),
        ]
        made = self.with_box([*made, Line(), self.strip(), *(Line() for _row in range(4))])
        return recording_pane.beside(made, self.state, None, height) if self.wide else made

    def _facts(self) -> str:
        if not self._signature.points:
            return _("· waiting for the pen")
        share = round(self._signature.width * 100)
        if self._signature.width < NARROW:
            return _("! width {share} %, write larger").format(share=share)
        return _("{strokes} strokes · {points} points · width {share} % · pen lifted").format(
            strokes=len(self._signature.strokes), points=figures.number(self._signature.points), share=share
        )

    def kept(self) -> str:
        """Return how the portrait was kept, and that strokes are."""
        portrait = self.state.section(Section.PORTRAIT)
        kept = portrait.counting[-1] if portrait.counting else None
        said = _("strokes are kept each time the pen lifts")
        if kept is None:
            return said
        best = words.score(kept.scores[0].score if kept.scores else None)
        at = figures.clock_time(self.rekam.local(kept.at))
        return _("√ portrait kept {time}, score {score}").format(time=at, score=best) + " · " + said

    def live_hints(self) -> Sequence[Hint]:
        """Return the keys of the pad."""
        return (
            Hint(keys.ENTER, p_("key", "Accept"), self.accept),
            Hint(keys.AGAIN, p_("key", "Again"), self.again),
            self.exception_hint(),
            self.sections_hint(),
        )
