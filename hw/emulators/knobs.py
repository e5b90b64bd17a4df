"""What can be turned on the emulated capture kit: how its devices behave, and what lies or sits before them.

No knob sets a score. The picture changes, and the score is measured from it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from hw.sbi.answers import Hashing
from hw.sbi.codec import Kind
from hw.types import Cloth, Eye, Finger

from .eyes import Gaze
from .faces import Pose
from .fingers import Touch
from .lies import Lie

T = TypeVar("T")


KINDS = {"finger": Kind.FINGER, "iris": Kind.IRIS, "camera": Kind.FACE}
"""The devices by the names that orders to the kit use."""


SPECS = ("0.9.5", "1.0")


@dataclass(frozen=True)
class Knobs:
    """All knobs at once; replaced, never changed.

    `delays` are seconds for a verb, `errors` the SBI code that a verb answers with. `hold` keeps captures waiting and
    the live picture still until it is turned off; `mute` keeps a capture waiting even when its device is pulled, as
    some services do. `touches` and `gazes` are for single fingers and eyes, over `touch` and `gaze`. `spec` is the
    specification spoken, `hashing` what the hash chain runs over. `hands` are held up
    before the camera instead of the face, without these fingers.
    """

    spec: str = "0.9.5"
    hashing: Hashing = Hashing.RAW
    subject: str = "murid"
    delays: Mapping[str, float] = field(default_factory=dict[str, float])
    errors: Mapping[str, int] = field(default_factory=dict[str, int])
    busy: frozenset[Kind] = frozenset()
    not_ready: frozenset[Kind] = frozenset()
    unregistered: frozenset[Kind] = frozenset()
    unplugged: frozenset[Kind] = frozenset()
    hold: bool = False
    mute: bool = False
    lie: Lie | None = None
    touch: Touch = field(default_factory=Touch)
    touches: Mapping[Finger, Touch] = field(default_factory=dict[Finger, Touch])
    gaze: Gaze = field(default_factory=Gaze)
    gazes: Mapping[Eye, Gaze] = field(default_factory=dict[Eye, Gaze])
    pose: Pose = field(default_factory=Pose)
    hands: frozenset[Finger] | None = None


def turned(knobs: Knobs, patch: Mapping[str, Any]) -> Knobs:
    """Return the knobs with a JSON patch laid over them. Raises ValueError for a knob or a value there is not.

    `plugged` ({"finger": false}), `touch`, `gaze` and `pose` change what they name and leave the rest; the lists and
    the other mappings are replaced whole.
    """
    fresh: dict[str, Any] = {}
    try:
        for name, value in patch.items():
            if name in ("busy", "not_ready", "unregistered"):
                fresh[name] = frozenset(KINDS[device] for device in value)
            elif name == "plugged":
                named = {KINDS[device]: bool(plugged) for device, plugged in value.items()}
                pulled = {kind for kind, plugged in named.items() if not plugged}
                fresh["unplugged"] = frozenset((knobs.unplugged - named.keys()) | pulled)
            elif name == "touch":
                fresh[name] = over(knobs.touch, value)
            elif name == "gaze":
                fresh[name] = over(knobs.gaze, value)
            elif name == "pose":
                fresh[name] = over(knobs.pose, value)
            elif name == "touches":
                fresh[name] = {Finger[finger]: over(Touch(), touch) for finger, touch in value.items()}
            elif name == "gazes":
                fresh[name] = {Eye[eye]: over(Gaze(), gaze) for eye, gaze in value.items()}
            elif name == "hands":
                fresh[name] = None if value is None else frozenset(Finger[finger] for finger in value)
            elif name == "lie":
                fresh[name] = None if value is None else Lie(value)
            elif name == "spec":
                fresh[name] = SPECS[SPECS.index(value)]
            elif name == "hashing":
                fresh[name] = Hashing(value)
            elif name == "subject":
                fresh[name] = str(value)
            elif name in ("hold", "mute"):
                fresh[name] = bool(value)
            elif name == "delays":
                fresh[name] = {str(verb): float(seconds) for verb, seconds in value.items()}
            elif name == "errors":
                fresh[name] = {str(verb): int(code) for verb, code in value.items()}
            else:
                raise ValueError(f"no knob {name!r}")
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError(str(error)) from error
    return dataclasses.replace(knobs, **fresh)


def over(knobs: T, patch: Mapping[str, Any]) -> T:
    """Return numbers, switches and cloths with a JSON patch laid over them.

    Raises ValueError, TypeError or AttributeError for what is none of them.
    """
    values: dict[str, Any] = {}
    for name, value in patch.items():
        old = getattr(knobs, name)
        if isinstance(old, Cloth):
            values[name] = Cloth(value)
        elif isinstance(old, bool | int) and isinstance(value, bool | int):
            values[name] = type(old)(value)
        else:
            values[name] = float(value)
    return cast("T", dataclasses.replace(cast("Any", knobs), **values))
