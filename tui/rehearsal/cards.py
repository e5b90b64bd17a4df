"""Steps 7 and 8, weeks later: the cards that the centre lets be printed, and their handover."""

from __future__ import annotations

import re
from datetime import timedelta

from hw.emulators.card_engine import Knobs
from hw.emulators.control import KitControl
from store import card_queue, cards, handovers, visits
from tui.rehearsal.officer import Stuck
from tui.rehearsal.ways import Ways
from tui.training.ground import PASSPHRASE

_SERIAL = re.compile(r"harapan ([A-Z]+[0-9]+)")
_NO_BLANKS = "baki blangko kosong"
_CENTRE = timedelta(days=21)
"""How long the centre takes to answer in this play."""


class Cards:
    """The centre answers, the cards are printed, the school signs."""

    def __init__(self, ways: Ways) -> None:
        self._ways = ways
        self._her = ways.her
        self._ground = ways.ground

    async def wait_for_the_centre(self) -> None:
        """Lock, let three weeks pass, unlock: the office brings a new export."""
        her = self._her
        if not self._ground.answer.exists():
            await self._ways.home()
            await her.press("k")
            await her.until_headline("terkunci")
            self._ways.clock.advance(_CENTRE.total_seconds())
            self._ground.centre_answers(self._ways.clock)
            await her.look()
            await her.type(PASSPHRASE)
            await her.press("enter")
            await her.until(lambda: "terkunci" not in her.headline, "the screen to be unlocked")
        await self._ways.to_step(7)
        await self._ways.read_siak(self._ground.answer)
        await her.until_headline("7 Cetak")
        self._ways.tell("     the centre has answered")

    async def print_ready(self) -> None:
        """Print whatever is ready, card by card; what was unclear when the power went is answered first."""
        her = self._her
        printed = 0
        await self._ways.to_step(7)
        while await self._ready_cards():
            her.picture("step7-queue")
            if "HASIL BELUM PASTI" not in her.headline:
                await her.press("home", "enter")
                await her.until(lambda: "antrean" not in her.headline, "the card to open")
                await her.look()
            await self._send()
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
        if her.row:
            await her.press("c")
            await her.until(lambda: her.glass[21].startswith(" √"), "the waiting list to be kept")
        self._ways.tell(f"7    {printed} cards printed")

    async def _send(self) -> None:
        """Send the open card to the printer, and fill its blanks again where they ran out."""
        her = self._her
        if her.sees("C mengirim"):
            await her.press("c")
        while True:
            await her.until(
                lambda: her.sees("► 4 kartu di tangan") or "PASTI" in her.headline or her.sees(_NO_BLANKS),
                "the card in the tray",
            )
            if not her.sees(_NO_BLANKS):
                return
            await KitControl(self._ground.kit).printer(cards=Knobs().cards)
            await her.press("u")
            await her.until(lambda: not her.sees(_NO_BLANKS), "the printer to notice its blanks")

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

    async def hand_over(self) -> None:
        """Hand all cards over but one, whose pupil is absent; both sign on the pad."""
        her = self._her
        while await self._cards_in_hand():
            await self._ways.to_step(8)
            await her.until_headline("penyerahan")
            await self._receiver()
            her.picture("step8-handover")
            if not her.sees("belum ditandai 0"):
                await self._mark_all()
            await her.press("l")
            await her.until_headline("tanda tangan dan dokumen")
            await self._signatures()
        await self._papers()
        self._ways.tell("8    the cards are handed over")

    async def _cards_in_hand(self) -> bool:
        visit = await self._ways.visit()
        assert visit is not None
        return visit.counts.printed > visit.counts.handed_over

    async def _papers(self) -> None:
        """Let the minutes be made of a handover that was closed just before the power went."""
        store, visit = self._her.app.store, await self._ways.visit()
        assert store is not None
        assert visit is not None
        school = (await store.run(visits.get, visit.visit)).school_id
        if await store.run(handovers.without_paper, school) is not None:
            await self._ways.to_step(8)
            await self._her.until_seen("√ BAST")
            await self._ways.home()

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
        await her.until_seen("Spasi Serah")

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
            signed = party.replace("►", "√")
            if await her.until_seen(party, signed) == signed:
                continue  # before the power went
            await her.until(lambda party=party: her.sees(party) and self._inked(), f"{party} to sign")
            await her.until_still("the pen to be lifted")
            await her.press("enter")
        her.picture("step8-signing")
        await her.until_still("both signatures to be kept")
        await her.look()
        await her.press("y")
        await her.until_still("the documents to be made")
        her.picture("step8-documents")
        await self._ways.home()
