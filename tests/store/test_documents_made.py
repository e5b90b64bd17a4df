"""Which papers were made, in which version."""

import uuid
from pathlib import PurePath

import pytest
from visit_day import open_store

from store import documents
from store.documents import DocumentKind
from store.errors import ChangeError
from store.models.cards import DocumentMade

BATCH = uuid.UUID(int=8)
FILE = PurePath("/serah/2026-12-02/bast.pdf")


@pytest.fixture
def store():
    held = open_store()
    yield held
    held.close()


def test_each_other_file_is_a_new_version_and_the_newest_comes_first(store):
    for digest in ("aa" * 32, "bb" * 32):
        store.run_now(documents.made, DocumentKind.HANDOVER, BATCH, FILE, digest, 2, "0147")
    made = store.run_now(documents.of_subject, BATCH)
    assert [(one.version, one.sha256[:2]) for one in made] == [(2, "bb"), (1, "aa")]
    assert made[0].path == FILE


def test_the_same_bytes_again_are_the_same_document(store):
    first = store.run_now(documents.made, DocumentKind.HANDOVER, BATCH, FILE, "aa" * 32, 2)
    assert store.run_now(documents.made, DocumentKind.HANDOVER, BATCH, FILE, "aa" * 32, 2) == first
    assert store.run_now(documents.of_subject, BATCH, DocumentKind.PROOF) == ()


def test_what_was_made_is_never_changed(store):
    store.run_now(documents.made, DocumentKind.HANDOVER, BATCH, FILE, "aa" * 32, 2)
    with pytest.raises(ChangeError):
        store.run_now(lambda tx: DocumentMade.update(pages=3).execute())
