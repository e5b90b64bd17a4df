"""Two officers at one laptop: who has whom open."""

import uuid

import pytest
from a_school import StandingClock, person, pupil_of, take

from store import desks
from store.keyring import OfficerEntry
from store.officers import match
from store.progress import Desk
from store.store import ALL_ROLES, Store

SYARIFAH, RAHMAWATI = uuid.UUID(int=3), uuid.UUID(int=4)


@pytest.fixture
def pupil(store: Store, visit: uuid.UUID) -> uuid.UUID:
    names = ((SYARIFAH, "Syarifah"), (RAHMAWATI, "Rahmawati"))
    store.run_now(match, [OfficerEntry(officer, name, "", ALL_ROLES) for officer, name in names])
    take(store, visit, person(1, "NORHAYATI"))
    return pupil_of(store, visit, 1)


def test_who_is_open_at_one_desk_is_not_opened_at_another(store: Store, pupil: uuid.UUID) -> None:
    store.sign_in(SYARIFAH, ALL_ROLES)
    assert store.run_now(desks.take_up, pupil, Desk.RECORD) is None
    assert store.run_now(desks.elsewhere) == {}
    store.sign_in(RAHMAWATI, ALL_ROLES)
    there = desks.AtDesk("Syarifah", Desk.RECORD)
    assert store.run_now(desks.elsewhere) == {pupil: there}
    assert store.run_now(desks.take_up, pupil, Desk.CHECK) == there
    store.sign_in(SYARIFAH, ALL_ROLES)
    store.run_now(desks.put_down)
    store.sign_in(RAHMAWATI, ALL_ROLES)
    assert store.run_now(desks.take_up, pupil, Desk.CHECK) is None


def test_a_session_that_was_cut_keeps_nobody_for_longer_than_an_hour(
    store: Store, pupil: uuid.UUID, clock: StandingClock
) -> None:
    store.sign_in(SYARIFAH, ALL_ROLES)
    store.run_now(desks.take_up, pupil, Desk.RECORD)
    store.sign_in(RAHMAWATI, ALL_ROLES)
    clock.at = clock.at.replace(hour=clock.at.hour + 1)
    assert store.run_now(desks.take_up, pupil, Desk.CHECK) is None
