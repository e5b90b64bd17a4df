"""A still camera behind libgphoto2, in a process of its own: `python -m hw.cameras.dslr_process PORT`.

Asked on standard input, one letter a question; answers on standard output, `HEADER` and that many bytes. Nothing of the
program is imported here, and nothing that libgphoto2 prints reaches the officer's screen.
"""

from __future__ import annotations

import contextlib
import os
import struct
import sys
from io import FileIO
from typing import Any, BinaryIO

FRAME, STILL = b"f", b"s"
HEADER = struct.Struct("<iI")
"""How it went (0, or libgphoto2's error code, below 0) and the length of what follows."""


def serve(port: str, questions: FileIO, answers: BinaryIO) -> None:
    """Open the camera at a port of libgphoto2's (`usb:001,004`) and answer until there are no more questions.

    The first answer says how the opening went.
    """
    import gphoto2

    def answer(code: int, octets: bytes = b"") -> None:
        answers.write(HEADER.pack(code, len(octets)) + octets)
        answers.flush()

    try:
        camera = _opened(gphoto2, port)
    except gphoto2.GPhoto2Error as error:
        answer(error.code)
        return
    answer(0)
    take = {FRAME: _frame, STILL: _still}
    while (question := questions.read(1)) in take:
        try:
            octets = take[question](gphoto2, camera)
        except gphoto2.GPhoto2Error as error:
            answer(_why(gphoto2, camera, error.code))
        else:
            answer(0, octets)
    with contextlib.suppress(gphoto2.GPhoto2Error):
        camera.exit()


def _opened(gphoto2: Any, port: str) -> Any:
    ports, models = gphoto2.PortInfoList(), gphoto2.CameraAbilitiesList()
    ports.load()
    models.load()
    camera = gphoto2.Camera()
    camera.set_port_info(ports[ports.lookup_path(port)])
    camera.set_abilities(models[models.lookup_model(_model(models, ports, port))])
    camera.init()
    # What is taken goes straight to us where the camera can do that; its card keeps no pupil's portrait.
    with contextlib.suppress(gphoto2.GPhoto2Error):
        target = camera.get_single_config("capturetarget")
        for choice in target.get_choices():
            if choice == "Internal RAM":
                target.set_value(choice)
                camera.set_single_config("capturetarget", target)
    return camera


def _model(models: Any, ports: Any, port: str) -> str:
    if port.startswith("ptpip:"):
        return "PTP/IP Camera"
    found = models.detect(ports)
    return next((found.get_name(n) for n in range(found.count()) if found.get_value(n) == port), "")


def _frame(_gphoto2: Any, camera: Any) -> bytes:
    file = camera.capture_preview()
    return _octets(file)


def _still(gphoto2: Any, camera: Any) -> bytes:
    taken = camera.capture(gphoto2.GP_CAPTURE_IMAGE)
    try:
        file = camera.file_get(taken.folder, taken.name, gphoto2.GP_FILE_TYPE_NORMAL)
        return _octets(file)
    finally:
        with contextlib.suppress(gphoto2.GPhoto2Error):
            camera.file_delete(taken.folder, taken.name)


def _why(gphoto2: Any, camera: Any, code: int) -> int:
    """Find out whether a general error was a cable: then the camera answers nothing else either."""
    if code == gphoto2.GP_ERROR:
        try:
            camera.get_storageinfo()
        except gphoto2.GPhoto2Error as error:
            return code if error.code == gphoto2.GP_ERROR_NOT_SUPPORTED else gphoto2.GP_ERROR_IO
    return code


def _octets(file: Any) -> bytes:
    """Copy a file's bytes; what is copied from lives only as long as whoever calls holds the file."""
    return bytes(file.get_data_and_size())


def _run() -> None:
    """Keep standard output for the answers alone; libgphoto2 writes what it likes to both others."""
    answers = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    with os.fdopen(0, "rb", buffering=0) as questions:
        serve(sys.argv[1], questions, answers)


if __name__ == "__main__":
    _run()
