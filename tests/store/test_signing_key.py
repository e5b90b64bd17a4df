"""The office's key for papers: one at a time, its private half only as long as it signs, its certificate for ever."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from visit_day import RAHMAWATI, open_store

from store import signing_key
from store.models.core import Journal, SigningCertificate
from store.signing_key import SigningKey
from store.store import Store
from store.transaction import NotAllowedError, OfficerRole, Transaction

FIRST = SigningKey(b"first certificate", b"first key", b"those above")
SECOND = SigningKey(b"second certificate", b"second key")


@pytest.fixture
def store() -> Iterator[Store]:
    held = open_store()
    yield held
    held.close()


def private_halves(tx: Transaction) -> list[bytes]:
    return [bytes(row.key) for row in SigningCertificate.select() if row.key is not None]


def test_a_laptop_without_a_key_has_none_and_knows_no_certificate(store: Store) -> None:
    assert store.run_now(signing_key.current) is None
    assert store.run_now(signing_key.certificates) == ()
    assert store.run_now(signing_key.remove) is False


def test_a_new_key_takes_the_place_of_the_old_one_whose_certificate_stays(store: Store) -> None:
    store.run_now(signing_key.take, FIRST)
    assert store.run_now(signing_key.current) == FIRST
    store.run_now(signing_key.take, SECOND)
    assert store.run_now(signing_key.current) == SECOND
    assert store.run_now(private_halves) == [SECOND.key]
    assert set(store.run_now(signing_key.certificates)) == {FIRST.certificate, SECOND.certificate}


def test_a_removed_key_signs_nothing_and_can_come_back(store: Store) -> None:
    store.run_now(signing_key.take, FIRST)
    assert store.run_now(signing_key.remove) is True
    assert store.run_now(signing_key.current) is None
    assert store.run_now(private_halves) == []
    store.run_now(signing_key.take, FIRST)
    assert store.run_now(signing_key.current) == FIRST
    assert store.run_now(signing_key.certificates) == (FIRST.certificate,)


def test_the_journal_names_the_certificate_and_nothing_of_the_key(store: Store) -> None:
    store.run_now(signing_key.take, FIRST)
    store.run_now(signing_key.take, SECOND)
    lines = store.run_now(lambda tx: [(line.event, json.loads(line.facts)) for line in Journal.select()])
    assert lines == [
        ("signing_key.taken", {"certificate": FIRST.fingerprint}),
        ("signing_key.ended", {"certificate": FIRST.fingerprint}),
        ("signing_key.taken", {"certificate": SECOND.fingerprint}),
    ]


def test_only_a_coordinator_sets_it_up_or_takes_it_away(store: Store) -> None:
    store.run_now(signing_key.take, FIRST)
    store.sign_in(RAHMAWATI, frozenset({OfficerRole.RECORDING, OfficerRole.PRINTING}))
    for change in (lambda tx: signing_key.take(tx, SECOND), signing_key.remove):
        with pytest.raises(NotAllowedError):
            store.run_now(change)
    assert store.run_now(signing_key.current) == FIRST


def test_no_repr_shows_a_key() -> None:
    assert repr(FIRST) == "SigningKey()"
