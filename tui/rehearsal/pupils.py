"""Steps 3 to 6: the pupils, one after the other, as the queue gives them."""

from __future__ import annotations

from tui.rehearsal.officer import Stuck
from tui.rehearsal.ways import Ways
from tui.training.school import SamplePupil


class Pupils:
    """The day at the school."""

    def __init__(self, ways: Ways) -> None:
        self._ways = ways
        self._her = ways.her
        self._ground = ways.ground

    async def serve_all(self) -> None:
        """Serve whoever waits, one after the other; then the school's day is over."""
        her = self._her
        served = 0
        while (visit := await self._ways.visit()) is not None and visit.counts.left:
            await self._ways.queue(3)
            her.picture("step3-queue")
            await her.press("enter")
            await her.until(lambda: "antrean" not in her.headline, "the pupil to open")
            await her.look()
            await self._serve()
            served += 1
        self._ways.tell(f"3-6  {served} pupils served")

    async def _serve(self) -> None:
        """Take the open pupil as far as she comes today."""
        her = self._her
        while True:
            if "antrean" in her.headline or "── Kunjungan" in her.headline:
                return
            step = her.headline[3:4]
            before = her.headline
            match step:
                case "3":
                    await self._check()
                case "4":
                    await self._compare()
                case "5":
                    await self._update()
                case "6":
                    await self._record()
                case _:
                    raise Stuck("a step of 3 to 6", her.glass)
            if her.headline == before:
                raise Stuck(f"what comes after {before}", her.glass)

    @property
    def _sample(self) -> SamplePupil:
        """What the open pupil's papers say."""
        name = self._her.headline.split(" · ")[1].rstrip("─ ").strip()
        pupil = self._her.app.pupil
        found = [one for one in self._ground.pupils if one.name == (pupil.name if pupil else name)]
        return found[0]

    async def _check(self) -> None:
        her = self._her
        await her.until_seen("putusan yang cocok", "Sudah punya KTP-el")
        her.picture("step3-check")
        if her.sees("SIAK: B") and (her.sees("fotokopi KK · belum") or her.sees("fotokopi akta · belum")):
            await her.press("d")
            await her.until(lambda: not her.sees(" · belum"), "the papers to be ticked")
        if her.sees("cocokkan") or her.sees("Cocokkan"):
            await her.press("space")
            await her.look()
        before = her.headline
        for key in ("b", "c"):
            if her.sees(f"SIAK: {key.upper()}"):
                await her.press(key)
                break
        else:
            await her.press("e")
            await her.look()
            await her.press("7")
            if her.sees("Enter"):
                await her.press("enter")
        await her.until(lambda: her.headline != before, "the verdict to be taken")
        await her.look()

    async def _compare(self) -> None:
        her = self._her
        await her.until_seen("Menurut akta")
        her.picture("step4-siak")
        sample = self._sample
        before = her.headline
        if sample.siak:
            await her.press("home", "enter")
            await her.press("ctrl+u")
            await her.type(sample.name)
            await her.press("tab", "1")
            await her.press("ctrl+u")
            await her.type("salah ketik di SIAK")
            await her.press("enter")
            her.picture("step4-differs")
            await her.press("s")
            if her.headline == before:
                await her.press("l")
        else:
            await her.press("s")
        await her.until(lambda: her.headline != before, "the comparison to end")
        await her.look()

    async def _update(self) -> None:
        her = self._her
        await her.until_seen("Sudah diubah di SIAK")
        before = her.headline
        await her.press("space", "e", "tab", "tab")
        await her.press("ctrl+u")
        await her.type("63110623112026003")
        await her.press("enter")
        her.picture("step5-update")
        await her.press("y")
        await her.until(lambda: her.headline != before, "the update to be confirmed")
        await her.look()

    async def _record(self) -> None:
        her = self._her
        await her.until_seen("Bacakan", "potret", "periksa dan segel")
        await her.look()
        her.picture("step6-recording")
        await her.press("enter")
        while True:
            part = await her.until_headline(
                "potret", "tanda tangan", "empat jari", "ibu jari", "iris", "segel", "antrean"
            )
            match part:
                case "potret":
                    await her.until_seen("Enter Ambil")
                    await her.until(lambda: her.sees(", rata"), "the portrait's pre-check")
                    await her.look()
                    her.picture("step6-portrait")
                    await her.press("enter")
                    await her.until_seen("Enter Simpan")
                    await her.look()
                    await her.press("enter")
                    await her.until(lambda: "potret" not in her.headline, "the portrait to be kept")
                case "tanda tangan":
                    await her.until_seen("titik")
                    await her.until_still("the pen to be lifted")
                    await her.look()
                    her.picture("step6-signature")
                    await her.press("enter")
                    await her.until(lambda: "tanda tangan" not in her.headline, "the signature to be kept")
                case "segel":
                    await her.look()
                    her.picture("step6-seal")
                    await her.press("y")
                    await her.until(lambda: "segel" not in her.headline, "the recording to be sealed")
                    return
                case "antrean":
                    return
                case _:
                    await self._scanned(part)

    async def _scanned(self, part: str) -> None:
        """Wait for what the scanner takes by itself; pictured is the first one that is ready while somebody looks."""
        her, at = self._her, self._her.headline

        def taken() -> bool:
            if her.headline == at and her.sees("Pemindai siap"):
                her.picture("step6-fingers" if "jari" in part else "step6-irises")
            return her.headline != at

        await her.until(taken, f"what comes after {part}")
