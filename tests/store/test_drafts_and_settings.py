"""What is half typed is kept without a journal line; what an office changes is journalled."""

from collections.abc import Iterator

import pytest

from store import drafts, settings
from store.clock import SystemClock
from store.models.table import database
from store.settings import BadSettingError, UnknownSettingError
from store.store import Store
from store.transaction import Transaction


@pytest.fixture
def store() -> Iterator[Store]:
    opened = Store.in_memory(SystemClock())
    yield opened
    opened.close()


def count(transaction: Transaction, table: str) -> int:
    return database.execute_sql(f"SELECT count(*) FROM {table}").fetchone()[0]


def setting(transaction: Transaction, name: str) -> object:
    return transaction.setting(name)


def test_a_draft_is_kept_letter_by_letter_and_leaves_no_trace_in_the_journal(store: Store) -> None:
    for typed in ("S", "SM", "SMA \x1b[ <b>"):
        store.run_now(drafts.save, "visit.school", typed)
    assert store.run_now(drafts.load, "visit.school") == "SMA \x1b[ <b>"
    assert store.run_now(count, "draft") == 1
    assert store.run_now(count, "journal") == store.run_now(count, "outbox") == 0
    store.run_now(drafts.drop, "visit.school")
    assert store.run_now(drafts.load, "visit.school") is None


def test_a_whole_form_is_dropped_at_once_and_no_other(store: Store) -> None:
    for key in ("visit.school", "visit.place", "visitor.name"):
        store.run_now(drafts.save, key, "x")
    assert store.run_now(drafts.load_under, "visit.") == {"school": "x", "place": "x"}
    store.run_now(drafts.drop_under, "visit.")
    assert store.run_now(drafts.load, "visit.place") is None
    assert store.run_now(drafts.load, "visitor.name") == "x"


def test_a_threshold_has_its_shipped_value_until_the_coordinator_changes_it(store: Store) -> None:
    assert store.run_now(setting, "quality.finger") == 40
    store.run_now(settings.change, "quality.finger", 55)
    assert store.run_now(setting, "quality.finger") == 55
    row = store.run_now(lambda _: database.execute_sql("SELECT event, facts FROM journal").fetchall())
    assert row == [("setting.changed", '{"name":"quality.finger","new":55,"old":40}')]
    store.run_now(settings.change, "quality.finger", 55)
    assert store.run_now(count, "journal") == 1


def test_a_change_is_seen_at_once_in_the_same_transaction(store: Store) -> None:
    def both(transaction: Transaction) -> tuple[object, object]:
        before = transaction.setting("office.time_zone")
        settings.change(transaction, "office.time_zone", "Asia/Jakarta")
        return before, transaction.setting("office.time_zone")

    assert store.run_now(both) == ("Asia/Makassar", "Asia/Jakarta")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("quality.finger", 101),
        ("quality.finger", "40"),
        ("quality.finger", True),
        ("capture.self_start", 1),
        ("office.time_zone", "Asia/Nowhere"),
        ("office.time_zone", "../../etc/passwd"),
        ("age.leap_birthday", "02-30"),
    ],
)
def test_a_value_that_makes_no_sense_is_refused(store: Store, name: str, value: object) -> None:
    with pytest.raises(BadSettingError):
        store.run_now(settings.change, name, value)
    assert store.run_now(count, "setting") == 0


def test_an_unknown_setting_is_a_mistake_of_ours(store: Store) -> None:
    with pytest.raises(UnknownSettingError):
        store.run_now(setting, "quality.toe")


def test_every_shipped_default_is_a_value_its_own_rule_allows(store: Store) -> None:
    for name in settings.NAMES:
        assert settings._RULES[name].allows(settings.default(name)), name
