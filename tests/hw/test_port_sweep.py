"""Sweeping a real service: with a memory, counted where ports are asked, and with an eye on clocks."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hw.emulators.authority import CERTIFICATE
from hw.emulators.clock import RealClock
from hw.emulators.sbi_service import SbiService, serve_sbi
from hw.sbi import port_sweep
from hw.sbi.discovery import sweep
from hw.sbi.jws import authorities
from hw.sbi.port_sweep import WHOLE_S, PortSweep
from hw.sbi.transport import Service
from hw.types import Attached, DeviceState


class Later(RealClock):
    ahead = 0.0

    def monotonic(self) -> float:
        return super().monotonic() + self.ahead


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[SbiService]:
    service = await serve_sbi(tmp_path, RealClock())
    yield service
    await service.close()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many ports each sweep asked."""
    counts: list[int] = []
    real = port_sweep.sweep

    async def counted(ports: tuple[int, ...], **terms: object) -> tuple[Attached, ...]:
        counts.append(len(ports))
        return await real(ports, **terms)  # type: ignore[arg-type]

    monkeypatch.setattr(port_sweep, "sweep", counted)
    return counts


@pytest.fixture
def closed() -> Iterator[list[int]]:
    """Ports on which nobody listens, and no other test run either while they are bound."""
    with ExitStack() as stack:
        ports: list[int] = []
        for port in reversed(port_sweep.PORTS):
            held = stack.enter_context(socket.socket())
            with suppress(OSError):
                held.bind(("127.0.0.1", port))
                ports.append(port)
            if len(ports) == 3:
                break
        yield ports


async def test_the_whole_range_is_asked_first_after_a_change_on_a_miss_and_in_turn(
    service: SbiService, asked: list[int], closed: list[int], tmp_path: Path
) -> None:
    clock = Later()
    ports = [*closed, service.port]
    remembering = PortSweep(trusted=authorities((tmp_path / CERTIFICATE).read_bytes()), clock=clock, ports=ports)
    whole, known = len(ports), 1

    first = await remembering(False)
    assert {device.key for device in first} == {"R17-JARI-0001", "R17-IRIS-0001", "R17-KAMERA-0001"}
    assert await remembering(False) == first
    assert asked == [whole, known]

    assert await remembering(True) == first
    assert asked[2:] == [whole]

    service.turn({"plugged": {"finger": False}})
    assert "R17-JARI-0001" not in {device.key for device in await remembering(False)}
    assert asked[3:] == [known, whole]

    service.turn({"plugged": {"finger": True}})
    assert await remembering(False) == first
    assert asked[5:] == [known]

    clock.ahead = WHOLE_S
    assert await remembering(False) == first
    assert asked[6:] == [whole]


class Behind(RealClock):
    """A clock that is seven minutes slow."""

    def now(self) -> datetime:
        return super().now() - timedelta(minutes=7)


async def test_a_service_whose_clock_runs_elsewhere_is_told_by_how_much(service: SbiService, tmp_path: Path) -> None:
    trusted = authorities((tmp_path / CERTIFICATE).read_bytes())
    found = await sweep([service.port], trusted=trusted, clock=Behind())
    assert {device.state for device in found} == {DeviceState.CLOCK_SKEW}
    assert all(418 <= int(device.why) <= 422 for device in found)


async def test_a_service_that_stamped_itself_when_it_started_is_not_blamed(tmp_path: Path) -> None:
    service = await serve_sbi(tmp_path, Behind())
    port = service.port
    asking = Service(port)
    body = await asking.ask("MOSIPDINFO", "/info")
    await asking.close()
    await service.close()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", port):
        trusted = authorities((tmp_path / CERTIFICATE).read_bytes())
        found = await sweep([port], trusted=trusted, clock=RealClock())
    assert len(found) == 3
    assert {device.state for device in found} == {DeviceState.READY}


async def test_a_laptop_whose_date_is_years_back_is_told_that_certificates_are_not_valid(
    service: SbiService, tmp_path: Path
) -> None:
    class Reset(RealClock):
        def now(self) -> datetime:
            return datetime(2000, 1, 1, tzinfo=UTC)

    trusted = authorities((tmp_path / CERTIFICATE).read_bytes())
    found = await sweep([service.port], trusted=trusted, clock=Reset())
    assert {(device.state, device.why) for device in found} == {(DeviceState.UNSUPPORTED, "expired")}
