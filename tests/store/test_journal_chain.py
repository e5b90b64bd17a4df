"""The journal: append-only, chained, and honest about clocks."""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from store import journal
from store.errors import ChangeError, Reason
from store.models.table import database
from store.store import Store
from store.transaction import Transaction


class SetClock:
    def __init__(self) -> None:
        self.at = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return 5.0

    async def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def store(clock: SetClock) -> Iterator[Store]:
    opened = Store.in_memory(clock, officer=uuid.UUID(int=7))
    yield opened
    opened.close()


def note(transaction: Transaction, number: int, subject: uuid.UUID | None = None) -> journal.Head:
    transaction.note("pupil.present", subject, number=number)
    return journal.head(transaction)


def tamper(transaction: Transaction, sql: str) -> None:
    """Change a line as somebody would who has the key and no scruples: without the triggers."""
    for name in ("journal_no_update", "journal_no_delete", "journal_in_order"):
        database.execute_sql(f"DROP TRIGGER IF EXISTS {name}")
    database.execute_sql(sql)


def test_an_empty_journal_is_whole(store: Store) -> None:
    verdict = store.run_now(journal.verify)
    assert verdict.good
    assert verdict.entries == 0
    assert verdict.head == journal.EMPTY


def test_every_line_is_chained_to_the_one_before(store: Store) -> None:
    heads = [store.run_now(note, number) for number in range(25)]
    verdict = store.run_now(journal.verify)
    assert verdict.good
    assert verdict.entries == 25
    assert verdict.head == heads[-1]
    assert len({head.hash for head in heads}) == 25


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE journal SET facts = '{}' WHERE seq = 2",
        "DELETE FROM journal WHERE seq = 3",
        "INSERT OR REPLACE INTO journal SELECT * FROM journal WHERE seq = 2",
    ],
)
def test_a_line_cannot_be_changed_or_taken_away(store: Store, sql: str) -> None:
    for number in range(3):
        store.run_now(note, number)
    with pytest.raises(ChangeError) as refused:
        store.run_now(lambda _: database.execute_sql(sql))
    assert refused.value.reason is Reason.REFUSED
    assert store.run_now(journal.verify).entries == 3


@pytest.mark.parametrize(
    ("sql", "bad"),
    [
        ("UPDATE journal SET facts = '{\"number\":9}' WHERE seq = 4", 4),
        ("UPDATE journal SET officer = NULL WHERE seq = 1", 1),
        ("UPDATE journal SET wall = '2026-11-22T00:00:00.000Z' WHERE seq = 6", 6),
        ("UPDATE journal SET monotonic = 0 WHERE seq = 6", 6),
        ("UPDATE journal SET boot_id = 'x' WHERE seq = 6", 6),
        ("UPDATE journal SET event = 'pupil.absent' WHERE seq = 6", 6),
        ("UPDATE journal SET subject = x'00112233445566778899aabbccddeeff' WHERE seq = 6", 6),
        ("DELETE FROM journal WHERE seq = 5", 6),
        ("DELETE FROM journal WHERE seq = 1", 2),
        ("UPDATE journal SET hash = zeroblob(32) WHERE seq = 8", 8),
    ],
)
def test_whoever_gets_past_the_triggers_breaks_the_chain(store: Store, sql: str, bad: int) -> None:
    for number in range(8):
        store.run_now(note, number)
    store.run_now(tamper, sql)
    verdict = store.run_now(journal.verify)
    assert not verdict.good
    assert verdict.first_bad == bad


def test_a_cut_tail_is_found_against_a_head_noted_elsewhere(store: Store) -> None:
    for number in range(8):
        printed = store.run_now(note, number)
    assert store.run_now(journal.verify, known=printed).good
    store.run_now(tamper, "DELETE FROM journal WHERE seq > 6")
    assert store.run_now(journal.verify).good  # the chain alone cannot know
    assert store.run_now(journal.verify, known=printed).first_bad == 7


def test_a_chain_written_anew_is_found_against_a_head_noted_elsewhere(store: Store) -> None:
    store.run_now(note, 1)
    printed = store.run_now(journal.head)
    assert store.run_now(journal.verify, known=printed).good
    forged = journal.Head(printed.seq, bytes(32))
    assert store.run_now(journal.verify, known=forged).first_bad == 1


def test_a_long_chain_is_walked_in_several_transactions(store: Store) -> None:
    for number in range(10):
        store.run_now(note, number)
    verdict = store.run_now(journal.verify, limit=4)
    assert (verdict.entries, verdict.complete) == (4, False)
    while not verdict.complete:
        verdict = store.run_now(journal.verify, verdict, limit=4)
    assert verdict.good
    assert verdict.entries == 10


def test_it_says_when_the_clock_ran_backwards_and_keeps_the_order(store: Store, clock: SetClock) -> None:
    pupil = uuid.UUID(int=1)
    for number, hours in enumerate((0, 1, -72, 1)):
        clock.at += timedelta(hours=hours)
        store.run_now(note, number, pupil)
    verdict = store.run_now(journal.verify)
    assert verdict.good
    assert (verdict.clock_back, verdict.first_clock_back) == (1, 3)
    entries = store.run_now(journal.history, pupil)
    assert [entry.facts["number"] for entry in entries] == [3, 2, 1, 0]
    assert [entry.clock_back for entry in entries] == [False, True, False, False]


def test_the_outbox_has_a_row_per_line_and_its_clock_never_runs_back(store: Store, clock: SetClock) -> None:
    for number in range(3):
        clock.at -= timedelta(days=1)
        store.run_now(note, number)

    def rows(transaction: Transaction) -> list[tuple[int, int, str]]:
        return database.execute_sql("SELECT seq, clock, kind FROM outbox ORDER BY clock").fetchall()

    found = store.run_now(rows)
    assert [row[0] for row in found] == [1, 2, 3]
    assert len({row[1] for row in found}) == 3
    assert {row[2] for row in found} == {"pupil.present"}


def test_history_comes_in_pages_newest_first(store: Store) -> None:
    pupil, other = uuid.UUID(int=1), uuid.UUID(int=2)
    for number in range(6):
        store.run_now(note, number, pupil)
        store.run_now(note, number, other)
    first = store.run_now(journal.history, pupil, limit=4)
    rest = store.run_now(journal.history, pupil, first[-1].seq, 4)
    assert [entry.facts["number"] for entry in first + rest] == [5, 4, 3, 2, 1, 0]
    assert "number" not in repr(first[0])
