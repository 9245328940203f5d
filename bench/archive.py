"""Seconds and peak memory of `kg build` on the Daily Papers archive, on one core.

    python bench/archive.py [INPUT...]      default: the archive in KG_SHARED

Builds into a fresh folder in a process of its own, bound to one core where the system can, and then once more,
when everything is cached. Prints seconds a step, papers a second, and the largest resident size.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def main(inputs: list[str]) -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    shared = Path(os.environ.get("KG_SHARED") or ROOT.parent / "shared")
    inputs = inputs or [str(shared / "corpus" / "hf_daily")]
    with tempfile.TemporaryDirectory() as folder:
        for name in ("first", "again"):
            command = [sys.executable, "-m", "kg", "build", *inputs, "--out", f"{folder}/b", "--json"]
            report = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
            seconds = report["seconds"]
            total = sum(seconds.values())
            steps = "  ".join(f"{step} {value:.1f}" for step, value in seconds.items())
            print(f"{name}: {report['read']:,} records in {total:.1f} s  ({steps})")
            if report["extracted"]:
                print(f"       {report['extracted'] / seconds['extract']:.0f} abstracts extracted a second")
            peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
            print(f"       largest resident size so far {peak / 1024:,.0f} MiB")


if __name__ == "__main__":
    main(sys.argv[1:])
