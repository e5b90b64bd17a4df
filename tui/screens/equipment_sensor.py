"""The sensor for one finger, below the SOP's list: it only verifies, so it makes no line of the list ready."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from hw.types import DeviceState, FailReason, Role
from tui.i18n import _
from tui.ink import Ink
from tui.screens.equipment_lines import Look, beside
from tui.screens.equipment_words import state_word, why
from tui.selftest import GONE, one_finger, self_test

if TYPE_CHECKING:
    from hw.types import Attached, Bus
    from tui.keys import Press
    from tui.line import Line
    from tui.selftest import SelfTest


_STEP = 5  # per cent from one drawing of the progress to the next


class SensorLine:
    """A part of one line, there while such a sensor is plugged in; what its test said is forgotten when it goes.

    Nothing of it is stored: the procedure has no use for the sensor, and the test is there to know whether it works.
    """

    typing = False

    def __init__(self) -> None:
        self.focused = False
        self._devices: tuple[Attached, ...] = ()
        self._result: SelfTest | None = None
        self._percent: int | None = None
        self._testing = False

    @property
    def there(self) -> bool:
        """Whether there is anything to show."""
        return bool(self._devices)

    def see(self, attached: Sequence[Attached]) -> None:
        """Look what is plugged in: any serial adapter may have a sensor behind it, or something else."""
        devices = tuple(one for one in attached if one.role is Role.SINGLE_FINGER)
        if devices != self._devices:
            self._devices, self._result = devices, None

    def press(self, press: Press) -> bool:
        """Leave every key to the screen."""
        del press
        return False

    async def test(self, bus: Bus, changed: Callable[[], None]) -> None:
        """Let the sensor prove itself and take one finger; `changed` is called when there is something to draw."""
        devices = self._devices
        usable = [device for device in devices if device.state is DeviceState.READY]
        if not usable:
            return  # the line says why

        def told(done: int, total: int) -> None:
            percent = 100 * done // total
            if self._percent is None or percent >= self._percent + _STEP:
                self._percent = percent
                changed()

        result, self._testing, self._percent, self._result = None, True, None, None
        changed()
        try:
            for device in usable:
                result = await self_test(bus, device, one_finger(told))
                if result.said != FailReason.NO_SENSOR.value:
                    break
        finally:
            self._testing = False
        self._result = result if devices == self._devices else None

    def asked(self) -> str:
        """Return what the test under way needs of the officer, or nothing."""
        if not self._testing:
            return ""
        return (
            _("An officer lays one finger on the sensor.") if self._percent is None else _("The finger may be lifted.")
        )

    def line(self, width: int) -> Line:
        """Draw it as the lines of the list are drawn, its use always beside it."""
        drawn = beside(_("One-finger sensor"), self._look())
        if self.focused:
            drawn.put(3, "►", Ink.VALUE).paint(Ink.CURSOR, 3, width)
        return drawn

    def _look(self) -> Look:
        use, result = _("verification only"), self._result
        states = {device.state for device in self._devices}
        if DeviceState.READY not in states:
            busy = DeviceState.BUSY in states
            return Look("►" if busy else "×", state_word(DeviceState.BUSY if busy else self._devices[0].state), use)
        if self._testing:
            return Look("►", _("testing {percent} %").format(percent=self._percent or 0), use)
        if result is None:
            return Look("!", _("not tested"), use if self.focused else _("verification only · Tab, U"))
        if result.passed:
            return Look("√", _("tested · score {score}").format(score=result.said), use)
        if result.said == FailReason.NO_BIOMETRIC.value:
            return Look("!", _("answers, no finger on it"), use)
        if result.said == GONE:
            return Look("×", _("was disconnected"), use)
        return Look("×", why(Role.SINGLE_FINGER, result.said), use)
