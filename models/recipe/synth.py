"""Synthetic speech: espeak-ng reads the lines in many voices.

Besides espeak-ng's own variants, variants with random formants, bandwidths,
pitch range and breath are written into a private copy of its data, since a
recogniser trained on a hundred timbres learns those timbres.  HELD_OUT variants
are never used for training.  Mandarin goes in as toned pinyin (voice
cmn-latn-pinyin), English as text, its phones taken from espeak-ng's own reading.

    python3 -m models.recipe.synth --lines pinyin.tsv --work DIR --name synth
"""

from __future__ import annotations

import argparse
import os
import random
import re
import shutil
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
from scipy.signal import resample_poly

RATE = 8000
HELD_OUT = ("f4", "linda", "Alicia", "steph2", "m5", "Michael", "zac", "klatt3")
# Whispers and effects nobody sounds like on a telephone.
UNUSED = ("whisper", "whisperf", "Demonic", "croak", "UniRobot", "anikaRobot", "AnxiousAndy", "Tweaky", "fast")
ENGLISH_VOICES = ("en-us", "en-us", "en-us", "en-gb", "en-gb-x-rp")
# espeak-ng IPA (stress and length marks removed) to ARPAbet.
IPA = {
    "ɑː": "AA", "ɑ": "AA", "ɒ": "AA", "æ": "AE", "a": "AE", "ʌ": "AH", "ə": "AH", "ɐ": "AH", "ᵻ": "IH",
    "ɔː": "AO", "ɔ": "AO", "aʊ": "AW", "aɪ": "AY", "b": "B", "tʃ": "CH", "d": "D", "ð": "DH", "ɛ": "EH",
    "ɚ": "ER", "ɜː": "ER", "ɜ": "ER", "eɪ": "EY", "e": "EY", "f": "F", "ɡ": "G", "g": "G", "h": "HH", "ɪ": "IH",
    "iː": "IY", "i": "IY", "dʒ": "JH", "k": "K", "l": "L", "m": "M", "n": "N", "ŋ": "NG", "oʊ": "OW", "əʊ": "OW", "eə": "EH R",
    "oː": "AO", "o": "OW", "ɔɪ": "OY", "p": "P", "ɹ": "R", "r": "R", "s": "S", "ʃ": "SH", "t": "T", "ɾ": "T",
    "θ": "TH", "ʊ": "UH", "uː": "UW", "u": "UW", "v": "V", "w": "W", "j": "Y", "z": "Z", "ʒ": "ZH",
    "əl": "AH L", "n̩": "AH N", "iə": "IY AH", "aɪə": "AY AH", "aɪɚ": "AY ER", "ɔːɹ": "AO R", "oːɹ": "AO R",
    "ɑːɹ": "AA R", "ɛɹ": "EH R", "ɪɹ": "IH R", "ʊɹ": "UH R", "ʔ": "T", "aʊɚ": "AW ER", "juː": "Y UW", "": "",
}


def usable_variants() -> list[str]:
    """espeak-ng's own variants that are neither held out nor unusable."""
    listing = subprocess.run(["espeak-ng", "--voices=variant"], capture_output=True, text=True, check=True).stdout
    names = [line.split("!v/")[1].split()[0] for line in listing.splitlines() if "!v/" in line]
    names = sorted(n for n in names if n not in UNUSED and n not in HELD_OUT and not n.startswith("robosoft"))
    return names + ["robosoft", "robosoft4"]


def private_data(folder: Path, count: int, seed: int) -> list[str]:
    """Copies espeak-ng's data to folder and adds count random variants; returns their names."""
    data = folder / "espeak-ng-data"
    if not data.exists():
        listing = subprocess.run(["espeak-ng", "--version"], capture_output=True, text=True, check=True).stdout
        shutil.copytree(listing.split("Data at: ")[1].strip(), data)
        # espeak-ng lists at most 350 voices; the languages not read make room.
        for voice in [*(data / "lang").rglob("*"), *(data / "voices" / "mb").rglob("*")]:
            if voice.is_file() and not re.match(r"cmn|en", voice.name):
                voice.unlink()
    dice = random.Random(seed)
    names = []
    for k in range(count):
        female = dice.random() < 0.5
        tract = dice.uniform(102, 122) if female else dice.uniform(88, 106)
        low = dice.uniform(130, 215) if female else dice.uniform(65, 135)
        lines = ["language variant", f"name rnd{k}", f"pitch {low:.0f} {low * dice.uniform(1.15, 1.8):.0f}"]
        for formant in range(9):
            shift = tract * dice.uniform(0.94, 1.06)
            strength = 100 * 10 ** (dice.uniform(-6, 3) / 20)
            lines.append(f"formant {formant} {shift:.0f} {strength:.0f} {dice.uniform(80, 170):.0f}")
        if dice.random() < 0.5:
            lines.append("breath 0 " + " ".join(f"{dice.uniform(0, 8):.0f}" for _ in range(7)))
        if dice.random() < 0.3:
            lines.append(f"klatt {dice.choice([1, 2, 3, 4, 5])}")
        lines.append(f"consonants {dice.uniform(70, 150):.0f} {dice.uniform(70, 150):.0f}")
        lines.append(f"roughness {dice.randrange(5)}")
        lines.append(f"voicing {dice.uniform(75, 120):.0f}")
        (data / "voices" / "!v" / f"rnd{k}").write_text("\n".join(lines) + "\n")
        names.append(f"rnd{k}")
    return names


def phones(text: str, voice: str, data: Path) -> str:
    """ARPAbet phones of an English line as espeak-ng reads it; empty when one is unknown."""
    command = ["espeak-ng", f"--path={data}", "-q", "-v", voice, "--ipa", "--sep=_", text]
    ipa = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    out = []
    for phone in re.split(r"[_\s]+", re.sub(r"[ˈˌ\u0303\u200d]", "", ipa)):
        if phone in IPA:
            out.extend(IPA[phone].split())
            continue
        rest = phone
        while rest:
            size = next((n for n in (3, 2, 1) if rest[:n] in IPA), 0)
            if size == 0 and rest[0] != "ː":
                return ""
            out.extend(IPA[rest[:size]].split() if size else [])
            rest = rest[max(size, 1) :]
    return " ".join(out)


def speak(text: str, voice: str, speed: int, pitch: int, gap: int, data: Path) -> np.ndarray:
    """int16 samples at 8 kHz of one reading, outer silence cut."""
    command = ["espeak-ng", f"--path={data}", "-v", voice, "-s", str(speed), "-p", str(pitch), "-g", str(gap)]
    blob = subprocess.run([*command, "--stdout", text], capture_output=True, check=True).stdout
    rate = int.from_bytes(blob[24:28], "little")
    raw = np.frombuffer(blob[44:], dtype="<i2").astype(np.float32)
    samples = resample_poly(raw, 160, 441) if rate == 22050 else resample_poly(raw, RATE, rate)
    loud = np.flatnonzero(np.abs(samples) > 150)
    if len(loud) == 0:
        return np.zeros(0, np.int16)
    samples = samples[max(0, loud[0] - 160) : loud[-1] + 320]
    return np.clip(samples, -32768, 32767).astype(np.int16)


def one(job: tuple) -> tuple | None:
    """One line read aloud: (kind, lang, voice, label, text, samples)."""
    kind, lang, text, pinyin, variant, seed, data = job
    dice = random.Random(seed)
    speed = int(min(260, max(110, dice.gauss(170, 38))))
    pitch = dice.randint(10, 95)
    gap = dice.choice([0, 0, 0, 0, 1, 2, 4, 8]) if kind == "digits" else dice.choice([0, 0, 0, 0, 0, 1])
    if lang == "zh":
        label = " ".join(s for s in pinyin.split() if s != ",")
        samples = speak(pinyin, "cmn-latn-pinyin" + variant, speed, pitch, gap, data)
    else:
        voice = dice.choice(ENGLISH_VOICES)
        label = phones(text, voice, data)
        samples = speak(text, voice + variant, speed, pitch, gap, data)
    if not label or len(samples) < 800 or len(samples) > RATE * 20:
        return None
    return kind, lang, variant.lstrip("+") or "default", label, text, samples


def jobs(lines: list[str], variants: list[str], seed: int, data: Path) -> list[tuple]:
    """A voice for every line; variants take turns in random order."""
    dice = random.Random(seed)
    out = []
    for k, line in enumerate(lines):
        kind, lang, text, pinyin = line.split("\t")
        variant = dice.choice(variants)
        out.append((kind, lang, text, pinyin, f"+{variant}" if variant else "", seed * 1_000_003 + k, data))
    return out


def main() -> None:
    """Write NAME.s16 (all samples) and NAME.tsv (slices) into the work directory."""
    args = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    args.add_argument("--lines", required=True)
    args.add_argument("--work", required=True)
    args.add_argument("--name", default="synth")
    args.add_argument("--held-out", action="store_true", help="use the held-out variants only")
    args.add_argument("--random-variants", type=int, default=200)
    args.add_argument("--limit", type=int, default=0)
    args.add_argument("--seed", type=int, default=1)
    opts = args.parse_args()
    work = Path(opts.work)
    if (work / f"{opts.name}.tsv").exists():
        print(f"{opts.name}: already made")
        return
    made = private_data(work, 0 if opts.held_out else opts.random_variants, opts.seed)
    variants = list(HELD_OUT) if opts.held_out else usable_variants() * 2 + made + [""] * 8
    lines = Path(opts.lines).read_text().splitlines()
    random.Random(opts.seed).shuffle(lines)
    lines = lines[: opts.limit] if opts.limit else lines
    start, rows = 0, ["start\tsamples\tspeaker\tpinyin\ttext\tkind\tlang\n"]
    with ProcessPoolExecutor(os.cpu_count()) as pool, open(work / f"{opts.name}.s16.part", "wb") as out:
        for k, result in enumerate(pool.map(one, jobs(lines, variants, opts.seed, work), chunksize=32)):
            if result:
                kind, lang, voice, label, text, samples = result
                out.write(samples.tobytes())
                rows.append(f"{start}\t{len(samples)}\t{voice}\t{label}\t{text}\t{kind}\t{lang}\n")
                start += len(samples)
            if k % 1000 == 999:
                print(f"{opts.name}: {k + 1}/{len(lines)} lines, {start / RATE / 3600:.2f} h", file=sys.stderr, flush=True)
    (work / f"{opts.name}.s16.part").rename(work / f"{opts.name}.s16")
    (work / f"{opts.name}.tsv").write_text("".join(rows))


if __name__ == "__main__":
    main()
