"""`rekam17 report KIND --visit ID [--out FILE]`: a paper of a visit, drawn from the store as it stands.

It is kept and noted as if it had been made on the screen, so that a paper that leaves the laptop is in the journal and
bears one number however often it is drawn. `--out` writes the same paper to a place of one's own as well.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from store import visits
from store.clock import SystemClock
from store.documents import Document, DocumentKind
from store.errors import Reason, StoreError
from store.store import Store
from store.transaction import NotAllowedError
from store.visits import UnknownVisitError
from tui import places
from tui.commands.unlocking import CannotOpen, clean, fail, open_store
from tui.i18n import use
from tui.settings import Settings, SettingsError, read_settings, settings_file

if TYPE_CHECKING:
    from store.transaction import Transaction
    from tui.paper_desk import PaperMissing

_WORDS = {
    DocumentKind.SCHEDULE: "the schedule that was fixed with the school",
    DocumentKind.EQUIPMENT: "the SOP's list of equipment as it stands, to tick by hand",
    DocumentKind.FAULTS: "what the devices did wrong at the visit",
    DocumentKind.TO_RECORD: "who is still to be recorded, by class",
    DocumentKind.ABSENTEES: "who was absent, and the return visit",
    DocumentKind.SIAK_UPDATES: "the changes for SIAK, form F-1.06",
    DocumentKind.PROOF: "a pupil's proof of recording; --number says whose",
    DocumentKind.PRINT_LIST: "whose cards may be printed",
    DocumentKind.WAITING_LIST: "who waits for a card, and for what",
    DocumentKind.HANDOVER: "minutes of a handover and the recipients; --number says which",
    DocumentKind.DESTRUCTION: "minutes of destroyed blanks with their serials; --number says which",
    DocumentKind.STOCK_CARD: "the stock's lines of each kind, from the first on",
    DocumentKind.SUMMARY: "the visit against the standard of each step",
}


_WRONG, _NOT_MADE = 2, 1
_LONGEST_NUMBER = 10  # of digits: more than any laptop has visits, less than the store can count


def run(args: argparse.Namespace) -> int:
    """Make the paper; 0 made, 1 there is no such paper or it cannot be written, 2 not opened or asked for wrongly."""
    kind = next((one for one in _WORDS if _key(one) == args.kind), None)
    if kind is None:
        wrong = "which paper?" if args.kind is None else f"there is no paper called {args.kind}:"
        return _offer(f"{wrong} one of", (f"{_key(one):<14}{words}" for one, words in _WORDS.items()))
    out = None if args.out is None else Path(args.out).absolute()
    if out is not None and (out.is_dir() or not out.parent.is_dir()):
        return fail(f"{args.out}: is a folder" if out.is_dir() else f"{args.out}: there is no such folder")
    try:
        settings = read_settings(settings_file())
        folder, store, opened = open_store(args, SystemClock())
    except (SettingsError, CannotOpen) as error:
        return fail(str(error))
    use("id")  # papers speak Indonesian, whatever the screens do
    root = places.documents_folder(settings, folder, os.environ)
    try:
        store.sign_in(opened.officer.id, opened.officer.roles)
        visit = _visit(store, args.visit)
        if visit is None:
            wrong = "which visit?" if args.visit is None else f"there is no visit {args.visit}:"
            listed = store.run_now(visits.listed)
            return _offer(
                f"{wrong} --visit with one of", (f"{v.ordinal:<5}{v.day:%d-%m-%Y}  {v.school}" for v in listed)
            )
        made = asyncio.run(_make(store, root, kind, visit, settings, opened.officer.id, args))
    except NotAllowedError as error:
        return fail(f"{opened.officer.name} may not see this paper; it takes: {error}", _NOT_MADE)
    except StoreError as error:
        return fail(f"not made: {_refused(error)}", _NOT_MADE)
    finally:
        store.close()
    return made if isinstance(made, int) else _hand_over(made, out)


async def _make(
    store: Store,
    root: Path,
    kind: DocumentKind,
    visit: uuid.UUID,
    settings: Settings,
    officer: uuid.UUID,
    args: argparse.Namespace,
) -> Document | int:
    """Return the kept paper, or the exit status once it was said why there is none."""
    from tui import papers, visit_papers
    from tui.paper_desk import Paper, PaperDesk, PaperMissing

    def prepared(tx: Transaction) -> Paper:
        desk = PaperDesk(tx, settings, officer, args.training)
        return visit_papers.prepare(desk, kind, visit, args.number)

    try:
        paper = await store.run(prepared)
    except PaperMissing as error:
        return fail(_missing(error), _NOT_MADE)
    return await papers.keep_in(
        store, root, kind, paper.subject, paper.draw, paper.name, shelf=paper.shelf, number=paper.number
    )


def _hand_over(made: Document, out: Path | None) -> int:
    """Say where the paper is, after it was written where it was wanted."""
    from reports import saving

    kept = Path(made.path)
    if out is not None:
        try:
            saving.save(out, kept.read_bytes())
        except OSError as error:
            return fail(f"{out}: {error.strerror}; the paper is kept: {kept}", _NOT_MADE)
    print(clean(str(kept if out is None else out)))
    return 0


def _visit(store: Store, asked: str | None) -> uuid.UUID | None:
    """Return the visit that is meant by its number or its key; None where there is none."""
    if asked is None:
        return None
    try:
        if asked.isascii() and asked.isdigit() and len(asked) < _LONGEST_NUMBER:
            return store.run_now(visits.numbered, int(asked))
        return store.run_now(visits.get, uuid.UUID(asked)).visit
    except (ValueError, UnknownVisitError):
        return None


def _missing(error: PaperMissing) -> str:
    from tui.paper_desk import Missing

    said_of = {
        Missing.NOT_FIXED: "the schedule of this visit is not fixed yet",
        Missing.NO_CHANGES: "no pupil of this visit has a change for SIAK",
        Missing.NOBODY: "nobody would be on this paper",
        Missing.NO_HANDOVER: "this school has no handover yet",
        Missing.NO_PROOF: "nobody of this visit is recorded yet",
        Missing.NO_DESTRUCTION: "no spoiled blank was ever destroyed here",
        Missing.NO_MOVEMENT: "nothing ever came into this stock",
        Missing.NO_FAULT: "no device failed at this visit",
        Missing.NOT_THAT_ONE: "there is none of that number: --number with one of",
        Missing.ONE_OF_SEVERAL: "there are several: --number with one of",
    }
    return " ".join((said_of[error.why], _spans(error.numbers))).strip()


def _spans(numbers: tuple[int, ...]) -> str:
    """Return ascending numbers as a reader would write them: 1-3, 7."""
    spans: list[list[int]] = []
    for number in numbers:
        if spans and number == spans[-1][-1] + 1:
            spans[-1] = [spans[-1][0], number]
        else:
            spans.append([number])
    return ", ".join("-".join(map(str, span)) for span in spans)


def _refused(error: StoreError) -> str:
    return {
        Reason.FULL: "no space left on the disk",
        Reason.READ_ONLY: "the folder of documents may not be written",
        Reason.BUSY: "somebody else is writing: try again",
    }.get(error.reason, "the disk refuses to read or write")


def _offer(wrong: str, choices: Iterable[str]) -> int:
    """Say what is wrong and what could be asked for instead."""
    status = fail(wrong, _WRONG)
    for choice in choices:
        print(f"  {clean(choice)}", file=sys.stderr)
    return status


def _key(kind: DocumentKind) -> str:
    return kind.value.replace("_", "-")
