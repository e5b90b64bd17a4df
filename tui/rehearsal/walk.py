"""The eight steps as an officer carries them out: she looks, presses the key the book gives her, and looks again.

Every step begins by looking where things stand, so that a rehearsal that was killed goes on there.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from store import card_queue, cards, visits
from store.procedure import EQUIPMENT, Equipment, ReadyBy
from tui.rehearsal.officer import Officer, Stuck
from tui.training.ground import BLANKS, FIRST_BLANK, PANELS, PASSPHRASE, Ground
from tui.training.school import SamplePupil

if TYPE_CHECKING:
    from hw.emulators.clock import SharedClock
    from store.visits import HomeVisit

_CURSOR = "►"
_PICTURES = {
    "berkas dan kolom": "step1-file",
    "periksa baris": "step1-rows",
    "16 tahun ke atas": "step1-sixteen",
    "rancangan jadwal": "step1-schedule",
}
_SERIAL = re.compile(r"harapan ([A-Z]+[0-9]+)")
_CENTRE = timedelta(days=21)
"""How long the centre takes to answer in this play."""


class Walk:
    """One school from its list to the signed handover."""

    def __init__(
        self, officer: Officer, ground: Ground, clock: SharedClock, tell: Callable[[str], None] | None
    ) -> None:
        self._her = officer
        self._ground = ground
        self._clock = clock
        self._tell = tell or (lambda _line: None)

    async def play(self) -> None:
        """Carry out what is left of the procedure."""
        await self._log_in()
        await self._plan()
        await self._equip()
        await self._pupils()
        await self._centre_answers()
        await self._print()
        await self._hand_over()

    # --- before the steps -----------------------------------------------------------------------------------------

    async def _log_in(self) -> None:
        her = self._her
        await her.until_headline("Masuk")
        await her.type(PASSPHRASE)
        await her.press("enter")
        await her.until_headline("Kunjungan")
        self._tell("     logged in")

    async def _visit(self) -> HomeVisit | None:
        store = self._her.app.store
        assert store is not None
        found = (await store.run(visits.home, closed=True)).visits
        return found[0] if found else None

    async def _home(self) -> None:
        """Go back to the visits, from wherever she is."""
        her = self._her
        for _level in range(6):
            if "── Kunjungan ─" in her.headline:
                return
            await her.press("escape")
            await her.look()
        raise Stuck("the way home", her.glass)

    # --- 1 ----------------------------------------------------------------------------------------------------------

    async def _plan(self) -> None:
        her = self._her
        visit = await self._visit()
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
                    await self._choose(self._ground.roster.name[:20])
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
        await self._home()
        self._tell("1    the schedule is fixed")

    async def _choose(self, name: str) -> None:
        """Move the cursor to the row that shows the name, and choose it."""
        her = self._her
        await her.until_seen(name)
        for _row in range(20):
            if name in self._row:
                await her.press("enter")
                return
            await her.press("down")
        raise Stuck(f"the row of {name}", her.glass)

    @property
    def _row(self) -> str:
        """The row with the cursor."""
        rows = [line for line in self._her.glass[3:21] if line[:5].strip() == _CURSOR]
        return rows[0] if rows else ""

    async def _read_siak(self, export: Path) -> None:
        """Take in an export of SIAK, from the screen that offers it."""
        her = self._her
        await her.press("u")
        await her.until_headline("berkas dan kolom")
        await her.look()
        await self._choose(export.name[:20])
        await her.press("l")
        await her.until_headline("periksa baris")
        await her.look()
        await her.press("l")
        await her.until(lambda: "periksa baris" not in her.headline or her.sees("sudah diambil"), "the export taken in")
        while "periksa baris" in her.headline or "berkas dan kolom" in her.headline:
            await her.press("escape")

    # --- 2 ----------------------------------------------------------------------------------------------------------

    async def _equip(self) -> None:
        her = self._her
        visit = await self._visit()
        if visit is not None and visit.step > 2:
            return
        await self._open_visit()
        await her.until_headline("kesiapan peralatan")
        await her.until(lambda: her.sees("tersambung, belum diuji") or her.sees("tersambung, diuji"), "the kit")
        await her.look()
        await self._read_siak(self._ground.siak)
        await her.until_headline("kesiapan peralatan")
        await her.press("home", "enter")
        await her.until(lambda: not her.sees("tersambung, belum diuji") and not her.sees("menguji"), "the self-tests")
        for line in EQUIPMENT:
            await self._make_ready(line)
            await her.press("down")
        her.picture("step2-equipment")
        await her.press("l")
        await her.until_headline("antrean murid")
        self._tell("2    the kit is ready")

    async def _make_ready(self, line: Equipment) -> None:
        """Do with the row under the cursor what its kind asks for."""
        her = self._her
        name = line.words
        for _way in range(len(EQUIPMENT)):
            if name in self._row:
                break
            await her.press("down" if _way else "home")
        match line.ready_by:
            case ReadyBy.CLOTHS:
                while self._row.count("√") < 2:
                    await her.press("space")
            case ReadyBy.COUNT if "belum" in self._row:
                await her.press("e")
                first, second = (str(PANELS), str(PANELS)) if "Pita" in name else (str(BLANKS), FIRST_BLANK)
                await her.type(first)
                await her.press("enter")
                await her.type(second)
                await her.press("enter")
                await her.until(lambda: not her.sees("Hitung:"), "the count to be taken")
            case ReadyBy.TICK if "√" not in self._row:
                await her.press("space")
            case _:
                pass

    async def _open_visit(self) -> None:
        """Open the visit from home."""
        her = self._her
        await self._home()
        await her.until_seen("SMA Latihan")
        await her.look()
        await her.press("enter")
        await her.until(lambda: "── Kunjungan ─" not in her.headline, "the visit to open")

    # --- 3 to 6 -----------------------------------------------------------------------------------------------------

    async def _pupils(self) -> None:
        """Serve whoever waits, one after the other; then the school's day is over."""
        her = self._her
        served = 0
        while (visit := await self._visit()) is not None and visit.counts.left:
            await self._queue(3)
            her.picture("step3-queue")
            await her.press("enter")
            await her.until(lambda: "antrean" not in her.headline, "the pupil to open")
            await her.look()
            await self._serve()
            served += 1
        self._tell(f"3-6  {served} pupils served")

    async def _queue(self, step: int) -> None:
        """Stand before the queue of a step, with the cursor on whoever is next."""
        her = self._her
        if "── Kunjungan ─" in her.headline:
            await self._open_visit()
        for _level in range(4):
            if "antrean" in her.headline and her.headline.startswith(f"── {step} "):
                break
            if "antrean" in her.headline:
                await her.press(str(step))
            else:
                await her.press("escape")
            await her.look()
        await her.until_headline(f"{step} ")
        await her.until(lambda: bool(self._row), "the rows of the queue")

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
                    await her.until(lambda: her.sees("skor"), "the portrait's pre-check")
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
                    her.picture("step6-fingers" if "jari" in part else "step6-irises")
                    at = her.headline
                    await her.until(lambda at=at: her.headline != at, f"what comes after {part}")

    # --- while the centre works -------------------------------------------------------------------------------------

    async def _centre_answers(self) -> None:
        """Lock, let three weeks pass, unlock: the office brings a new export."""
        her = self._her
        if not self._ground.answer.exists():
            await self._home()
            await her.press("k")
            await her.until_headline("terkunci")
            self._clock.advance(_CENTRE.total_seconds())
            self._ground.centre_answers(self._clock)
            await her.look()
            await her.type(PASSPHRASE)
            await her.press("enter")
            await her.until(lambda: "terkunci" not in her.headline, "the screen to be unlocked")
        await self._to_step(7)
        await self._read_siak(self._ground.answer)
        await her.until_headline("7 Cetak")
        self._tell("     the centre has answered")

    async def _to_step(self, number: int) -> None:
        """Go to a step of the visit, from wherever she is."""
        her = self._her
        if not her.headline.startswith(f"── {number} "):
            await self._open_visit()
            if not her.headline.startswith(f"── {number} "):
                await her.press(str(number))
            await her.until_headline(f"{number} ")
        await her.look()

    # --- 7 ----------------------------------------------------------------------------------------------------------

    async def _print(self) -> None:
        """Print whatever is ready, card by card; what was unclear when the power went is answered first."""
        her = self._her
        printed = 0
        await self._to_step(7)
        while await self._ready_cards():
            her.picture("step7-queue")
            if "HASIL BELUM PASTI" not in her.headline:
                await her.press("home", "enter")
                await her.until(lambda: "antrean" not in her.headline, "the card to open")
                await her.look()
            if her.sees("C mengirim"):
                await her.press("c")
            await her.until(lambda: her.sees("► 4 kartu di tangan") or "PASTI" in her.headline, "the card in the tray")
            await her.look()
            her.picture("step7-card")
            await her.type(self._expected_serial()[-4:])
            before = her.headline
            await her.press("enter")
            await her.until(lambda before=before: her.headline != before, "the card to be counted")
            printed += 1
            if "antrean" not in her.headline:
                await her.press("escape")
            await her.until_headline("antrean kartu")
        her.picture("step7-waiting")
        if self._row:
            await her.press("c")
            await her.until(lambda: her.glass[21].startswith(" √"), "the waiting list to be kept")
        self._tell(f"7    {printed} cards printed")

    async def _ready_cards(self) -> int:
        store = self._her.app.store
        assert store is not None
        unclear = await store.run(cards.unresolved)
        return (await store.run(card_queue.counts)).ready + len(unclear)

    def _expected_serial(self) -> str:
        """Read the serial on the back of the card: the one that the screen expects."""
        found = [match for line in self._her.glass if (match := _SERIAL.search(line))]
        if not found:
            raise Stuck("a serial that is expected", self._her.glass)
        return found[-1][1]

    # --- 8 ----------------------------------------------------------------------------------------------------------

    async def _hand_over(self) -> None:
        """Hand all cards over but one, whose pupil is absent; both sign on the pad."""
        her = self._her
        while await self._cards_in_hand():
            await self._to_step(8)
            await her.until_headline("penyerahan")
            await self._receiver()
            her.picture("step8-handover")
            if not her.sees("belum ditandai 0"):
                await self._mark_all()
            await her.press("l")
            await her.until_headline("tanda tangan dan dokumen")
            await self._signatures()
        self._tell("8    the cards are handed over")

    async def _cards_in_hand(self) -> bool:
        visit = await self._visit()
        assert visit is not None
        return visit.counts.printed > visit.counts.handed_over

    async def _receiver(self) -> None:
        her = self._her
        if her.sees("Drs. Syamsuddin"):
            return
        await her.press("e")
        for value in ("Drs. Syamsuddin", "197005051995031904", "Wakil kepala sekolah"):
            await her.press("ctrl+u")
            await her.type(value)
            await her.press("tab")
        await her.press("escape")
        await her.until(lambda: her.headline.startswith("── 8"), "the list of cards")

    def _inked(self) -> bool:
        """Whether there is ink in the box of the pad."""
        box = [line for line in self._her.glass if line.strip().startswith("│")]
        return any("\u2800" < cell <= "\u28ff" for line in box for cell in line)

    async def _mark_all(self) -> None:
        her = self._her
        await her.press("*")
        await her.until_seen("Ketik jumlahnya")
        asked = next(line for line in her.glass if "Ketik jumlahnya" in line)
        await her.type(asked.split("(")[1].split(")")[0])
        await her.press("enter")
        await her.until(lambda: not her.sees("Ketik jumlahnya"), "the cards to be marked")

    async def _signatures(self) -> None:
        her = self._her
        for party in ("► Pihak pertama", "► Pihak kedua"):
            await her.until(lambda party=party: her.sees(party) and self._inked(), f"{party} to sign")
            await her.until_still("the pen to be lifted")
            await her.press("enter")
        her.picture("step8-signing")
        await her.until_still("both signatures to be kept")
        await her.look()
        await her.press("y")
        await her.until_still("the documents to be made")
        her.picture("step8-documents")
        await self._home()
