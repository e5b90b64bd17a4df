"""One pupil in front of one device: her recording as the store gave it, the strip of its sections, the ways out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hw.types import Role
from store import recordings
from store.sections import RecordingState
from tui import keys
from tui.captures import Captures
from tui.i18n import _, p_
from tui.keys import Hint
from tui.line import Line
from tui.screens import recording_words as words
from tui.screens.recording_device import DeviceScreen
from tui.screens.recording_lost import lost_box
from tui.screens.recording_ways import leave_for_next, screen_for
from tui.widgets.bars import rail_word


class PupilScreen(DeviceScreen):
    """What a section and the photograph of the hands have in common beside their device."""

    # --- what such a screen says --------------------------------------------------------------------------------

    def about(self) -> str:
        """Return what is taken here, behind the pupil's name."""
        raise NotImplementedError

    def lost_hints(self) -> Sequence[Hint]:
        """Return what else can be done while the device is gone."""
        return ()

    def kept(self) -> str:
        """Return what was stored last, for the status line."""
        return ""

    async def prepare(self) -> None:
        """Read what else the screen shows, after the state."""

    def live_hints(self) -> Sequence[Hint]:
        """Return the section's own keys while its device is there."""
        raise NotImplementedError

    # --- the state ----------------------------------------------------------------------------------------------

    @property
    def state(self) -> RecordingState:
        """The recording as the store last gave it."""
        return self.sat.state

    @property
    def captures(self) -> Captures:
        """Where what the device takes is sealed."""
        seals = self.rekam.seals
        assert seals is not None, "whoever unlocked the store has the office's public keys"
        return Captures(self.store, seals, self.state.id)

    def now_is(self, state: RecordingState) -> None:
        """Take over what the store gave back."""
        self.sat = replace(self.sat, state=state)

    async def load(self) -> None:
        """Read the recording as it is now, and take up the device."""
        self.now_is(await self.store.run(recordings.state, self.state.id))
        await self.prepare()
        if not self.held:
            self.take_up()

    # --- ways ---------------------------------------------------------------------------------------------------

    async def go_on(self) -> None:
        """Open the next section that needs something, or the check before the seal."""
        if self.is_current:
            await self.rekam.switch_screen(screen_for(self.sat))

    def search_device(self) -> None:
        """Look for a device that is gone."""
        self.take_up()

    async def next_pupil(self) -> None:
        """Leave the pupil exactly as she is, behind the others, and open the next one."""
        await leave_for_next(self.rekam)

    # --- drawing ------------------------------------------------------------------------------------------------

    def headline(self) -> tuple[str, str]:
        """Return the pupil and what is taken; at the right what is wrong with the device, or a fact of the section."""
        left = f"6 {rail_word(6)} · {self.sat.pupil.name} · {self.about()}"
        if self.lost is not None:
            return left, _("DEVICE LOST")
        desk = _("desk {desk}").format(desk=self.rekam.desk.value)
        return left, " · ".join(part for part in (desk, self.fact()) if part)

    def fact(self) -> str:
        """Return the right end of the headline, behind the desk."""
        return ""

    def leaving(self) -> Sequence[str]:
        """Say that she is open, and where it goes on."""
        return words.leaving(self.sat.pupil.name, self.sat.state)

    def hints(self) -> Sequence[Hint]:
        """Return the section's keys, or those of the box while the device is gone."""
        if self.lost is None:
            return self.live_hints()
        return (
            Hint(keys.AGAIN, _("Look for it"), self.search_device),
            Hint(keys.NEXT, _("Next"), self.next_pupil),
            *self.lost_hints(),
            self.sections_hint(),
        )

    def shared_keys(self) -> tuple[Hint, ...]:
        """Return the shared keys without the digits: a slip of the hand must not end a capture."""
        return tuple(hint for hint in super().shared_keys() if hint.key not in keys.STEPS)

    def strip(self) -> Line:
        """Draw the strip of all sections, this one under way; the hands take the data's place where they are wanted."""
        line = Line(" ")
        if not self.state.hands_wanted:
            line.add("  ").state(3, ("√ " if self.state.confirmed_at else "· ") + p_("strip", "data"))
        for one in self.state.sections:
            mark = "►" if one.section is self.section else words.symbol(one, self.state.limits)
            line.add("  ").state(len(line), f"{mark} {words.section_short(one.section)}")
        if self.state.hands_wanted:
            mark = "►" if self.section is None else "·" if self.state.hands_missing else "√"
            line.add("  ").state(len(line), f"{mark} " + p_("strip", "hands"))
        return line.add("  ").state(len(line), "· " + p_("strip", "seal"))

    def with_box(self, lines: list[Line]) -> list[Line]:
        """Lay the box over the work where the device is gone."""
        if self.lost is None:
            return lines
        return [*lines[:6], *lost_box(self.state, self.role, self.lost), Line(), self.strip()]

    def status(self) -> str:
        """Return what was stored last; while a device is gone, which of them are there."""
        if self.lost is None:
            return self.kept()
        here = {device.role for device in self.rekam.equipment} - {self.role}
        there = "  ".join(f"{words.device_short(role)} √" for role in _ROLES if role in here)
        cut = _("{device} × lost {time}, the try does not count").format(
            device=words.device_short(self.role), time=f"{self.lost:%H.%M.%S}"
        )
        return f"{there}  {cut}"


_ROLES = (Role.CAMERA, Role.SIGNATURE, Role.IRIS, Role.FINGER)
