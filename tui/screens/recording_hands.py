"""The photograph of the hands, where a finger is excepted and the office wants to see why.

It is sealed like the fingers it stands for, so nobody sees it on this laptop again: the picture on the screen is the
one in memory, and after a crash only the time it was taken is left to show.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from hw.pictures.pixels import UnreadablePicture
from hw.types import CaptureFailed, Finger, Frame, HardwareError, Portrait
from store.sections import FINGER_SECTIONS, SECTION_OF, ExceptionReason, PartException
from tui import figures, keys
from tui.captures import FINGER_OF_PART
from tui.i18n import N_, _, p_
from tui.ink import Ink
from tui.keys import Hint
from tui.line import Line, cut, stack
from tui.pace import Due
from tui.screens import recording_pane
from tui.screens import recording_words as words
from tui.screens.recording_camera import CameraScreen
from tui.screens.recording_pupil import PupilScreen
from tui.widgets import preview

_MOST = 6
"""Excepted fingers that are named; of more the number."""


class HandsScreen(CameraScreen, PupilScreen):
    """The camera on the hands: live until Enter takes the photograph, then the photograph until Enter goes on."""

    subject = N_("photo of hands")

    def __init__(self, sat: Any) -> None:
        super().__init__(sat)
        self._begun = False
        self._still: list[Line] | None = None
        """The photograph that was just taken; empty where only its time is known."""

    # --- the camera ---------------------------------------------------------------------------------------------

    async def prepare(self) -> None:
        """Begin live, unless the photograph is there already."""
        if not self._begun:
            self._begun = True
            if self.state.hands_taken is None:
                self.live.set()
            else:
                self._still = []

    async def draw_frame(self, frame: Frame) -> None:
        """Draw the hands as they are held up."""
        if self.picture.due() is not Due.PICTURE:
            return
        try:
            drawn = await asyncio.to_thread(self._draw, frame.jpeg)
        except UnreadablePicture:
            return
        if self.live.is_set():
            self.picture.draw(drawn)

    def _draw(self, picture: bytes) -> list[Line]:
        width, height = self.room()
        return preview.of_frame(picture, self.rekam.look, width, height // 2)

    # --- actions ------------------------------------------------------------------------------------------------

    async def shoot(self) -> None:
        """Take the photograph; it is sealed and stored before it is shown."""
        await self.answered.wait()
        camera = self.camera
        if camera is None or self.silent:
            self.refuse(words.lost_problem(self.role))
            return
        self.live.clear()
        try:
            photograph = await self._photograph(camera)
            drawn = await asyncio.to_thread(self._draw, photograph.image)
            self.now_is(await self.captures.hands(photograph, self.attached.name if self.attached else ""))
            self.does_well()
            self._still = drawn
            self.rekam.ring()
            self.stand()
        except CaptureFailed as error:
            self.refuse(words.failed_problem(error, self.role))
            await self.note_fault(error)
        except (HardwareError, UnreadablePicture):
            self.refuse(words.lost_problem(self.role))
        finally:
            if self._still is None:
                self.live.set()

    async def _photograph(self, camera: Any) -> Portrait:
        exceptional = getattr(camera, "capture_exception", None)  # the lock around a device hides what kind it is
        return await (camera.capture() if exceptional is None else exceptional(self.missing))

    def again(self) -> None:
        """Go back to the live picture; the photograph that was taken stays in the record."""
        if self._still is None:
            self.take_up()
            return
        self._still = None
        self.picture.clear()
        self.live.set()

    # --- drawing ------------------------------------------------------------------------------------------------

    @property
    def missing(self) -> frozenset[Finger]:
        """The fingers that the hands are held up without."""
        return frozenset(FINGER_OF_PART[one.part] for one in self._excepted)

    @property
    def _excepted(self) -> list[PartException]:
        """The fingers that the photograph is about."""
        broken = ExceptionReason.DEVICE_BROKEN
        fingers = [one for one in self.state.exceptions if SECTION_OF[one.part] in FINGER_SECTIONS]
        return [one for one in fingers if one.reason is not broken]

    def about(self) -> str:
        """Return what stands behind the pupil's name."""
        return _("photo of hands")

    def work(self, width: int, height: int) -> Sequence[Line]:
        """Draw the picture, what it is about and what to do."""
        columns, rows = self.room()
        rows //= 2
        name = _("photo of hands")
        right = [Line().put(0, name[:1].upper() + name[1:], Ink.VALUE), Line()]
        right += [self._exception(one) for one in self._excepted[:_MOST]]
        if len(self._excepted) > _MOST:
            right.append(Line(_("and {count} more").format(count=len(self._excepted) - _MOST)))
        right += [Line(), *self._advice(), Line(), Line(self._camera_line())]
        shown = self.picture.lines if self._still is None else self._still
        beside = stack(recording_pane.below(right, self.state, rows) if self.wide else right, rows)
        made = [Line() for _row in range(rows)]
        for row, line in enumerate(made):
            if row < len(shown):
                line.over(2, shown[row])
            line.over(columns + 5, beside[row])
        return self.with_box([*made, Line(), self.strip()])

    def _exception(self, one: PartException) -> Line:
        said = f"{words.part_name(one.part)}: {words.excepted(one)}"
        return Line().state(0, "~ " + cut(said, 35))

    def _advice(self) -> list[Line]:
        at = self.state.hands_taken
        if self._still is None or at is None:
            return [
                Line(_("Both hands open, palms to the camera.")),
                Line(_("Enter takes the photograph.")),
            ]
        taken = _("√ taken {time} and sealed").format(time=figures.clock_time(self.rekam.local(at)))
        return [Line().state(0, taken), Line(_("Enter goes on. U takes another one."))]

    def _camera_line(self) -> str:
        name = cut(self.attached.name if self.attached else "–", 18)
        rate = "" if self._still is not None else " · " + words.pace(self.picture)
        return _("Camera {name}").format(name=name) + rate

    def kept(self) -> str:
        """Return who may see the photograph."""
        return _("Only the office can open it: the photograph is sealed like a fingerprint.")

    def live_hints(self) -> Sequence[Hint]:
        """Return the keys of the live picture, or of the photograph."""
        if self._still is not None:
            return (
                Hint(keys.ENTER, _("Go on"), self.go_on),
                Hint(keys.AGAIN, p_("key", "Again"), self.again),
                self.sections_hint(),
            )
        return (
            Hint(keys.ENTER, p_("key", "Take"), self.shoot),
            Hint(keys.AGAIN, p_("key", "Again"), self.again),
            Hint(keys.NEXT, _("Next"), self.next_pupil),
            self.sections_hint(),
        )
