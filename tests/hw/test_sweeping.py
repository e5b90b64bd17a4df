"""When it is looked for what gives no event: at once, a few times after a change, then seldom."""

import asyncio
from dataclasses import replace

import pytest

from hw import sweeping
from hw.sweeping import Sweeping
from hw.types import Attached, Role

SERVED = Attached("S1", Role.FINGER, "sbi", "Slap scanner", "127.0.0.1:4501/1", "S1")


class Sweeps:
    def __init__(self) -> None:
        self.told: list[bool] = []
        self.answers: list[tuple[Attached, ...]] = []
        self.swept = asyncio.Event()

    async def __call__(self, changed: bool) -> tuple[Attached, ...]:
        self.told.append(changed)
        self.swept.set()
        return self.answers[-1] if self.answers else ()

    async def times(self, count: int) -> None:
        async with asyncio.timeout(5):
            while len(self.told) < count:
                self.swept.clear()
                await self.swept.wait()


async def test_after_a_change_it_is_looked_again_until_a_service_had_time_to_notice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sweeping, "AFTER_CHANGE_S", (0.01, 0.02))
    one = Sweeps()
    looking = Sweeping([one], lambda: None, routine=0.05)
    looking.start()
    await one.times(2)
    assert one.told == [True, False]
    looking.look_again()
    await one.times(7)
    await looking.stop()
    start = one.told.index(True, 1)
    assert one.told[start : start + 4] == [True, True, True, False]


async def test_what_is_silent_holds_up_nobody_but_the_first_answer() -> None:
    told = asyncio.Event()
    answered = asyncio.Event()

    async def silent(_changed: bool) -> tuple[Attached, ...]:
        await answered.wait()
        return ()

    quick = Sweeps()
    quick.answers = [(SERVED,)]
    looking = Sweeping([quick, silent], told.set)
    looking.start()
    await quick.times(1)
    assert looking.found is None
    answered.set()
    while looking.found is None:
        told.clear()
        await told.wait()
    assert looking.found == (SERVED,)
    answered.clear()
    quick.answers = [(replace(SERVED, serial="S2"),)]
    looking.look_again()
    await quick.times(2)
    assert looking.found[0].serial == "S2"
    await looking.stop()


async def test_a_sweep_that_breaks_is_not_passed_over_in_silence() -> None:
    told = asyncio.Event()

    async def broken(_changed: bool) -> tuple[Attached, ...]:
        raise ZeroDivisionError

    looking = Sweeping([broken], told.set)
    looking.start()
    await told.wait()
    with pytest.raises(ZeroDivisionError):
        looking.check()
    await looking.stop()
