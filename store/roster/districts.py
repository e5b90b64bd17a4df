"""Districts whose codes are known, to hold a NIK's first six digits against the record's district.

Balangan (63.11), as the Ministry of Home Affairs numbers them. A district that is not here is not compared.
"""

from __future__ import annotations

import re

_CODES = {
    "JUAI": "631101",
    "HALONG": "631102",
    "AWAYAN": "631103",
    "BATUMANDI": "631104",
    "LAMPIHONG": "631105",
    "PARINGIN": "631106",
    "PARINGINSELATAN": "631107",
    "TEBINGTINGGI": "631108",
}


def district_code(name: str | None) -> str | None:
    """Return the six digits of a district's NIKs, or None where the district is not known."""
    bare = re.sub(r"^\s*(kecamatan|kec)\b\.?", "", name or "", flags=re.IGNORECASE)
    return _CODES.get(re.sub(r"[^A-Z]", "", bare.upper()))
