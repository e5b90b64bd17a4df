"""Papers: drawn off the loop, kept whole on the disk, noted in the store, and handed out.

A paper is never overwritten: another content is another version, and the old one stays.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import uuid
from collections.abc import Callable
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from store.errors import ChangeError, reason_of_system
from tui import places
from tui.i18n import _
from tui.messages import Problem

if TYPE_CHECKING:
    from reports.layout import Letterhead, Signer
    from reports.page import PaperSize
    from reports.refusal import PaperRefused
    from store.documents import Document, DocumentKind
    from store.store import Store
    from tui.app import RekamApp
    from tui.frame import FrameScreen
    from tui.settings import Settings

_PAGES = re.compile(rb"/Count (\d+) /Kids")


async def keep(
    app: RekamApp,
    kind: DocumentKind,
    subject: uuid.UUID,
    draw: Callable[[], bytes],
    name: str,
    *,
    shelf: str = "",
    number: str = "",
) -> Document:
    """Draw a paper about a visit, pupil or handover, save it and note it; return it with its path and version.

    `shelf` is by default the visit's day and school. Raises ChangeError where the disk refuses, and what `draw` raises;
    then nothing is noted.
    """
    assert app.store is not None, "papers are made behind the login"
    root = places.documents_folder(app.settings, app.folder, os.environ)
    return await keep_in(app.store, root, kind, subject, draw, name, shelf=shelf or _shelf(app), number=number)


async def keep_in(
    store: Store,
    root: Path,
    kind: DocumentKind,
    subject: uuid.UUID,
    draw: Callable[[], bytes],
    name: str,
    *,
    shelf: str,
    number: str = "",
) -> Document:
    """Draw a paper, keep it in a folder of documents and note it, as `keep` does; without an application.

    It is saved as `ROOT/SHELF/NAME.pdf`, later ones of that name as `NAME-v2.pdf`. Only when the file lies whole on the
    disk is it noted, so what the store names is there.
    """
    from store import documents

    paper = await asyncio.to_thread(draw)
    digest = hashlib.sha256(paper).hexdigest()
    folder = root / places.file_name(shelf)
    first = folder / f"{places.file_name(name)}.pdf"
    alike = [made for made in await store.run(documents.of_subject, subject, kind) if _is_version(made.path, first)]
    same = next((made for made in alike if made.sha256 == digest), None)
    path = Path(same.path) if same else first.with_stem(f"{first.stem}-v{len(alike) + 1}") if alike else first
    try:
        await asyncio.to_thread(_save, path, paper)
    except OSError as error:
        raise ChangeError(reason_of_system(error)) from error
    counted = _PAGES.search(paper)
    pages = int(counted[1]) if counted else 1
    return await store.run(documents.made, kind, subject, path, digest, pages, number)


async def hand_out(screen: FrameScreen, document: Document) -> bool:
    """Send a kept paper to the document printer, or say where the file is when there is none; False when it failed."""
    app = screen.rekam
    path = Path(document.path)
    queue = app.settings.document_printer
    if not queue:
        screen.news = f"√ {where(app, path)}"
        return True
    from hw import document_printer
    from hw.types import CaptureFailed

    try:
        paper = await asyncio.to_thread(path.read_bytes)
        await document_printer.send(paper, path.stem, queue)
    except (OSError, CaptureFailed):
        said = _("{queue} does not print. The paper is kept: {file}. C again.")
        screen.refuse(Problem("!", said.format(queue=queue, file=path.name)))
        return False
    screen.news = "√ " + _("{file} sent to {queue}").format(file=path.name, queue=queue)
    return True


def refused(error: PaperRefused) -> Problem:
    """Say why a paper cannot be drawn; nothing of it was written."""
    from reports.refusal import Refusal

    if error.reason is Refusal.EMPTY_LIST:
        return Problem("!", _("Nobody would be on this paper. Nothing was made."))
    return Problem("×", _("A picture for this paper cannot be read. Nothing was made."))


def where(app: RekamApp, path: Path) -> str:
    """Return where a paper lies, from the folder of documents on: what fits into the status line."""
    root = places.documents_folder(app.settings, app.folder, os.environ)
    return str(path.relative_to(root.parent)) if path.is_relative_to(root.parent) else str(path)


def letterhead(app: RekamApp) -> Letterhead:
    """Return the office's letterhead as papers draw it."""
    return letterhead_of(app.settings)


def letterhead_of(settings: Settings) -> Letterhead:
    """Return the letterhead in these settings as papers draw it."""
    from reports.layout import Letterhead
    from reports.page import Style

    head = settings.letterhead
    style = Style(settings.text_size, settings.list_size, settings.signs_first == "office")
    return Letterhead(head.government, head.office, head.address, head.contact, head.place, head.crest, style)


async def signed_by(app: RekamApp, post: str) -> tuple[Signer, ...]:
    """Return the officer on duty as the one who signs, in that post; nobody where the store does not know him."""
    from reports.layout import Signer
    from store import officers

    assert app.store is not None, "papers are made behind the login"
    officer = None if app.officer is None else await app.store.run(officers.named, app.officer.id)
    return () if officer is None else (Signer(officer.name, post, officer.nip or None),)


def paper_size(app: RekamApp) -> PaperSize:
    """Return the paper the office has."""
    from reports.page import PaperSize

    return PaperSize[app.settings.paper]


def _is_version(path: PurePath, first: Path) -> bool:
    return path.parent == first.parent and re.fullmatch(re.escape(first.stem) + r"(-v\d+)?", path.stem) is not None


def _shelf(app: RekamApp) -> str:
    return f"{app.visit.day.isoformat()} {app.visit.school}" if app.visit else app.local_now().date().isoformat()


def _save(path: Path, paper: bytes) -> None:
    from reports import saving

    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    saving.save(path, paper)
