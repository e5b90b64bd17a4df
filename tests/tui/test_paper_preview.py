"""A paper is shown before it is printed: every page as text, kept already, printed by one key."""

from __future__ import annotations

import re
import uuid
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from a_list import OFFICER, make_app
from book import VirtualClock, screen_text, settle
from kit_room import at_rest
from reportlab.lib.units import mm
from textual.pilot import Pilot

from reports import waiting_list
from reports.layout import BALANGAN
from reports.page import Sheet
from reports.page_text import draw_and_read
from store import documents
from store.documents import DocumentKind
from store.rules import Hold
from store.store import Store
from tui.app import RekamApp
from tui.frame import FrameScreen
from tui.paper_desk import Paper
from tui.screens import paper_preview
from tui.screens.paper_preview import PaperPreviewScreen

VISIT = uuid.UUID(int=9)


@pytest.fixture
async def pilot(tmp_path: Path) -> AsyncIterator[Pilot[object]]:
    store = Store.in_memory(VirtualClock(), officer=OFFICER)
    made = make_app(store, tmp_path)
    async with made.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        yield pilot
    store.close()


def app_of(pilot: Pilot[object]) -> RekamApp:
    assert isinstance(pilot.app, RekamApp)
    return pilot.app


def a_list(count: int, name: str = "MURID KE{:04}") -> Paper:
    lines = tuple(
        waiting_list.WaitingLine(
            name.format(n),
            f"63110612110{9000 + n:05}",
            "XII",
            date(2009, 12, 24),
            date(2026, 12, 24),
            "SENT_FOR_ENROLLMENT",
            date(2026, 11, 20),
            (Hold.NO_PRR,),
        )
        for n in range(1, count + 1)
    )
    paper = waiting_list.WaitingListPaper("SMA Contoh 1", date(2026, 11, 23), lines)
    return Paper(
        DocumentKind.WAITING_LIST, VISIT, f"Daftar {count}", "Rak", "", lambda: waiting_list.draw(paper, BALANGAN)
    )


async def shown(pilot: Pilot[object], *papers: Paper) -> list[str]:
    screen = pilot.app.screen
    assert isinstance(screen, FrameScreen)
    app_of(pilot).perform(lambda: paper_preview.show(screen, *papers))
    await at_rest(pilot)
    return await screen_text(pilot)


async def press(pilot: Pilot[object], *names: str) -> list[str]:
    for name in names:
        await pilot.press(name)
        await at_rest(pilot)
    return await screen_text(pilot)


def content_of(document: documents.Document) -> bytes:
    return Path(document.path).read_bytes()


def lp(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    program = folder / "bin" / "lp"
    program.parent.mkdir(exist_ok=True)
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")


def kept(pilot: Pilot[object]) -> tuple[documents.Document, ...]:
    store = app_of(pilot).store
    assert store is not None
    return store.run_now(documents.of_subject, VISIT)


async def test_a_paper_is_kept_when_it_is_shown_and_escape_leaves_it_there(pilot: Pilot[object]) -> None:
    below = pilot.app.screen
    screen = await shown(pilot, a_list(3))
    assert screen[2].startswith("── Daftar 3 ──")
    assert "halaman 1 dari 1" in screen[2]
    assert "PEMERINTAH KABUPATEN" in screen[3]
    assert screen[21].startswith(" √ tersimpan: Daftar 3.pdf · printer belum diatur")
    (document,) = kept(pilot)
    assert content_of(document).startswith(b"%PDF")
    await press(pilot, "escape")
    assert pilot.app.screen is below


async def test_every_row_of_every_page_can_be_reached(pilot: Pilot[object]) -> None:
    before, after = [""], await shown(pilot, a_list(28))
    seen = "".join(after)
    while after[2:21] != before[2:21]:
        before, after = after, await press(pilot, "down")
        seen += "".join(after)
    assert set(re.findall(r"MURID KE(\d{4})", seen)) == {f"{number:04}" for number in range(1, 29)}
    assert "halaman 2 dari 2" in after[2]
    assert "halaman 1 dari 2" in (await press(pilot, "home"))[2]
    assert "halaman 2 dari 2" in (await press(pilot, "pagedown"))[2]
    assert "halaman 1 dari 2" in (await press(pilot, "up"))[2]


async def test_what_is_wider_than_the_screen_is_shown_aside(pilot: Pilot[object]) -> None:
    screen = await shown(pilot, a_list(3))
    assert not any("Menunggu karena" in line for line in screen)
    assert "←→ Geser" in screen[23]
    screen = await press(pilot, *["down"] * 9, *["right"] * 3)
    assert any("Menunggu karena" in line for line in screen)


async def test_c_prints_the_paper_in_front_then_the_next_and_comes_back(
    pilot: Pilot[object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lp(tmp_path, f"cat >> {tmp_path}/printed", monkeypatch)
    app = app_of(pilot)
    app.settings = replace(app.settings, document_printer="Kantor")
    below = app.screen
    screen = await shown(pilot, a_list(2), a_list(3))
    assert "C mencetak di Kantor" in screen[21]
    screen = await press(pilot, "c")
    assert screen[2].startswith("── Daftar 3 ──")
    assert " √ Daftar 2.pdf dikirim ke Kantor" in screen[21]
    screen = await press(pilot, "c")
    assert app.screen is below
    assert " √ Daftar 3.pdf dikirim ke Kantor" in screen[21]
    printed = (tmp_path / "printed").read_bytes()
    assert printed == b"".join(map(content_of, reversed(kept(pilot))))


async def test_a_printer_that_refuses_leaves_the_paper_in_front(
    pilot: Pilot[object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lp(tmp_path, "exit 1", monkeypatch)
    app = app_of(pilot)
    app.settings = replace(app.settings, document_printer="Kantor")
    await shown(pilot, a_list(2))
    screen = await press(pilot, "c")
    assert isinstance(app.screen, PaperPreviewScreen)
    assert "! Kantor tidak mencetak. Berkas tersimpan: Daftar 2.pdf." in screen[22]


async def test_an_empty_paper_is_refused_and_nothing_is_kept(pilot: Pilot[object]) -> None:
    below = pilot.app.screen
    await shown(pilot, a_list(0))
    assert pilot.app.screen is below
    assert isinstance(below, FrameScreen)
    below.refresh_frame()
    assert "! Tidak ada isinya" in (await screen_text(pilot))[22]
    assert kept(pilot) == ()


@pytest.mark.parametrize("name", ["<SARI> & </para>", "\x1b[2J\u202eSARI", "W" * 60, "NUR'AINI"])
async def test_a_hostile_name_is_shown_and_does_nothing(pilot: Pilot[object], name: str) -> None:
    await shown(pilot, a_list(1, name.replace("{", "")))
    screen = await press(pilot, *["down"] * 9)
    assert "\x1b" not in "".join(screen)
    assert "\u202e" not in "".join(screen)
    assert name.split()[-1][-4:] in "".join(screen)


@pytest.mark.parametrize("letters", [5, 20, 30])
def test_texts_that_would_run_into_one_another_get_a_wider_page(letters: int) -> None:
    def draw() -> bytes:
        sheet = Sheet("a row")
        for column in range(4):
            sheet.text(sheet.left + column * 40 * mm, sheet.y, "W" * letters, size=6)
        return sheet.finish()

    drawn = draw_and_read(draw)
    ((row, *_foot),) = drawn.pages
    begins = [found.start() for found in re.finditer("W+", row)]
    assert row.split() == ["W" * letters] * 4
    assert len({after - before for before, after in pairwise(begins)}) <= 2, "as far apart as on paper"
    assert (drawn.width > 80) is (letters >= 20)


async def test_a_crest_that_is_no_picture_is_told_and_nothing_is_kept(pilot: Pilot[object]) -> None:
    broken = replace(BALANGAN, crest=b"\x89PNG\r\n\x1a\n and no picture")
    paper = waiting_list.WaitingListPaper("SMA Contoh 1", date(2026, 11, 23), ())
    wanted = Paper(DocumentKind.WAITING_LIST, VISIT, "Daftar", "Rak", "", lambda: waiting_list.draw(paper, broken))
    below = pilot.app.screen
    await shown(pilot, wanted)
    assert pilot.app.screen is below
    assert isinstance(below, FrameScreen)
    below.refresh_frame()
    assert "× Gambar untuk berkas ini tidak terbaca." in (await screen_text(pilot))[22]
    assert kept(pilot) == ()
