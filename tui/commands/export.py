"""`rekam17 export [DIR]`: what is new goes to the office by stick, the office's receipt comes back with it."""

from __future__ import annotations

import argparse
from pathlib import Path

from store.bundles import carrying, joining, making
from store.bundles.answers import Answered
from store.bundles.carrying import CarryError
from store.bundles.exchange import ExchangePublic
from store.bundles.joining import Joined
from store.bundles.refusal import BundleError
from store.bundles.sending import SCHEME, Line
from store.bundles.stick import Stick
from store.clock import SystemClock
from store.errors import StoreError
from store.folder import replace_file
from store.key_files import SealError, read_small
from store.store import Store
from store.transaction import NotAllowedError
from tui.commands import bundle_words
from tui.commands.unlocking import CannotOpen, Opened, fail, open_store


def run(args: argparse.Namespace) -> int:
    """Join an office, export to `args.dir`, or say how things stand; 0 done, 1 not all done, 2 nothing begun."""
    if args.join and not (args.dir and args.name and args.fingerprint):
        return fail("--join needs DIR, --name and the --fingerprint that the office reads out")
    try:
        opened = open_store(args, SystemClock())
    except CannotOpen as error:
        return fail(str(error))
    store = opened.store
    try:
        store.sign_in(opened.by.officer.id, opened.by.officer.roles)
        if args.join:
            return _join(store, Path(args.join), Path(args.dir), args.name, args.fingerprint)
        joined = store.run_now(joining.joined)
        if joined is None:
            return fail("this laptop has joined no office yet: rekam17 export DIR --join exchange.pub ...")
        if args.dir is None:
            _say_standing(store, joined)
            return 0
        return _export(opened, joined, args.dir)
    except StoreError as error:
        return fail(f"the store could not do it ({error.reason.value}); what was acknowledged is safe", 1)
    finally:
        store.close()


def _join(store: Store, file: Path, folder: Path, name: str, told: str) -> int:
    try:
        office = ExchangePublic.decode(read_small(file))
    except SealError as error:
        return fail(f"{file}: {bundle_words.of_key(error)}")
    if told.strip().upper() != office.fingerprint:
        return fail(f"{file}: its fingerprint is {office.fingerprint}, not what was typed. Nothing was changed.")
    try:
        joined = store.run_now(joining.join, office, name)
        card = folder / joined.laptop.file_name
        replace_file(card, joined.laptop.encode(joined.seed))
    except NotAllowedError:
        return fail("joining an office is the coordinator's: --officer NAME")
    except OSError as error:
        return fail(f"{folder}: {error.strerror or 'cannot be written'}; join again when it can", 1)
    print(f"Joined {office.name} ({office.regency}).")
    print(f"{card}: bring it to the office, and read out there: {joined.laptop.fingerprint}")
    return 0


def _export(opened: Opened, joined: Joined, where: str) -> int:
    def tell(done: int, of: int) -> None:
        print(f"{done}/{of}", flush=True)

    try:
        way = Line(where, joined) if where.startswith(SCHEME) else Stick(Path(where))
        carried = carrying.export(opened.folder, opened.store, joined, way, tell)
    except CarryError as error:
        return fail(f"{error.detail or where}: {bundle_words.of_carrying(error)}", 1)
    except BundleError as error:
        said = bundle_words.of_bundle(error)
        return fail(f"{where}: what went there or came back {said}. Nothing was counted as arrived.", 1)
    if carried.renewed:
        print("This laptop was restored from an older copy: everything goes to the office again, as from a new one.")
    if carried.arrived:
        print(f"The office has bundle {carried.arrived[0]} to {carried.arrived[-1]} since the last time.")
    if carried.answered is not None:
        _say_answer(carried.answered)
    print(f"{carried.under_way} bundles on {where} that the office has not acknowledged yet.")
    _say_standing(opened.store, joined)
    return 0


def _say_answer(answered: Answered) -> None:
    changed = f"{answered.statuses} statuses and {answered.settings} settings changed"
    print(f"The office answered: {changed}, {answered.pulled_back} pupils go back to step 3.")
    if answered.revoked:
        print("The office takes nothing more of this laptop: it was reported lost. Bring it there.")


def _say_standing(store: Store, joined: Joined) -> None:
    now = store.run_now(making.standing)
    print(f"Office: {joined.office.name} ({joined.office.regency}), laptop {joined.laptop.name}.")
    print(f"Recordings: {now.sealed}; arrived {now.arrived}, on their way {now.under_way}, only here {now.waiting}.")
