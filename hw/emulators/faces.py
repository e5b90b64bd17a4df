"""Synthetic pupils before a cloth: a drawn face from a seed, with the light, framing and focus of the moment."""

from __future__ import annotations

import random
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from hw.types import Cloth

SIZE = (480, 640)
_CLOTHS = {Cloth.RED: (186, 22, 30), Cloth.BLUE: (28, 70, 178)}
_SKINS = ((224, 178, 140), (205, 156, 118), (182, 132, 96), (158, 110, 78))
_SCARVES = ((240, 240, 236), (60, 62, 70), (150, 160, 150), (176, 190, 205))
_SHIRT = (238, 238, 240)


@dataclass(frozen=True)
class Pose:
    """What the camera sees.

    `light` runs from -1 (the pupil's left side is dark) to 1 (the right side is); `exposure` 1 is right; `head` is the
    head's share of the picture's height; `offset` a share of the width, to the right of the picture; `tilt` in degrees;
    `blur` in pixels; `creases` from 0 to 1 make the cloth uneven.
    """

    cloth: Cloth = Cloth.RED
    light: float = 0.0
    exposure: float = 1.0
    head: float = 0.75
    offset: float = 0.0
    tilt: float = 0.0
    blur: float = 0.0
    creases: float = 0.0
    eyes_closed: bool = False
    people: int = 1


def draw_face(subject: str, pose: Pose, moment: int = 0) -> Image.Image:
    """Draw the picture, RGB 480 x 640; the same arguments give the same pixels everywhere."""
    chance = random.Random(f"{subject}/face")
    picture = _cloth(pose)
    looks = _Looks(
        skin=chance.choice(_SKINS),
        scarf=chance.choice(_SCARVES) if chance.random() < 0.5 else None,
        hair=(chance.randrange(18, 40), chance.randrange(14, 30), chance.randrange(12, 26)),
        width=chance.uniform(0.66, 0.72),
    )
    sway = random.Random(f"{subject}/face/{moment}").uniform(-0.004, 0.004)
    for person in range(pose.people):
        figure, mask = _figure(looks, pose, sway + person * 0.56 - (pose.people - 1) * 0.28)
        picture.paste(figure, (0, 0), mask)
    if pose.blur:
        picture = picture.filter(ImageFilter.GaussianBlur(pose.blur))
    picture = picture.point([min(255, round(level * pose.exposure)) for level in range(256)] * 3)
    grain = Image.frombytes("L", (SIZE[0] // 2, SIZE[1] // 2), chance.randbytes(SIZE[0] * SIZE[1] // 4)).resize(SIZE)
    grain = grain.point([level // 48 for level in range(256)])
    return ImageChops.add(picture, Image.merge("RGB", (grain, grain, grain)))


def as_jpeg(image: Image.Image, width: int) -> bytes:
    """Encode a picture at the given width, as a camera's stream does."""
    small = image.resize((width, round(image.height * width / image.width)), Image.Resampling.BOX)
    octets = BytesIO()
    small.save(octets, "JPEG", quality=85)
    return octets.getvalue()


@dataclass(frozen=True)
class _Looks:
    skin: tuple[int, int, int]
    scarf: tuple[int, int, int] | None
    hair: tuple[int, int, int]
    width: float


def _cloth(pose: Pose) -> Image.Image:
    cloth = Image.new("RGB", SIZE, _CLOTHS[pose.cloth])
    if pose.creases:
        paint = ImageDraw.Draw(cloth)
        dark = tuple(round(level * (1 - 0.75 * pose.creases)) for level in _CLOTHS[pose.cloth])
        for x in range(-SIZE[1], SIZE[0], 70):
            paint.line((x, 0, x + SIZE[1] // 2, SIZE[1]), fill=dark, width=34)
        cloth = cloth.filter(ImageFilter.GaussianBlur(4))
    return cloth


def _figure(looks: _Looks, pose: Pose, shift: float) -> tuple[Image.Image, Image.Image]:
    """Draw one person and the mask to paste by; drawn twice as large and halved, so that edges are smooth."""
    width, height = SIZE[0] * 2, SIZE[1] * 2
    figure, mask = Image.new("RGB", (width, height)), Image.new("L", (width, height), 0)
    paint, cut = ImageDraw.Draw(figure), ImageDraw.Draw(mask)
    head = pose.head * height
    x = width * (0.5 + pose.offset + shift)
    top = (height - head) * 0.42
    chin = top + head
    face_width = head * looks.width

    def both(box: tuple[float, float, float, float], fill: tuple[int, int, int]) -> None:
        paint.ellipse(box, fill=fill)
        cut.ellipse(box, fill=255)

    both((x - face_width * 0.95, chin - head * 0.06, x + face_width * 0.95, chin + head), _SHIRT)
    if looks.scarf:
        both((x - face_width * 0.66, top, x + face_width * 0.66, chin + head * 0.16), looks.scarf)
        both((x - face_width * 0.5, chin - head * 0.2, x + face_width * 0.5, chin + head * 0.3), looks.scarf)
    else:
        shade = tuple(round(level * 0.86) for level in looks.skin)
        neck = (x - face_width * 0.24, chin - head * 0.2, x + face_width * 0.24, chin + head * 0.2)
        paint.rectangle(neck, fill=(shade[0], shade[1], shade[2]))
        cut.rectangle(neck, fill=255)
        both((x - face_width * 0.54, top, x + face_width * 0.54, top + head * 0.75), looks.hair)
    brow = top + head * (0.13 if looks.scarf else 0.17)
    both((x - face_width / 2, brow, x + face_width / 2, chin), looks.skin)
    _features(paint, looks, pose, x, brow, chin, face_width)
    if pose.light:
        figure = _lit(figure, x, face_width, pose.light)
    if pose.tilt:
        figure = figure.rotate(pose.tilt, Image.Resampling.BILINEAR, center=(x, chin))
        mask = mask.rotate(pose.tilt, Image.Resampling.BILINEAR, center=(x, chin))
    return figure.resize(SIZE, Image.Resampling.BOX), mask.resize(SIZE, Image.Resampling.BOX)


def _features(
    paint: ImageDraw.ImageDraw, looks: _Looks, pose: Pose, x: float, brow: float, chin: float, face_width: float
) -> None:
    length = chin - brow
    line = brow + length * 0.40
    for side in (-1, 1):
        eye = x + side * face_width * 0.21
        reach, open_ = face_width * 0.095, face_width * 0.05
        paint.line((eye - reach, line - open_ * 2.4, eye + reach, line - open_ * 2.6), fill=looks.hair, width=10)
        if pose.eyes_closed:
            paint.line((eye - reach, line, eye + reach, line), fill=(50, 34, 28), width=8)
        else:
            paint.ellipse((eye - reach, line - open_, eye + reach, line + open_), fill=(246, 244, 240))
            paint.ellipse((eye - open_, line - open_, eye + open_, line + open_), fill=(38, 24, 18))
    shade = tuple(round(level * 0.82) for level in looks.skin)
    nose = (x - face_width * 0.06, line + length * 0.24, x + face_width * 0.06, line + length * 0.29)
    paint.ellipse(nose, fill=(shade[0], shade[1], shade[2]))
    mouth = line + length * 0.40
    paint.ellipse((x - face_width * 0.16, mouth, x + face_width * 0.16, mouth + length * 0.05), fill=(160, 82, 80))


def _lit(figure: Image.Image, x: float, face_width: float, light: float) -> Image.Image:
    """Darken one side of the person, by a ramp across the face; the pupil's left is the picture's right."""
    ramp = Image.new("L", (figure.width, 1))
    levels: list[int] = []
    for column in range(figure.width):
        side = max(-1.0, min(1.0, (column - x) / (face_width * 0.5)))
        shadow = (1 - side if light > 0 else 1 + side) / 2 * abs(light)
        levels.append(round(255 * (1 - 0.62 * shadow)))
    ramp.putdata(levels)
    ramp = ramp.resize(figure.size)
    return ImageChops.multiply(figure, Image.merge("RGB", (ramp, ramp, ramp)))
