"""The service of the emulated kit in each version of SBI that it speaks, and the three devices behind it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hw.cameras.sbi_camera import SbiCamera
from hw.emulators.authority import CERTIFICATE
from hw.emulators.knobs import SPECS
from hw.emulators.sbi_service import SbiService, serve_sbi
from hw.sbi.jws import authorities
from hw.sbi.scanners import SbiFingerScanner, SbiIrisScanner, Terms
from hw.types import (
    Role,
)
from tests.hw.sbi.finding import CLOCK, opened


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("kit")


@pytest.fixture(params=SPECS)
async def service(folder: Path, request: pytest.FixtureRequest) -> AsyncIterator[SbiService]:
    service = await serve_sbi(folder, CLOCK, spec=request.param)
    yield service
    await service.close()


@pytest.fixture
def terms(service: SbiService, folder: Path) -> Terms:
    return Terms(trusted=authorities((folder / CERTIFICATE).read_bytes()))


@pytest.fixture
async def scanner(service: SbiService, terms: Terms) -> AsyncIterator[SbiFingerScanner]:
    device = await opened(service, terms, Role.FINGER)
    assert isinstance(device, SbiFingerScanner)
    yield device
    await device.close()


@pytest.fixture
async def irises(service: SbiService, terms: Terms) -> AsyncIterator[SbiIrisScanner]:
    device = await opened(service, terms, Role.IRIS)
    assert isinstance(device, SbiIrisScanner)
    yield device
    await device.close()


@pytest.fixture
async def camera(service: SbiService, terms: Terms) -> AsyncIterator[SbiCamera]:
    device = await opened(service, terms, Role.CAMERA)
    assert isinstance(device, SbiCamera)
    yield device
    await device.close()
