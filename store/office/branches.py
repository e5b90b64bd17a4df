"""Where a bundle belongs: at the end of its laptop's chain, of a branch of it, or at the start of a new branch.

A laptop that was restored from a copy writes other lines after those of the copy, under the same number. Neither side
can tell which are the true ones, and recordings may be in both; so both are kept, in whatever order they come.
"""

from __future__ import annotations

import hashlib
from typing import Any

from store.bundles.refusal import BundleError, BundleProblem
from store.bundles.wire import Header, Sealed
from store.journal import EMPTY
from store.office.office import Office
from store.office.tables import Branch, Event, Laptop


def chains(office: Office, laptop: Any) -> list[Any]:
    """Return a laptop's row and those of its branches, the laptop's own first."""
    mine = Laptop.regency == office.keys.regency
    of = (Branch.regency == office.keys.regency) & (Branch.origin == laptop.node)
    branches = Laptop.select().where(mine & Laptop.node.in_(Branch.select(Branch.node).where(of)))
    return [laptop, *branches.order_by(Laptop.node)]


def place_of(office: Office, laptop: Any, sealed: Sealed[Header]) -> tuple[Any, Any | None]:
    """Return the row of the chain that a bundle goes on from, and the branch to note where it begins one.

    Raises BundleError (GAP) where the line before its first has not come yet.
    """
    header = sealed.header
    known = chains(office, laptop)
    for row in known:
        if (header.number, header.first, header.previous) == (row.upto + 1, row.seq + 1, row.head):
            return row, None
    if not _has_come(office, [row.node for row in known], header):
        raise BundleError(BundleProblem.GAP, f"{laptop.upto + 1}")
    node = hashlib.blake2b(f"{header.node} {sealed.digest}".encode(), digest_size=16).hexdigest()
    row = Laptop(
        regency=laptop.regency,
        node=node,
        name=laptop.name,
        sign=laptop.sign,
        added_at=laptop.added_at,
        upto=header.number - 1,
        seq=header.first - 1,
        head=header.previous,
    )
    return row, Branch(regency=laptop.regency, node=node, origin=laptop.node, after=header.first - 1)


def origins(office: Office) -> dict[str, tuple[str, int]]:
    """Return the branches by their numbers: whose they are, and the last line they have in common with it."""
    mine = Branch.regency == office.keys.regency
    return {row.node: (row.origin, row.after) for row in Branch.select().where(mine)}


def _has_come(office: Office, nodes: list[str], header: Header) -> bool:
    if header.first == 1:
        return header.previous == EMPTY.hash.hex()
    here = (Event.regency == office.keys.regency) & Event.node.in_(nodes) & (Event.seq == header.first - 1)
    return Event.select().where(here & (Event.hash == header.previous)).exists()
