"""Moves SBI's bodies over loopback HTTP: custom methods, one connection a request, every wait limited."""

from __future__ import annotations

import asyncio
import importlib
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from hw.types import CaptureFailed, DeviceGone, FailReason

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from aiohttp import ClientSession

HOST = "127.0.0.1"
PORTS = range(4501, 4601)
_CONNECT_S = 3.0  # a closed port on loopback refuses at once; whoever is late listens, and the laptop is busy
_LARGEST_BODY = 8 * 1024 * 1024  # a slap is 0.7 MB; as JSON of nothing but brackets it would be twenty times as much


class Service:
    """One SBI service on one port; many devices may share it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._session: ClientSession | None = None

    async def ask(self, verb: str, path: str, body: bytes = b"", *, timeout: float = 5.0) -> bytes:  # noqa: ASYNC109 - part of the request
        """Send one request and return the body, whatever the HTTP status: services report errors in the body.

        Raises DeviceGone when nobody answers on the port or the answer breaks off, CaptureFailed with TIMEOUT or,
        for what is no HTTP or a body beyond all measure, BAD_ANSWER.
        """
        async with self._request(verb, path, body, timeout) as pieces:
            whole = bytearray()
            async for piece in pieces:
                whole += piece
                if len(whole) > _LARGEST_BODY:
                    raise CaptureFailed(FailReason.BAD_ANSWER, "size")
            return bytes(whole)

    async def stream(self, body: bytes, *, silence: float) -> AsyncGenerator[bytes]:
        """Yield the pieces of a live stream until the service closes it; close the generator to stop earlier.

        Raises CaptureFailed(TIMEOUT) after `silence` seconds without a byte, DeviceGone as `ask` does.
        """
        async with self._request("STREAM", "/stream", body, None, silence) as pieces:
            async for piece in pieces:
                yield piece

    async def close(self) -> None:
        """Close the connections; the service may be asked again afterwards."""
        if self._session is not None:
            session, self._session = self._session, None
            await session.close()

    @asynccontextmanager
    async def _request(
        self, verb: str, path: str, body: bytes, total: float | None, silence: float | None = None
    ) -> AsyncGenerator[AsyncIterator[bytes]]:
        if "aiohttp" not in sys.modules:
            # A quarter of a second: off the loop, or the screen would stand still at the first device.
            await asyncio.to_thread(importlib.import_module, "aiohttp")
        from aiohttp import ClientError, ClientResponseError, ClientTimeout

        limits = ClientTimeout(total=total, sock_connect=_CONNECT_S, sock_read=silence)
        try:
            async with self._opened().request(
                verb,
                f"http://{HOST}:{self.port}{path}",
                data=body,
                headers={"Content-Type": "application/json", "Accept-Encoding": "identity"},
                timeout=limits,
                allow_redirects=False,
            ) as response:
                yield response.content.iter_any()
        except TimeoutError:
            raise CaptureFailed(FailReason.TIMEOUT) from None
        except ClientResponseError:
            raise CaptureFailed(FailReason.BAD_ANSWER, "http") from None
        except (ClientError, ConnectionError) as error:
            raise DeviceGone from error

    def _opened(self) -> ClientSession:
        if self._session is None:
            from aiohttp import ClientSession, DummyCookieJar, TCPConnector

            # Services put two more bytes behind the promised body, so no connection is used twice. Proxies, cookies
            # and bodies that grow when they are unpacked have no place on loopback.
            connector = TCPConnector(force_close=True, limit=8)
            self._session = ClientSession(
                connector=connector, cookie_jar=DummyCookieJar(), trust_env=False, auto_decompress=False
            )
        return self._session


async def reachable(port: int) -> bool:
    """Say whether anybody listens on a port, without an HTTP client and within the connect limit."""
    try:
        async with asyncio.timeout(_CONNECT_S):
            _reader, writer = await asyncio.open_connection(HOST, port)
    except (TimeoutError, OSError):
        return False
    writer.close()
    return True
