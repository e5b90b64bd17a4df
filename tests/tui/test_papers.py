"""Papers are kept whole, by version, before the store names them; and handed to the printer the office has."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from pathlib import Path, PurePath

import pytest
from a_list import OFFICER, make_app
from book import VirtualClock, settle

from store import documents, officers
from store.documents import DocumentKind
from store.errors import ChangeError, Reason
from store.keyring import OfficerEntry
from store.store import Store
from store.transaction import OfficerRole
from tui import papers, places
from tui.app import RekamApp
from tui.duty import OfficerOnDuty, OpenVisit
from tui.frame import FrameScreen
from tui.places import Origin, Source
from tui.settings import Settings
from tui.widgets.glass import Glass

VISIT = uuid.UUID(int=9)


@pytest.fixture
async def app(tmp_path: Path) -> AsyncIterator[RekamApp]:
    store = Store.in_memory(VirtualClock(), officer=OFFICER)
    made = make_app(store, tmp_path)
    async with made.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        made.visit = OpenVisit(VISIT, "SMA Contoh 1 / Paringin", date(2026, 11, 23))
        yield made
    store.close()


def pdf(text: str, pages: int = 1) -> bytes:
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(text, invariant=1)
    for page in range(pages):
        canvas.drawString(72, 720, f"{text} {page}")
        canvas.showPage()
    return canvas.getpdfdata()


async def test_the_same_paper_again_is_the_same_document_and_another_is_a_version(
    app: RekamApp, tmp_path: Path
) -> None:
    kind = DocumentKind.SCHEDULE
    first = await papers.keep(app, kind, VISIT, lambda: pdf("a", 3), "Jadwal")
    again = await papers.keep(app, kind, VISIT, lambda: pdf("a", 3), "Jadwal")
    second = await papers.keep(app, kind, VISIT, lambda: pdf("b"), "Jadwal")
    other = await papers.keep(app, kind, VISIT, lambda: pdf("c"), "Rancangan")
    shelf = tmp_path / "documents" / "2026-11-23 SMA Contoh 1 - Paringin"
    assert (first.path, first.pages, again.id) == (shelf / "Jadwal.pdf", 3, first.id)
    assert (second.path, other.path) == (shelf / "Jadwal-v2.pdf", shelf / "Rancangan.pdf")
    assert sorted(file.name for file in shelf.iterdir()) == ["Jadwal-v2.pdf", "Jadwal.pdf", "Rancangan.pdf"]
    assert mode_of(first.path) == 0o600


async def test_where_nothing_can_be_written_nothing_is_noted(app: RekamApp, tmp_path: Path) -> None:
    (tmp_path / "documents").write_text("a file stands in the way")
    with pytest.raises(ChangeError) as refused:
        await papers.keep(app, DocumentKind.SCHEDULE, VISIT, lambda: pdf("a"), "Jadwal")
    assert refused.value.reason is Reason.IO
    assert await app.store.run(documents.of_subject, VISIT) == ()


def mode_of(path: PurePath) -> int:
    return Path(path).stat().st_mode & 0o777


def lp(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    program = folder / "bin" / "lp"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")


async def hand_out(app: RekamApp) -> FrameScreen:
    app.settings = replace(app.settings, document_printer="Kantor")
    made = await papers.keep(app, DocumentKind.SCHEDULE, VISIT, lambda: pdf("a"), "Jadwal")
    screen = app.screen
    assert isinstance(screen, FrameScreen)
    await papers.hand_out(screen, made)
    return screen


async def test_a_paper_goes_to_the_offices_printer(
    app: RekamApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lp(tmp_path, f"cat > {tmp_path}/printed", monkeypatch)
    screen = await hand_out(app)
    assert (tmp_path / "printed").read_bytes() == pdf("a")
    assert screen.news == "√ Jadwal.pdf dikirim ke Kantor"


async def test_a_printer_that_refuses_is_told_and_the_paper_is_kept(
    app: RekamApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lp(tmp_path, "exit 1", monkeypatch)
    screen = await hand_out(app)
    assert screen.news == ""
    screen.refresh_frame()
    assert "! Kantor tidak mencetak. Berkas tersimpan: Jadwal.pdf." in screen.query_one(Glass).text[22]


@pytest.mark.parametrize(
    ("text", "name"),
    [("SMA 1 / A", "SMA 1 - A"), ("../../etc", "-..-etc"), ("\x1b[2J", "--2J"), ("...", "-"), ("x" * 99, "x" * 60)],
)
def test_a_schools_name_becomes_a_part_of_a_path(text: str, name: str) -> None:
    assert places.file_name(text) == name


def test_sticks_come_first_and_one_that_is_gone_has_no_files(tmp_path: Path) -> None:
    stick, inbox = tmp_path / "stick", tmp_path / "inbox"
    (stick / "sekolah").mkdir(parents=True)
    inbox.mkdir()
    for file in (inbox / "a.csv", stick / "z.XLSX", stick / "sekolah" / "b.ods", stick / "~$z.xlsx", stick / ".c.csv"):
        file.write_bytes(b"x")
    found = places.look(
        [Source(Origin.INBOX, inbox), Source(Origin.STICK, stick), Source(Origin.STICK, tmp_path / "n")]
    )
    assert [(file.path.name, file.origin) for file in found] == [
        ("b.ods", Origin.STICK),
        ("z.XLSX", Origin.STICK),
        ("a.csv", Origin.INBOX),
    ]


def test_the_data_folder_holds_inbox_and_documents_unless_the_office_says_otherwise(tmp_path: Path) -> None:
    environment = {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "data")}
    (inbox,) = [one.path for one in places.sources(Settings(), None, environment) if one.origin is Origin.INBOX]
    assert inbox.name == "inbox"
    assert places.documents_folder(Settings(), None, environment) == inbox.parent / "documents"
    assert places.documents_folder(Settings(documents="/srv/kertas"), None, environment) == Path("/srv/kertas")


async def test_a_list_is_signed_by_the_officer_on_duty_and_by_nobody_else(app: RekamApp) -> None:
    assert app.store is not None
    app.officer = None
    assert await papers.signed_by(app, "Operator pencetakan") == ()
    entry = OfficerEntry(OFFICER, "Fahrurrazi", "198801172012121903", frozenset({OfficerRole.PRINTING}))
    await app.store.run(officers.match, [entry])
    app.officer = OfficerOnDuty(OFFICER, "Fahrurrazi", entry.roles)
    (signer,) = await papers.signed_by(app, "Operator pencetakan")
    assert (signer.name, signer.nip, signer.post) == ("Fahrurrazi", entry.nip, "Operator pencetakan")
