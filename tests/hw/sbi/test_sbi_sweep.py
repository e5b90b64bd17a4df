"""Finding the capture devices behind SBI: which services answer on a port, and which devices they list."""

import asyncio
import http.client
import json
import time

import pytest

from hw.emulators.sbi_service import SbiService
from hw.sbi.discovery import open_sbi, sweep
from hw.sbi.scanners import SbiFingerScanner, Terms
from hw.sbi.transport import HOST, reachable
from hw.types import CaptureFailed, DeviceBusy, DeviceGone, DeviceState, FailReason, Role, Slap
from tests.hw.sbi.finding import CLOCK, attached, swept


async def test_a_sweep_of_all_ports_finds_the_three_devices(service: SbiService, terms: Terms) -> None:
    found = [
        device
        for device in await sweep(trusted=terms.trusted, clock=CLOCK)
        if device.address.startswith(f"127.0.0.1:{service.port}/")
    ]
    assert [device.role for device in found] == [Role.FINGER, Role.IRIS, Role.CAMERA]
    assert {device.state for device in found} == {DeviceState.READY}
    assert [device.key for device in found] == ["R17-JARI-0001", "R17-IRIS-0001", "R17-KAMERA-0001"]


async def test_a_pulled_device_is_no_longer_listed_and_cannot_be_opened(service: SbiService, terms: Terms) -> None:
    finger = await attached(service, terms, Role.FINGER)
    service.turn({"plugged": {"finger": False}})
    found = await swept(service, terms.trusted)
    assert [device.role for device in found] == [Role.IRIS, Role.CAMERA]
    with pytest.raises(DeviceGone):
        await open_sbi(finger, terms=terms, clock=CLOCK)


async def test_a_device_of_an_unknown_provider_is_shown_but_not_usable(service: SbiService) -> None:
    found = await swept(service, ())
    assert {(device.state, device.why) for device in found} == {(DeviceState.UNSUPPORTED, "untrusted")}
    with pytest.raises(CaptureFailed) as refused:
        await open_sbi(found[0], terms=Terms(trusted=()), clock=CLOCK)
    assert (refused.value.reason, refused.value.retriable) == (FailReason.TAMPERED, False)


async def test_a_device_that_nobody_has_registered_is_shown_as_that(service: SbiService, terms: Terms) -> None:
    service.turn({"unregistered": ["finger"]})
    finger = await attached(service, terms, Role.FINGER)
    assert (finger.state, finger.why, finger.serial) == (DeviceState.UNSUPPORTED, "unregistered", "R17-JARI-0001")
    with pytest.raises(CaptureFailed) as refused:
        await open_sbi(finger, terms=terms, clock=CLOCK)
    assert (refused.value.reason, refused.value.retriable) == (FailReason.REFUSED, False)


async def test_a_registration_that_ends_while_it_is_used_is_a_refusal(
    service: SbiService, scanner: SbiFingerScanner
) -> None:
    service.turn({"unregistered": ["finger"]})
    with pytest.raises(CaptureFailed) as refused:
        await scanner.capture(Slap.THUMBS)
    assert (refused.value.reason, refused.value.detail) == (FailReason.REFUSED, "100")


async def test_a_busy_device_says_so(service: SbiService, terms: Terms) -> None:
    service.turn({"busy": ["finger"]})
    finger = await attached(service, terms, Role.FINGER)
    assert finger.state is DeviceState.BUSY
    with pytest.raises(DeviceBusy):
        await open_sbi(finger, terms=terms, clock=CLOCK)


async def test_who_listens_on_a_port_without_speaking_sbi_is_passed_over(terms: Terms) -> None:
    async def nonsense(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example ESMTP\r\n")
        writer.close()

    for port in range(4600, 4500, -1):  # another test run may hold some of them
        try:
            stranger = await asyncio.start_server(nonsense, "127.0.0.1", port)
        except OSError:
            continue
        async with stranger:
            assert await sweep([port], trusted=terms.trusted, clock=CLOCK) == ()
        return
    pytest.fail("no free port")


async def test_another_http_client_understands_the_service(service: SbiService) -> None:
    def ask(verb: str, body: bytes = b"") -> tuple[int, object]:
        link = http.client.HTTPConnection("127.0.0.1", service.port, timeout=5)
        link.request(verb, "/device", body)
        answer = link.getresponse()
        with answer:
            return answer.status, json.loads(answer.read())

    verbs = ("SBIDISC", "MOSIPDISC") if service.knobs.spec == "1.0" else ("MOSIPDISC", "SBIDISC")
    status, devices = await asyncio.to_thread(ask, verbs[0], b'{"type": "Biometric Device"}')
    assert status == 200
    assert isinstance(devices, list)
    assert [device["deviceStatus"] for device in devices] == ["Ready"] * 3
    for verb in ("GET", verbs[1]):
        assert await asyncio.to_thread(ask, verb) == (405, {"errorCode": "500", "errorInfo": "Invalid URL"})


async def test_a_service_is_there_although_the_laptop_was_busy_when_it_was_asked() -> None:
    service = await asyncio.start_server(lambda _reader, writer: writer.close(), HOST, 0)
    asked = asyncio.create_task(reachable(service.sockets[0].getsockname()[1]))
    await asyncio.sleep(0)
    time.sleep(0.5)  # noqa: ASYNC251 - a screen that is drawn, or a module that is read in, holds the loop as this does
    assert await asked
    service.close()
