"""Steps 1 and 2: the schedule agreed with the school, and the kit made ready."""

from __future__ import annotations

from store.procedure import EQUIPMENT, Equipment, ReadyBy
from tui.rehearsal.ways import Ways
from tui.training.ground import BLANKS, FIRST_BLANK, PANELS

_PICTURES = {
    "berkas dan kolom": "step1-file",
    "periksa baris": "step1-rows",
    "16 tahun ke atas": "step1-sixteen",
    "rancangan jadwal": "step1-schedule",
}


class Preparing:
    """What is done once a visit, before the first pupil sits down."""

    def __init__(self, ways: Ways) -> None:
        self._ways = ways
        self._her = ways.her
        self._ground = ways.ground

    async def plan(self) -> None:
        """Step 1: make the visit, take the list, fix the schedule."""
        her = self._her
        visit = await self._ways.visit()
        if visit is not None and visit.step > 1:
            return
        if visit is None:
            await her.press("t")
            await her.until_headline("Kunjungan baru")
            await her.press("f2")
        else:
            await her.press("enter")
        while True:
            at = await her.until_headline("berkas dan kolom", "periksa baris", "16 tahun ke atas", "rancangan jadwal")
            await her.look()
            her.picture(_PICTURES[at])
            match at:
                case "berkas dan kolom":
                    await self._ways.choose(self._ground.roster.name[:20])
                    await her.press("l")
                case "periksa baris" | "16 tahun ke atas":
                    await her.press("l")
                case _:
                    await her.press("l")
                    await her.until_seen("Y ")
                    await her.look()
                    await her.press("y")
                    break
            await her.until(lambda at=at: at not in her.headline or her.sees("Ketik"), f"what comes after {at}")
        await self._ways.home()
        self._ways.tell("1    the schedule is fixed")

    async def equip(self) -> None:
        """Step 2: take SIAK's export along, test the devices, tick, count, and go to the school."""
        her = self._her
        visit = await self._ways.visit()
        if visit is not None and visit.step > 2:
            return
        await self._ways.open_visit()
        await her.until_headline("kesiapan peralatan")
        await her.until(lambda: her.sees("tersambung, belum diuji") or her.sees("tersambung, diuji"), "the kit")
        await her.look()
        await self._ways.read_siak(self._ground.siak)
        await her.until_headline("kesiapan peralatan")
        await her.press("home", "enter")
        await her.until(lambda: not her.sees("tersambung, belum diuji") and not her.sees("menguji"), "the self-tests")
        for line in EQUIPMENT:
            await self._make_ready(line)
            await her.press("down")
        her.picture("step2-equipment")
        await her.press("l")
        await her.until_headline("antrean murid")
        self._ways.tell("2    the kit is ready")

    async def _make_ready(self, line: Equipment) -> None:
        """Do with the row under the cursor what its kind asks for."""
        her = self._her
        name = line.words
        for _way in range(len(EQUIPMENT)):
            if name in her.row:
                break
            await her.press("down" if _way else "home")
        match line.ready_by:
            case ReadyBy.CLOTHS:
                while her.row.count("√") < 2:
                    await her.press("space")
            case ReadyBy.COUNT if "belum" in her.row:
                await her.press("e")
                first, second = (str(PANELS), str(PANELS)) if "Pita" in name else (str(BLANKS), FIRST_BLANK)
                await her.type(first)
                await her.press("enter")
                await her.type(second)
                await her.press("enter")
                await her.until(lambda: not her.sees("Hitung:"), "the count to be taken")
            case ReadyBy.TICK if "√" not in her.row:
                await her.press("space")
            case _:
                pass
