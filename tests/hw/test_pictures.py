"""Scores and the pre-check come from the pixels: each knob changes the picture, and the picture changes the verdict."""

import random
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from hw.emulators.eyes import Gaze, draw_eye
from hw.emulators.faces import Pose, as_jpeg, draw_face
from hw.emulators.fingers import SIZE, Touch, draw_finger
from hw.pictures.iris import measure_eye
from hw.pictures.portrait import (
    Advice,
    Background,
    Eyes,
    Faces,
    Focus,
    Height,
    Light,
    PortraitCheck,
    check_portrait,
)
from hw.pictures.ridges import ridge_score
from hw.types import Cloth, Eye, Finger

PUPILS = ["Norhayati", "Akhmad", "Noor Laila", "Raudah", "Abdul"]


def seen(pupil: str, pose: Pose, width: int = 480) -> PortraitCheck:
    return check_portrait(as_jpeg(draw_face(pupil, pose), width))


# Fingers


@pytest.mark.parametrize("finger", [Finger.RIGHT_INDEX, Finger.LEFT_THUMB])
@pytest.mark.parametrize("pupil", PUPILS[:3])
def test_a_finger_well_placed_scores_high_and_each_fault_costs(pupil: str, finger: Finger) -> None:
    def score(**touch: float) -> float:
        return ridge_score(draw_finger(pupil, finger, Touch(**touch)))

    good = score()
    assert good > 65
    assert good > score(wetness=0.4) > score(wetness=0.3) > score(wetness=0.1)
    assert good > score(wetness=0.8) > score(wetness=0.95)
    assert good > score(pressure=0.3) > score(pressure=0.1)
    assert good > score(blur=2) > score(blur=4)
    assert good > score(offset=0.45)
    assert score(wetness=0.2) < 40


def test_no_finger_is_no_score() -> None:
    assert ridge_score(Image.new("L", SIZE, 255)) == 0
    assert ridge_score(Image.new("L", SIZE, 0)) == 0
    assert ridge_score(Image.new("L", (8, 8), 128)) == 0


def test_noise_is_not_a_finger() -> None:
    noise = Image.frombytes("L", SIZE, random.Random(1).randbytes(SIZE[0] * SIZE[1]))
    assert ridge_score(noise) < 20


def test_two_fingers_differ_and_one_is_drawn_the_same_again() -> None:
    first = draw_finger("a", Finger.LEFT_INDEX, Touch())
    assert first.tobytes() == draw_finger("a", Finger.LEFT_INDEX, Touch()).tobytes()
    assert first.tobytes() != draw_finger("a", Finger.LEFT_MIDDLE, Touch()).tobytes()
    assert first.tobytes() != draw_finger("b", Finger.LEFT_INDEX, Touch()).tobytes()


# Irises


@pytest.mark.parametrize("pupil", PUPILS)
def test_lid_blur_and_glasses_show_in_the_iris(pupil: str) -> None:
    def eye(**gaze: float) -> tuple[float, float]:
        check = measure_eye(draw_eye(pupil, Eye.LEFT, Gaze(**gaze)))
        return check.score, check.open_share

    good, wide = eye()
    assert good > 75
    assert wide > 0.8
    half, open_share = eye(lid=0.45)
    assert half < 65
    assert open_share == pytest.approx(0.61, abs=0.06)
    assert eye(lid=0.8)[0] < 30
    assert eye(lid=1.0) == (0.0, 0.0)
    assert eye(blur=3)[0] < 40
    assert eye(glare=0.6)[0] < 40


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 60), st.integers(1, 60), st.integers(0, 255))
def test_a_blank_picture_has_no_iris(width: int, height: int, level: int) -> None:
    assert measure_eye(Image.new("L", (width, height), level)).score == 0


# Portrait


@pytest.mark.parametrize(("cloth", "width"), [(Cloth.RED, 480), (Cloth.BLUE, 240)])
@pytest.mark.parametrize("pupil", PUPILS)
def test_a_good_portrait_passes_every_line(pupil: str, cloth: Cloth, width: int) -> None:
    check = seen(pupil, Pose(cloth=cloth), width)
    assert (check.faces, check.height, check.eyes) == (Faces.ONE_CENTRED, Height.GOOD, Eyes.OPEN_LEVEL)
    assert (check.light, check.focus, check.background) == (Light.EVEN, Focus.ENOUGH, Background.EVEN)
    assert (check.cloth, check.advice) == (cloth, Advice.NONE)
    assert check.head_share == pytest.approx(0.75, abs=0.04)
    assert check.score > 90


@pytest.mark.parametrize("pupil", PUPILS[:3])
@pytest.mark.parametrize(
    ("pose", "line", "verdict", "advice"),
    [
        (Pose(light=-1), "light", Light.LEFT_DARK, Advice.LAMP_LEFT),
        (Pose(light=1), "light", Light.RIGHT_DARK, Advice.LAMP_RIGHT),
        (Pose(exposure=0.35), "light", Light.DARK, Advice.MORE_LIGHT),
        (Pose(head=0.55), "height", Height.SMALL, Advice.CLOSER),
        (Pose(head=0.9), "height", Height.TALL, Advice.FARTHER),
        (Pose(offset=0.14), "faces", Faces.RIGHT, Advice.MOVE_RIGHT),
        (Pose(offset=-0.14), "faces", Faces.LEFT, Advice.MOVE_LEFT),
        (Pose(people=2, head=0.5), "faces", Faces.SEVERAL, Advice.ONE_ONLY),
        (Pose(eyes_closed=True), "eyes", Eyes.CLOSED, Advice.OPEN_EYES),
        (Pose(tilt=14), "eyes", Eyes.TILTED, Advice.HEAD_LEVEL),
        (Pose(blur=3), "focus", Focus.SOFT, Advice.HOLD_STILL),
        (Pose(creases=0.7), "background", Background.UNEVEN, Advice.SMOOTH_CLOTH),
    ],
    ids=lambda value: value.value if hasattr(value, "value") else "",
)
def test_each_fault_is_seen_and_named(pupil: str, pose: Pose, line: str, verdict: object, advice: Advice) -> None:
    check = seen(pupil, pose)
    assert getattr(check, line) is verdict
    assert check.advice is advice
    assert check.score < seen(pupil, Pose()).score


def test_nobody_before_the_cloth() -> None:
    empty = BytesIO()
    Image.new("RGB", (480, 640), (186, 22, 30)).save(empty, "JPEG")
    check = check_portrait(empty.getvalue())
    assert (check.faces, check.score, check.advice, check.cloth) == (Faces.NONE, 0.0, Advice.SIT_DOWN, Cloth.RED)


def test_the_wrong_cloth_is_the_first_thing_to_change() -> None:
    jpeg = as_jpeg(draw_face("Raudah", Pose(cloth=Cloth.BLUE, light=-1)), 480)
    assert check_portrait(jpeg, Cloth.RED).advice is Advice.CHANGE_CLOTH
    assert check_portrait(jpeg, Cloth.BLUE).advice is Advice.LAMP_LEFT


@pytest.mark.parametrize("colour", [(235, 235, 235), (40, 120, 50), (120, 120, 120)])
def test_a_background_that_is_no_cloth_of_ours_is_said_to_be_none(colour: tuple[int, int, int]) -> None:
    face = draw_face("Akhmad", Pose())
    levels = [colour if pixel[0] > 150 and pixel[1] < 60 else pixel for pixel in face.get_flattened_data()]
    face.putdata(levels)
    check = check_portrait(as_jpeg(face, 480))
    assert (check.cloth, check.background) == (None, Background.NO_CLOTH)


@settings(max_examples=30)
@given(st.integers(1, 50), st.integers(1, 50), st.binary(min_size=3, max_size=3))
def test_a_picture_of_any_shape_is_measured(width: int, height: int, colour: bytes) -> None:
    plain = BytesIO()
    Image.new("RGB", (width, height), tuple(colour)).save(plain, "PNG")
    assert 0 <= check_portrait(plain.getvalue()).score <= 100


@pytest.mark.parametrize("size", [(1, 1), (1, 900), (900, 1), (4000, 30)])
def test_a_strip_of_pixels_is_measured_like_any_picture(size: tuple[int, int]) -> None:
    strip = BytesIO()
    Image.new("RGB", size, (200, 150, 120)).save(strip, "PNG")
    assert 0 <= check_portrait(strip.getvalue()).score <= 100
