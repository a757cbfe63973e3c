"""Human speech and noise: decodes the corpora once into int16 files.

A corpus is NAME.opus and NAME.tsv (columns start, samples, speaker, pinyin,
text).  Absent corpora are skipped with a note.  Everything ends up in the form
that synth.py writes, so that training reads one kind of file.

    python3 -m models.recipe.corpora --speech DIR --work DIR
"""

from __future__ import annotations

import argparse
import csv
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .units import Units

RATE = 8000
TRAIN = {
    "aishell1-S0150": "zh", "aishell1-S0252": "zh", "words-hsk": "zh", "syllables": "zh",
    "mandarin-many": "zh", "ocean762-adults-en": "en",
}
CHECK = {"dev-aishell3": "zh"}
NOISE = "noise-esc10"


@dataclass
class Clip:
    """One labelled slice: corpus name, language, speaker, unit numbers, samples."""

    corpus: str
    lang: str
    speaker: str
    kind: str
    units: list[int]
    audio: np.ndarray
    text: str = ""


def decode(speech: Path, work: Path, name: str) -> bool:
    """Decodes one corpus to work/NAME.s16 and copies its table; False when absent."""
    source, target = speech / f"{name}.opus", work / f"{name}.s16"
    if target.exists():
        return True
    if not source.exists():
        print(f"{name}: not in {speech}, skipped")
        return False
    part = target.with_suffix(".part")
    command = ["ffmpeg", "-v", "error", "-y", "-i", str(source), "-ar", str(RATE), "-ac", "1", "-f", "s16le", str(part)]
    subprocess.run(command, check=True)
    if (speech / f"{name}.tsv").exists():
        (work / f"{name}.tsv").write_text((speech / f"{name}.tsv").read_text())
    part.rename(target)
    print(f"{name}: {target.stat().st_size / 2 / RATE / 60:.0f} minutes")
    return True


def tidy(pinyin: str) -> str:
    """Variant spellings of u-umlaut brought to the one of the syllable table."""
    pinyin = re.sub(r"\b([ln])uu", r"\1v", pinyin)
    return re.sub(r"\b([jqxy])v", r"\1u", pinyin)


def load(work: Path, name: str, lang: str | None = None) -> list[Clip]:
    """The clips of work/NAME.{s16,tsv}; lines with unknown syllables are dropped and counted."""
    audio = np.memmap(work / f"{name}.s16", dtype=np.int16, mode="r")
    units, clips, dropped = Units(), [], 0
    with open(work / f"{name}.tsv", newline="") as table:
        for row in csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE):
            language = row.get("lang") or lang or "zh"
            start, size = int(row["start"]), int(row["samples"])
            try:
                label = units.phones(row["pinyin"]) if language == "en" else units.pinyin(tidy(row["pinyin"]))
            except KeyError:
                dropped += 1
                continue
            piece = audio[start : start + size]
            if len(piece) < 800 or not label:
                dropped += 1
                continue
            clips.append(Clip(name, language, f"{name}/{row['speaker']}", row.get("kind") or "human", label, piece, row["text"]))
    if dropped:
        print(f"{name}: {dropped} lines dropped (unknown syllable or no sound)")
    return clips


def training_sets(work: Path) -> dict[str, list[Clip]]:
    """Every prepared human training corpus by name."""
    return {n: load(work, n, lang) for n, lang in TRAIN.items() if (work / f"{n}.s16").exists()}


def noise(work: Path) -> np.ndarray:
    """Recorded noise as one int16 array; empty when the corpus is absent."""
    path = work / f"{NOISE}.s16"
    return np.memmap(path, dtype=np.int16, mode="r") if path.exists() else np.zeros(0, np.int16)


def main() -> None:
    """Decode every corpus found."""
    args = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    args.add_argument("--speech", required=True)
    args.add_argument("--work", required=True)
    opts = args.parse_args()
    for name in (*TRAIN, *CHECK, NOISE):
        decode(Path(opts.speech), Path(opts.work), name)


if __name__ == "__main__":
    main()
