"""A video node with its buffers: everything here blocks, and is called on one thread only.

The struct layouts and ioctls are linuxpy's; its own capture loop is not used, because it waits without limit and, once
the camera is gone, stops at the first refused ioctl with the buffers still mapped.
"""

from __future__ import annotations

import contextlib
import errno
import mmap
import os
import select
import time
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from typing import Any

from hw.cameras.mjpeg import MalformedFrame, Picture, whole
from hw.types import CaptureFailed, DeviceBusy, DeviceGone, FailReason

_BUFFERS = 4
_RATE = 15  # frames a second asked for: more than is ever shown, and half the bus and processor time of 30
_SLOWEST = 5  # a size that comes slower than this is no live picture
_MOST_PIXELS = 1920 * 1080
_SLICE_MS = 100
_FRAME_S = 3.0  # longer than any exposure; the officer is told of a silent camera after two
_SETTLE_S = 0.8  # a stream begins too dark or too bright

_GONE = frozenset({errno.ENODEV, errno.ENXIO, errno.ENOENT, errno.ESHUTDOWN})
_REFUSED = frozenset({errno.EACCES, errno.EPERM})
_NO_CAMERA = frozenset({errno.EINVAL, errno.ENOTTY})


@dataclass(frozen=True)
class FrameSize:
    """One size in which the camera gives MJPEG, and the most frames a second it has at it, 0 where it does not say."""

    width: int
    height: int
    rate: float = 0.0

    @property
    def portrait_pixels(self) -> int:
        """How many pixels of it a 3:4 portrait could have."""
        width = min(self.width, self.height * 3 // 4)
        return width * min(self.height, width * 4 // 3)


def best_size(sizes: Iterable[FrameSize]) -> FrameSize | None:
    """Choose the size for live picture and still alike: the largest portrait in at most 1920 x 1080 pixels.

    One size for both, because a change of size restarts the stream: the shutter would come half a second late, and
    with the exposure begun anew, of a moment that nobody saw. More pixels than these would cost a weak laptop its live
    picture, and a card prints 240 x 310 of them. Sizes slower than five frames a second count only where there is no
    other; None where there is none at all.
    """
    usable = [size for size in sizes if size.width > 0 and size.height > 0]
    fitting = [size for size in usable if size.width * size.height <= _MOST_PIXELS]
    fluent = [size for size in fitting if size.rate >= _SLOWEST or not size.rate]
    if fitting:
        return max(fluent or fitting, key=lambda size: (size.portrait_pixels, -size.width * size.height))
    return min(usable, key=lambda size: size.width * size.height, default=None)


class VideoNode:
    """An open node of a camera, with its stream on or off."""

    def __init__(self, path: str) -> None:
        """Open the node and find out how it gives MJPEG. Raises HardwareError."""
        from linuxpy.video import device as v4l2

        self._v4l2: Any = v4l2
        self._path = path
        self._kind: Any = v4l2.BufferType.VIDEO_CAPTURE
        self._device: Any = v4l2.Device(path)
        self._maps: list[mmap.mmap] = []
        self.streaming = False
        with self._told():
            self._device.open()
        try:
            with self._told():
                self._format, self._size = self._choose()
        except BaseException:
            self._device.close()
            raise

    def start(self) -> None:
        """Start the stream. Raises HardwareError, and leaves nothing allocated then."""
        if self.streaming:
            return
        v4l2, device, kind = self._v4l2, self._device, self._kind
        try:
            with self._told():
                made = v4l2.set_format(device, kind, self._size.width, self._size.height, self._format)
                if made.fmt.pix.pixelformat != self._format:
                    raise CaptureFailed(FailReason.UNSUPPORTED, "mjpeg", retriable=False)
                with contextlib.suppress(OSError):  # a camera with one rate need not take the question
                    v4l2.set_fps(device, kind, _RATE)
                count = v4l2.request_buffers(device, kind, v4l2.Memory.MMAP, _BUFFERS).count
                for index in range(count):
                    buffer = v4l2.query_buffer(device, kind, v4l2.Memory.MMAP, index)
                    self._maps.append(v4l2.mmap_from_buffer(device, buffer))
                    v4l2.enqueue_buffer(device, kind, v4l2.Memory.MMAP, 0, index)
                v4l2.stream_on(device, kind)
        except BaseException:
            self._release()
            raise
        self.streaming = True

    def newest(self, wanted: Callable[[], bool]) -> Picture | None:
        """Wait for the next picture to arrive; what had arrived before is thrown away unread.

        None as soon as it is no longer `wanted`. Raises HardwareError: CaptureFailed with TIMEOUT where nothing came
        in time, with BAD_ANSWER where all that came were no pictures.
        """
        with self._told():
            for _waiting in self._maps:
                if self._next(keep=False) is None:
                    break
            broken = False
            end = time.monotonic() + _FRAME_S
            while wanted():
                if time.monotonic() >= end:
                    raise CaptureFailed(FailReason.BAD_ANSWER if broken else FailReason.TIMEOUT, "frame")
                if not self._ready():
                    continue
                octets = self._next(keep=True)
                if octets is None:
                    time.sleep(0.01)  # an event without a buffer: the camera is about to be gone
                elif octets:
                    try:
                        return whole(octets)
                    except MalformedFrame:
                        broken = True
            return None

    def still(self) -> Picture:
        """Take the next picture of the running stream, or of one started for it. Raises HardwareError."""
        running = self.streaming
        self.start()
        try:
            if not running:
                time.sleep(_SETTLE_S)
            picture = self.newest(lambda: True)
            assert picture is not None, "it is wanted until it comes"
            return picture
        finally:
            if not running:
                self.stop()

    def stop(self) -> None:
        """Stop the stream and give the buffers back; a camera that is gone has none."""
        if self.streaming:
            self.streaming = False
            with contextlib.suppress(OSError):
                self._v4l2.stream_off(self._device, self._kind)
        self._release()

    def close(self) -> None:
        """Let go of the node."""
        self.stop()
        self._device.close()

    def _release(self) -> None:
        maps, self._maps = self._maps, []
        for mapped in maps:
            mapped.close()
        with contextlib.suppress(OSError):
            self._v4l2.free_buffers(self._device, self._kind, self._v4l2.Memory.MMAP)

    def _choose(self) -> tuple[Any, FrameSize]:
        """Find the format and size to use; the two names of the format mean the same to us."""
        v4l2 = self._v4l2
        formats = {one.pixel_format for one in v4l2.iter_read_formats(self._device, self._kind)}
        for wanted in (v4l2.PixelFormat.MJPEG, v4l2.PixelFormat.JPEG):
            if wanted in formats and (size := best_size(self._sizes(wanted))) is not None:
                return wanted, size
        raise CaptureFailed(FailReason.UNSUPPORTED, "mjpeg", retriable=False)

    def _sizes(self, pixel_format: Any) -> Generator[FrameSize]:
        v4l2 = self._v4l2
        for size in v4l2.iter_read_frame_sizes(self._device, pixel_format):
            if size.type == v4l2.FrameSizeType.DISCRETE:
                width, height = size.info.width, size.info.height
                kinds = list(v4l2.iter_read_frame_intervals(self._device, pixel_format, width, height))
                yield FrameSize(width, height, max((float(kind.max_fps) for kind in kinds), default=0.0))
            else:
                yield FrameSize(min(size.info.max_width, 1440), min(size.info.max_height, 1080))

    def _ready(self) -> bool:
        watching = select.poll()
        watching.register(self._device.fileno(), select.POLLIN)
        return bool(watching.poll(_SLICE_MS))

    def _next(self, *, keep: bool) -> bytes | None:
        """Take the next full buffer and queue it again: its bytes, none of a damaged one; None where none is full."""
        v4l2 = self._v4l2
        try:
            buffer = v4l2.dequeue_buffer(self._device, self._kind, v4l2.Memory.MMAP)
        except BlockingIOError:
            return None
        damaged = bool(buffer.flags & v4l2.BufferFlag.ERROR) or not keep
        octets = b"" if damaged else self._maps[buffer.index][: buffer.bytesused]
        v4l2.enqueue_buffer(self._device, self._kind, v4l2.Memory.MMAP, 0, buffer.index)
        return octets

    @contextlib.contextmanager
    def _told(self) -> Generator[None]:
        """Say in the program's own words what the kernel refused."""
        try:
            yield
        except OSError as error:
            if error.errno in _GONE:
                raise DeviceGone from error
            if error.errno == errno.EBUSY:
                raise DeviceBusy from error
            if error.errno in _REFUSED:
                raise CaptureFailed(FailReason.REFUSED, "permission", retriable=False) from error
            if error.errno in _NO_CAMERA:
                raise CaptureFailed(FailReason.UNSUPPORTED, "not a camera", retriable=False) from error
            if not os.path.exists(self._path):  # pulled while it was asked something
                raise DeviceGone from error
            reason = FailReason.TIMEOUT if error.errno == errno.ETIMEDOUT else FailReason.BAD_ANSWER
            raise CaptureFailed(reason, errno.errorcode.get(error.errno or 0, "")) from error
        except (ValueError, ArithmeticError) as error:  # linuxpy on a number that V4L2 does not know
            raise CaptureFailed(FailReason.BAD_ANSWER, "formats", retriable=False) from error
