"""The office on the network: laptops that were added call with their certificate, and bring bundles piece by piece.

`HEAD` tells how much of a bundle is here, `PUT` goes on from there, `GET` fetches the receipt and the answer. The
database has one thread of its own; a piece of a bundle is on the disk before the next one is asked for.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from aiohttp import web

from store.bundles import certificates
from store.bundles.exchange import NODE
from store.bundles.refusal import BundleError, BundleProblem
from store.bundles.sending import DIGEST, OFFSET, SIZE
from store.bundles.stream import MOST_BODY
from store.bundles.wire import read
from store.clock import Clock
from store.office import answering
from store.office.ingest import ingest, receipt
from store.office.office import Office
from store.office.uploads import Upload, upload

if TYPE_CHECKING:
    from ssl import SSLContext

MOST_FILE = MOST_BODY + (1 << 17)
SILENCE_S = 60.0
"""A laptop that sends nothing for so long is let go; what it sent stays."""
_PIECE = 256 << 10
_LOOK_S = 2.0
_SHA256 = re.compile(r"[0-9a-f]{64}")
_NUMBER = re.compile(r"[1-9][0-9]{0,8}")
T = TypeVar("T")


@dataclass(frozen=True)
class Served:
    """Where the office can be called."""

    host: str
    port: int


class Serving:
    """An office that is called; `async with` it opens the office and listens, and closes both."""

    def __init__(self, folder: Path, clock: Clock, host: str, port: int) -> None:
        self._folder, self._clock, self._host, self._port = folder, clock, host, port
        self._thread = ThreadPoolExecutor(1, "office")
        self._opened = ExitStack()
        self._letting_in: asyncio.Task[None] | None = None
        self._office: Office
        self._runner: web.AppRunner

    async def __aenter__(self) -> Served:
        """Open the office and listen; raises SealError, EngineError and OSError."""
        opening = Office.open(self._folder, self._clock)
        self._office = await self._with_office(lambda: self._opened.enter_context(opening))
        context = certificates.server(self._office.keys.sign)
        known: set[bytes] = set()
        await self._let_in(context, known)
        app = web.Application(client_max_size=MOST_FILE)
        laptop = "/v1/laptops/{node}"
        app.router.add_route("HEAD", laptop + "/bundles/{number}", self._held)
        app.router.add_put(laptop + "/bundles/{number}", self._take)
        app.router.add_get(laptop + "/receipt", self._receipt, allow_head=False)
        app.router.add_get(laptop + "/answer", self._answer, allow_head=False)
        self._runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=5)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._host, self._port, ssl_context=context)
        await site.start()
        self._letting_in = asyncio.create_task(self._keep_letting_in(context, known))
        host, port = self._runner.addresses[0][:2]
        return Served(host, port)

    async def __aexit__(self, *_error: object) -> None:
        """Let everybody go; what came of a bundle stays."""
        if self._letting_in is not None:
            self._letting_in.cancel()
            with suppress(asyncio.CancelledError):
                await self._letting_in
        await self._runner.cleanup()
        await self._with_office(self._opened.close)
        self._thread.shutdown()

    async def _with_office(self, do: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, do)

    async def _let_in(self, context: SSLContext, known: set[bytes]) -> None:
        for content in set(await self._with_office(self._office.callers)) - known:
            certificates.let_in(context, content)
            known.add(content)

    async def _keep_letting_in(self, context: SSLContext, known: set[bytes]) -> None:
        """Let in those who are added while the office is called."""
        while True:
            await asyncio.sleep(_LOOK_S)
            await self._let_in(context, known)

    # --- what a laptop asks -------------------------------------------------------------------------------------

    async def _held(self, request: web.Request) -> web.Response:
        coming = await self._coming(request)
        return web.Response(headers={OFFSET: str(coming.held)})

    async def _take(self, request: web.Request) -> web.Response:
        coming = await self._coming(request)
        at = _whole(request.headers.get(OFFSET), MOST_FILE)
        if at != coming.held:
            return web.json_response({"held": coming.held}, status=409)
        while at < coming.size:
            if not (piece := await _piece(request)):
                break
            if at + len(piece) > coming.size:
                coming.done()
                raise _refused(BundleProblem.TOO_BIG)
            await asyncio.to_thread(coming.add, piece, at)
            at += len(piece)
        if at < coming.size:
            return web.json_response({"held": at}, status=202)
        content = await asyncio.to_thread(coming.whole)
        try:
            done = await self._with_office(lambda: self._ingest(request, content))
        except BundleError as error:
            coming.done()
            raise _refused(error.problem, error.detail) from error
        coming.done()  # not where the disk or the database failed: nothing of it has to be sent again
        return web.json_response({"outcome": done})

    def _ingest(self, request: web.Request, content: bytes) -> str:
        """Take it in as what it was announced as: a laptop brings its own bundles and no other's."""
        header = read(content).header
        if (header.node, header.number) != (request.match_info["node"], int(request.match_info["number"])):
            raise BundleError(BundleProblem.UNKNOWN_LAPTOP, header.node)
        return ingest(self._office, content).outcome.value

    async def _receipt(self, request: web.Request) -> web.Response:
        node = await self._node(request)
        return web.Response(body=await self._with_office(lambda: receipt(self._office, node)))

    async def _answer(self, request: web.Request) -> web.Response:
        node = await self._node(request)
        return web.Response(body=await self._with_office(lambda: answering.answer(self._office, node)))

    async def _node(self, request: web.Request) -> str:
        """Return whose laptop is meant, which has to be the caller's; 404 where nothing has come of it yet."""
        node = await self._callers(request)
        if not await self._with_office(lambda: self._office.knows(node)):
            raise web.HTTPNotFound
        return node

    async def _coming(self, request: web.Request) -> Upload:
        node, number = await self._callers(request), request.match_info["number"]
        digest = request.headers.get(DIGEST, "")
        size = _whole(request.headers.get(SIZE), 1 << 62)
        if not _NUMBER.fullmatch(number) or not _SHA256.fullmatch(digest):
            raise web.HTTPBadRequest
        if size > MOST_FILE:
            raise _refused(BundleProblem.TOO_BIG)
        return await asyncio.to_thread(upload, self._folder, node, int(number), digest, size)

    async def _callers(self, request: web.Request) -> str:
        """Return the node that is spoken of, once it is the caller's."""
        node = request.match_info["node"]
        assert request.transport is not None, "it is asking"
        shown: Any = request.transport.get_extra_info("ssl_object")
        key = certificates.key_of(shown.getpeercert(True))
        if not NODE.fullmatch(node) or not await self._with_office(lambda: self._office.is_of(key, node)):
            raise _refused(BundleProblem.UNKNOWN_LAPTOP)
        return node


async def _piece(request: web.Request) -> bytes:
    """Return what comes next; nothing at the end, or where the line broke."""
    try:
        async with asyncio.timeout(SILENCE_S):
            return await request.content.read(_PIECE)
    except TimeoutError as error:
        raise web.HTTPRequestTimeout from error
    except OSError:
        return b""


def _whole(text: str | None, most: int) -> int:
    if text is None or not re.fullmatch(r"[0-9]{1,18}", text) or int(text) > most:
        raise web.HTTPBadRequest
    return int(text)


def _refused(problem: BundleProblem, detail: str = "") -> web.HTTPException:
    """Return the answer that tells a laptop why, for its officer's language."""
    body = web.json_response({"problem": problem.value, "detail": detail}).text
    return web.HTTPUnprocessableEntity(text=body, content_type="application/json")
