"""Makes a raw chance a calibrated confidence (`calibration.tsv`): of what is 0.8 sure, 8 of 10 were right."""

from bisect import bisect_right
from functools import lru_cache

from kg.lexicon.load import FOLDER, rows


@lru_cache(maxsize=1)
def _table() -> tuple[list[float], list[float]]:
    points = [(float(row["raw"]), float(row["right"])) for row in rows(FOLDER / "calibration.tsv")]
    return [raw for raw, _ in points], [right for _, right in points]


def calibrated(raw: float) -> float:
    """The confidence, 0 to 1, three digits, for a raw chance from 0 to 1; larger for larger chances."""
    raws, rights = _table()
    place = min(max(bisect_right(raws, raw), 1), len(raws) - 1)
    low, high = raws[place - 1], raws[place]
    share = (raw - low) / (high - low)
    return round(rights[place - 1] + share * (rights[place] - rights[place - 1]), 3)
