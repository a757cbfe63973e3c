"""Lines to be read to the recogniser, and their sound as manifests of voxgate eval asr.

    python3 -m models.recipe.understanding.heard lines --out FILE
    python3 -m models.recipe.understanding.heard sound --folder DIR
"""

from __future__ import annotations

import argparse
import random
import wave
from pathlib import Path

HERE = Path(__file__).parent
RATE = 8000
# Share of the lines of a source that is read; of others a bit more than half. Misheard lines are no sentences to read.
SHARE = {"lines": 1.0, "stories": 1.0, "callers": 0.15, "misheard": 0.0, "heldout": 0.0, "test": 0.0}
OTHERS = 0.6
# Silence around a line, in samples.
BEFORE, AFTER = 2400, 1600


def chosen(seed: int = 7) -> list[tuple[str, str]]:
    """(language, line) of those that are read, shuffled."""
    dice, seen, out = random.Random(seed), set(), []
    for path in sorted(HERE.glob("*.txt")) + sorted((HERE / "styles").glob("*.txt")):
        name, lang = path.name.split(".")[:2]
        share = 1.0 if path.parent.name == "styles" and name != "misheard" else SHARE.get(name, OTHERS)
        for row in path.read_text().splitlines():
            text = row.split("\t")[0]
            if not text or text[0] in "#[" or text in seen or not 2 <= len(text) <= 100 or dice.random() >= share:
                continue
            seen.add(text)
            out.append((lang, text))
    dice.shuffle(out)
    return out


def sound(folder: Path) -> None:
    """Two thirds of folder's labelled.s16 as clean.wav and the rest as noise12.wav, each with its table."""
    import numpy as np

    samples = np.fromfile(folder / "labelled.s16", np.int16)
    head, *rows = (folder / "labelled.tsv").read_text().splitlines()
    cut = len(rows) * 2 // 3
    for name, part in (("clean", rows[:cut]), ("noise12", rows[cut:])):
        clips, table, at = [], [head], 0
        for row in part:
            start, count, *rest = row.split("\t")
            clip = samples[int(start) : int(start) + int(count)]
            clips.append(np.concatenate([np.zeros(BEFORE, np.int16), clip, np.zeros(AFTER, np.int16)]))
            table.append("\t".join([str(at), str(len(clips[-1])), *rest]))
            at += len(clips[-1])
        with wave.open(str(folder / f"{name}.wav"), "wb") as out:
            out.setnchannels(1)
            out.setsampwidth(2)
            out.setframerate(RATE)
            out.writeframes(np.concatenate(clips).tobytes())
        (folder / f"{name}.tsv").write_text("\n".join(table) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["lines", "sound"])
    parser.add_argument("--out", type=Path)
    parser.add_argument("--folder", type=Path)
    args = parser.parse_args()
    if args.what == "sound":
        sound(args.folder)
        return
    kinds = {"zh": "caller", "en": "english"}
    args.out.write_text("".join(f"{kinds[lang]}\t{lang}\t{text}\n" for lang, text in chosen()))


if __name__ == "__main__":
    main()
