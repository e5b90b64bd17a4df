"""Recordings over the network: real TLS on loopback, cut anywhere, slow, and called by whoever should not."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import select
import socket
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from exchange_ground import REGENCY, Ground, Laptop, a_laptop

from store.bundles import carrying, certificates, making
from store.bundles.carrying import Carried, CarryError, CarryProblem
from store.bundles.exchange import ExchangeKeys
from store.bundles.refusal import BundleError, BundleProblem
from store.bundles.sending import DIGEST, OFFSET, SIZE, Line
from store.office import serving
from store.office.tables import OfficeRecording, Taken
from tests.called_office import called


@pytest.fixture
def ground(tmp_path: Path) -> Ground:
    return Ground(tmp_path)


def send(laptop: Laptop, port: int) -> Carried:
    line = Line(f"https://127.0.0.1:{port}", laptop.joined)
    try:
        return carrying.export(laptop.folder, laptop.store, laptop.joined, line)
    finally:
        line.close()


def at_the_office(ground: Ground) -> tuple[int, int]:
    """Return how many bundles and recordings are in."""
    with ground.opened():
        return Taken.select().count(), OfficeRecording.select().count()


def test_what_is_sent_arrives_and_counts_at_once(ground: Ground, laptop: Laptop) -> None:
    laptop.record(3)
    with called(ground.office()) as office:
        carried = send(laptop, office.port)
        assert (carried.under_way, carried.arrived) == (0, (1,))
        assert send(laptop, office.port).arrived == ()
        laptop.record(1)
        assert send(laptop, office.port).arrived == (2,)
    assert laptop.waiting() == []
    assert laptop.standing().arrived == 4
    assert at_the_office(ground) == (2, 4)
    assert list((ground.office() / "uploads").iterdir()) == []


def test_a_laptop_restored_from_a_copy_finds_out_on_the_line_too(ground: Ground, laptop: Laptop) -> None:
    import shutil

    laptop.record()
    with called(ground.office()) as office:
        send(laptop, office.port)
        laptop.store.close()
        old = ground.place / "old"
        shutil.copytree(laptop.folder.path, old)
    with a_laptop(ground) as going_on, called(ground.office()) as office:
        going_on.record()
        send(going_on, office.port)
    shutil.rmtree(laptop.folder.path)
    shutil.move(old, laptop.folder.path)
    with a_laptop(ground) as restored:
        restored.record()
        with called(ground.office()) as office:
            carried = send(restored, office.port)
            assert carried.renewed
            assert carried.arrived == (1,)
    assert at_the_office(ground) == (3, 3)


class Cut:
    """A line between laptop and office that breaks after so many bytes of the laptop's, once for each number given."""

    def __init__(self, port: int, after: list[int]) -> None:
        self._to, self._after = port, list(after)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self.carried = 0
        self._threads = [threading.Thread(target=self._listen)]
        self._threads[0].start()

    def _listen(self) -> None:
        with self._listening:
            while True:
                try:
                    caller, _address = self._listening.accept()
                except OSError:
                    return
                room = self._after.pop(0) if self._after else 1 << 40
                self._threads.append(threading.Thread(target=self._pass, args=(caller, room)))
                self._threads[-1].start()

    def _pass(self, caller: socket.socket, room: int) -> None:
        """Pass on what both sides say until one of them is done, or the laptop has no room any more."""
        with caller, socket.create_connection(("127.0.0.1", self._to)) as office, contextlib.suppress(OSError):
            while room > 0:
                for side in select.select([caller, office], [], [])[0]:
                    if not (got := side.recv(min(room, 16384))):
                        return
                    (office if side is caller else caller).sendall(got)
                    if side is caller:
                        room -= len(got)
                        self.carried += len(got)
            time.sleep(0.3)  # what went through has arrived before the line is found to be dead

    def close(self) -> None:
        """Take no more calls, and wait until both sides have hung up."""
        self._listening.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(10)


def big(laptop: Laptop, size: int) -> None:
    """Record a pupil whose portrait has that many bytes that do not pack."""
    import random

    from visit_day import a_pupil, a_visit, sealed_portrait

    from store.models.people import Pupil

    pupil = a_pupil(laptop.store, a_visit(laptop.store))

    def seal(tx: Any) -> None:
        row = Pupil.get_by_id(pupil)
        sealed_portrait(tx, row.person_id, pupil, random.Random(size).randbytes(size))
        tx.note("recording.sealed", pupil)

    laptop.store.run_now(seal)


@pytest.mark.parametrize("share", [0.01, 0.3, 0.5, 0.9, 0.999])
def test_a_line_that_breaks_goes_on_where_the_office_has_it(ground: Ground, laptop: Laptop, share: float) -> None:
    size = 3_000_000
    big(laptop, size)
    with called(ground.office()) as office:
        line = Cut(office.port, [int(size * share), int(size * (1 - share) / 2)])
        carried = send(laptop, line.port)
        line.close()
    assert carried.arrived == (1,)
    assert at_the_office(ground) == (1, 1)
    assert line.carried < size * 1.25, "what had arrived was not sent again"


def test_a_line_that_breaks_again_and_again_gets_there_as_long_as_it_gets_on(ground: Ground, laptop: Laptop) -> None:
    big(laptop, 2_000_000)
    with called(ground.office()) as office:
        line = Cut(office.port, [30_000] + [250_000] * 12)
        assert send(laptop, line.port).arrived == (1,)
        line.close()


def test_a_line_that_breaks_at_once_every_time_is_given_up_and_nothing_is_lost(ground: Ground, laptop: Laptop) -> None:
    big(laptop, 300_000)
    with called(ground.office()) as office:
        line = Cut(office.port, [3_000] * 30)
        with pytest.raises(CarryError) as refused:
            send(laptop, line.port)
        assert refused.value.problem is CarryProblem.UNREACHABLE
        line.close()
        assert laptop.standing().arrived == 0
        assert send(laptop, office.port).arrived == (1,)


def test_where_the_office_s_disk_fails_nothing_has_to_be_sent_again(
    ground: Ground, laptop: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    big(laptop, 1_000_000)
    with called(ground.office()) as office:
        line = Cut(office.port, [])
        with monkeypatch.context() as broken:

            def full(*_arguments: object) -> None:
                raise OSError(errno.ENOSPC, "No space left on device")

            broken.setattr(serving, "ingest", full)
            with pytest.raises(CarryError) as refused:
                send(laptop, line.port)
            assert refused.value.problem is CarryProblem.UNREACHABLE
        assert send(laptop, line.port).arrived == (1,)
        line.close()
    assert line.carried < 1_200_000


def test_nobody_there_is_said(laptop: Laptop) -> None:
    laptop.record()
    closed = socket.create_server(("127.0.0.1", 0))
    port = closed.getsockname()[1]
    closed.close()
    for url in (f"https://127.0.0.1:{port}", "https://", "http://127.0.0.1", "https://h:99999", "https://h/path"):
        with pytest.raises(CarryError) as refused:
            carrying.export(laptop.folder, laptop.store, laptop.joined, Line(url, laptop.joined))
        assert refused.value.problem is CarryProblem.UNREACHABLE
    assert laptop.standing().waiting == 1


def test_another_office_gets_nothing_not_even_a_question(ground: Ground, laptop: Laptop) -> None:
    laptop.record()
    stranger = certificates.server(ExchangeKeys.generate(REGENCY, "Kantor lain").sign)
    certificates.let_in(stranger, certificates.certificate(laptop.joined.seed))
    listening = socket.create_server(("127.0.0.1", 0))
    heard: list[bytes] = []

    def answer() -> None:
        caller, _address = listening.accept()
        with contextlib.suppress(OSError), stranger.wrap_socket(caller, server_side=True) as line:
            heard.append(line.recv(100))

    thread = threading.Thread(target=answer)
    thread.start()
    with pytest.raises(CarryError) as refused:
        send(laptop, listening.getsockname()[1])
    thread.join()
    listening.close()
    assert refused.value.problem is CarryProblem.NOT_THE_OFFICE
    assert heard in ([], [b""])


def test_a_laptop_that_was_never_added_is_not_let_in(ground: Ground, laptop: Laptop) -> None:
    laptop.record()
    with ground.opened() as office:
        from store.office.tables import Caller

        Caller.delete().execute()
        assert office.callers() == []
    with called(ground.office()) as office, pytest.raises(CarryError) as refused:
        send(laptop, office.port)
    assert refused.value.problem in (CarryProblem.NOT_LET_IN, CarryProblem.UNREACHABLE)
    assert at_the_office(ground) == (0, 0)


def test_a_laptop_added_while_the_office_is_called_is_let_in(
    ground: Ground, laptop: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "_LOOK_S", 0.05)
    laptop.record()
    with called(ground.office()) as office, a_laptop(ground, "Laptop 2") as other:
        other.record()
        for _try in range(40):
            with contextlib.suppress(CarryError):
                assert send(other, office.port).arrived == (1,)
                break
        else:
            raise AssertionError("never let in")


def test_a_revoked_laptop_is_told_so_and_nothing_of_it_is_taken(ground: Ground, laptop: Laptop) -> None:
    laptop.record()
    with ground.opened() as office:
        office.revoke(laptop.joined.laptop.node)
    with called(ground.office()) as office, pytest.raises(BundleError) as refused:
        send(laptop, office.port)
    assert refused.value.problem is BundleProblem.REVOKED_LAPTOP
    assert at_the_office(ground) == (0, 0)
    assert laptop.waiting() == ["000001"]


def asked(laptop: Laptop, port: int, verb: str, path: str, headers: dict[str, str], body: bytes = b"") -> int:
    """Ask the office something as that laptop, and return the status."""
    from http.client import HTTPSConnection

    line = HTTPSConnection("127.0.0.1", port, timeout=20, context=certificates.client(laptop.joined.seed))
    try:
        line.request(verb, path, body=body or None, headers=headers)
        return line.getresponse().status
    finally:
        line.close()


def test_a_laptop_asks_for_itself_alone_and_in_the_words_agreed(ground: Ground, laptop: Laptop) -> None:
    with a_laptop(ground, "Laptop 2") as other:
        node, hers = other.joined.laptop.node, laptop.joined.laptop.node
        whole = {SIZE: "10", DIGEST: hashlib.sha256(b"0123456789").hexdigest()}
        with called(ground.office()) as office:
            for verb, path, headers, status in (
                ("GET", f"/v1/laptops/{node}/receipt", {}, 422),
                ("GET", f"/v1/laptops/{node}/answer", {}, 422),
                ("GET", f"/v1/laptops/{hers}/receipt", {}, 200),
                ("GET", f"/v1/laptops/{'ab' * 16}/receipt", {}, 404),
                ("GET", "/v1/laptops/..%2f..%2fexchange.key/receipt", {}, 422),
                ("GET", "/", {}, 404),
                ("HEAD", f"/v1/laptops/{hers}/bundles/1", whole, 200),
                ("HEAD", f"/v1/laptops/{node}/bundles/1", whole, 422),
                ("HEAD", f"/v1/laptops/{hers}/bundles/..%2f1", whole, 400),
                ("HEAD", f"/v1/laptops/{hers}/bundles/0", whole, 400),
                ("HEAD", f"/v1/laptops/{hers}/bundles/1", {SIZE: "10", DIGEST: "../../etc/passwd"}, 400),
                ("HEAD", f"/v1/laptops/{hers}/bundles/1", {**whole, SIZE: "-1"}, 400),
                ("HEAD", f"/v1/laptops/{hers}/bundles/1", {**whole, SIZE: str(1 << 40)}, 422),
                ("PUT", f"/v1/laptops/{hers}/bundles/1", {**whole, OFFSET: "7"}, 409),
                ("PUT", f"/v1/laptops/{hers}/bundles/1", whole, 400),
            ):
                assert asked(laptop, office.port, verb, path, headers) == status, (verb, path, headers)
            put = f"/v1/laptops/{hers}/bundles/1"
            start = {**whole, OFFSET: "0"}
            assert asked(laptop, office.port, "PUT", put, start, b"01234567890") == 422, "more than was announced"
            assert asked(laptop, office.port, "PUT", put, start, b"0123456789") == 422, "no bundle"
            assert asked(laptop, office.port, "PUT", put, start, b"01234") == 202
            assert asked(laptop, office.port, "PUT", put, {**whole, OFFSET: "5"}, b"56789") == 422
        assert at_the_office(ground) == (0, 0)
        assert list((ground.office() / "uploads").iterdir()) == []


def test_a_laptop_brings_no_other_s_bundles(ground: Ground, laptop: Laptop) -> None:
    with a_laptop(ground, "Laptop 2") as other:
        other.record()
        list(making.make_all(other.folder, other.store, other.joined))
        (file,) = making.outgoing(other.folder).glob("*.r17")
        content = file.read_bytes()
        headers = {SIZE: str(len(content)), DIGEST: hashlib.sha256(content).hexdigest(), OFFSET: "0"}
        with called(ground.office()) as office:
            path = f"/v1/laptops/{laptop.joined.laptop.node}/bundles/1"
            assert asked(laptop, office.port, "PUT", path, headers, content) == 422
    assert at_the_office(ground) == (0, 0)


def test_whoever_speaks_no_tls_or_says_nothing_keeps_nobody_waiting(
    ground: Ground, laptop: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "SILENCE_S", 0.2)
    laptop.record()
    with called(ground.office()) as office:
        address = ("127.0.0.1", office.port)
        with socket.create_connection(address) as plain, socket.create_connection(address):
            plain.sendall(b"GET / HTTP/1.1\r\n\r\n")
            context = certificates.client(laptop.joined.seed)
            with context.wrap_socket(socket.create_connection(address)) as slow:
                path = f"/v1/laptops/{laptop.joined.laptop.node}/bundles/1"
                digest = hashlib.sha256(b"x").hexdigest()
                slow.sendall(
                    f"PUT {path} HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n{SIZE}: 9\r\n{DIGEST}: {digest}\r\n"
                    f"{OFFSET}: 0\r\n\r\nabc".encode()
                )
                assert send(laptop, office.port).arrived == (1,)
                slow.settimeout(10)
                assert b"408" in slow.recv(100), "let go"
            assert asked(laptop, office.port, "HEAD", path, {SIZE: "9", DIGEST: digest}) == 200
