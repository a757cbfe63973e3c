"""Recordings for checking the whole recogniser: new lines in voices held out of training.

Writes manifests of `voxgate eval asr` with a WAV each: domain (sentences), digits,
pauses (numbers said in chunks), waybill, english, tune (for tuning by; never to be
reported) and, where --speech holds it, people (the checking corpus cut into files).
A manifest that is there already is left as it is.  --work is the folder of the
recipe's other steps; only its espeak-ng data and pinyin module are used.

    python3 -m models.recipe.checkset --work DIR --out DIR [--speech DIR]
"""

from __future__ import annotations

import argparse
import os
import random
import re
import subprocess
import wave
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from . import corpora, synth
from .texts import DIGITS, HAN, LETTERS, Speaker, spell, templates

HERE = Path(__file__).parent
MODELS = HERE.parent / "hearing"
SYLLABLES = {s: str(d) for d, s in enumerate(DIGITS)} | {"yao1": "1", "guai3": "7", "dong4": "0"}
SPELLED = {tuple(p.split()): letter for letter, p in LETTERS.items()}
COLUMNS = ("wav", "text", "pinyin", "speaker", "lang", "pattern", "intent", "expect", "known")
# Of what the templates make, digits alone are measured in a set of their own.
NUMBERS = re.compile(r"<(tail|few|phone|order|waybill|chunks|spoken|money|heard)>[^<]*")


@dataclass
class Line:
    """One utterance: text with braced pinyin, in chunks where somebody pauses; numbers that the caller may say."""

    chunks: list[str]
    pattern: str = ""  # what it has in common with others; empty: nothing
    lang: str = "zh"
    intent: str = ""
    expect: str = ""
    known: list[str] = field(default_factory=list)
    pauses: list[float] = field(default_factory=list)
    pinyin: list[str] = field(default_factory=list)


def written(text: str) -> str:
    """A line as one writes it: braced pinyin as digits and letters."""
    return re.sub(r"\{([^}]*)\}", lambda m: symbols(m.group(1)), text).strip("，, ")


def symbols(pinyin: str) -> str:
    """Digits and letters of spoken ones: shuang1 ba1 -> 88, ai2 si5 ai2 fu5 -> SF."""
    out, twice, rest = "", False, [s for s in pinyin.split() if s != ","]
    while rest:
        size = next((n for n in (3, 2, 1) if tuple(rest[:n]) in SPELLED), 1)
        symbol = SYLLABLES.get(rest[0]) or SPELLED.get(tuple(rest[:size]))
        if rest[0] == "shuang1":
            twice = True
        elif symbol is None:
            raise ValueError(f"{rest[0]} is neither digit nor letter")
        else:
            out, twice = out + symbol * (2 if twice else 1), False
        rest = rest[1 if rest[0] in SYLLABLES else size :]
    return out


def said(speaker: Speaker, digits: str, commas: float = 0.35) -> str:
    """Braced pinyin of a digit string."""
    return speaker.say_digits(digits, commas)


def phone(speaker: Speaker) -> str:
    return "1" + speaker.random.choice("3578956") + speaker.digits_of(9)


def order(speaker: Speaker) -> str:
    return speaker.random.choice("23456789") + speaker.digits_of(17)


def among(speaker: Speaker, number: str, make: Callable[[Speaker], str]) -> list[str]:
    """A number between two others of its kind, in any order."""
    known = [number, make(speaker), make(speaker)]
    speaker.random.shuffle(known)
    return known


def digit_lines(speaker: Speaker, phones: int, orders: int, tails: int) -> list[Line]:
    """Phone numbers, order numbers and tails of a phone number, each alone."""
    lines = []
    for _ in range(phones):
        number = phone(speaker)
        lines.append(Line([said(speaker, number)], expect="digits:11", known=among(speaker, number, phone)))
    for _ in range(orders):
        number = order(speaker)
        lines.append(Line([said(speaker, number)], expect="digits:18", known=among(speaker, number, order)))
    for k in range(tails):
        number, size = phone(speaker), 4 if k % 2 == 0 else 6
        tail = said(speaker, number[-size:], 0.1)
        lines.append(Line([tail], expect=f"digits:{size}", known=among(speaker, number, phone)))
    return lines


def paused_lines(speaker: Speaker, count: int) -> list[Line]:
    """Numbers in chunks, 3-4-4 or 4-4-4-6, with 0.4 to 1.2 s of quiet between them."""
    lines = []
    for k in range(count):
        make, sizes, expect = ((phone, (3, 4, 4), "digits:11"), (order, (4, 4, 4, 6), "digits:18"))[k % 2]
        number, chunks = make(speaker), []
        for size in sizes:
            at = sum(len(written(c)) for c in chunks)
            chunks.append(said(speaker, number[at : at + size], 0.0))
        pauses = [speaker.random.uniform(0.4, 1.2) for _ in chunks[1:]]
        lines.append(Line(chunks, expect=expect, known=among(speaker, number, make), pauses=pauses))
    return lines


def waybill(speaker: Speaker) -> str:
    head, length = speaker.random.choice([("SF", 13), ("SF", 12), ("YT", 13), ("JT", 13), ("JDV", 12), ("JD", 13), ("", 13), ("", 15)])
    return head + speaker.digits_of(length)


def waybill_lines(speaker: Speaker, count: int) -> list[Line]:
    """Waybill numbers, letters first, alone or in a sentence."""
    lines = []
    for _ in range(count):
        number = waybill(speaker)
        head = re.match("[A-Z]*", number).group(0)
        letters = "{" + " ".join(LETTERS[c] for c in head) + "}" if head else ""
        before = speaker.random.choice(["", "", "单号是", "我的运单号是", "快递单号"])
        text = before + ("，" if before else "") + letters + said(speaker, number[len(head) :])
        lines.append(Line([text], expect="waybill", known=among(speaker, number, waybill)))
    return lines


class Outlines:
    """Sentences without what is not their own: words of the classes, numbers, spaces, punctuation."""

    def __init__(self, classes: dict[str, list[str]]) -> None:
        self.names = {word: name for name, words in classes.items() for word in words}
        longest_first = sorted(self.names, key=len, reverse=True)
        self.words = re.compile("|".join(map(re.escape, longest_first)))

    def of(self, text: str) -> str:
        text = re.sub(r"[^\w<>]", "", re.sub(r"\{[^}]*\}|<digits>", "0", text))
        text = self.words.sub(lambda m: f"<{self.names[m.group(0)]}>", text)
        return re.sub(rf"[{HAN}两十百千万0-9]+", "0", text)


class Fresh:
    """Tells sentences that the language model was not built from."""

    def __init__(self) -> None:
        classes = {}
        for name in ("courier", "product", "city", "name"):
            words = (MODELS / f"words.{name}.txt").read_text().split()
            classes[name] = [w for w in words if len(w) > 1]
        self.outlines = Outlines(classes)
        self.seen = {self.outlines.of(s) for s in (MODELS / "sentences.zh.txt").read_text().splitlines()}

    def take(self, text: str) -> bool:
        """Whether a text is new; from then on it is not."""
        form = self.outlines.of(text)
        if form in self.seen:
            return False
        self.seen.add(form)
        return True


def template_lines(speaker: Speaker, count: int) -> list[Line]:
    """Sentences from the caller templates that say more than a number, in turns of all templates."""
    fresh, lines = Fresh(), []
    forms = [(k, t) for k, t in enumerate(templates("callers.zh.txt")) if not NUMBERS.fullmatch(t)]
    speaker.random.shuffle(forms)
    for turn in range(30 * count):
        k, template = forms[turn % len(forms)]
        text = speaker.expand(template)
        if len(lines) == count:
            break
        if fresh.take(text):
            lines.append(Line([text], f"template{k}"))
    return lines


def file_lines(path: Path, chinese: bool) -> list[Line]:
    """Sentences of a file (text, a tab, the intent); those that the model was built from are left out."""
    fresh, lines = Fresh(), []
    for row in path.read_text().splitlines():
        text, intent = row.split("\t")
        text = re.sub("[A-Z]+", spell, text.replace(" ", "")) if chinese else text
        foreign = re.search("[A-Za-z<]", re.sub(r"\{[^}]*\}", "", text))
        if chinese and (foreign or not fresh.take(text)):
            continue
        lines.append(Line([text], lang="zh" if chinese else "en", intent=intent))
    return lines


def english_lines(speaker: Speaker, count: int) -> list[Line]:
    """English of the hotline, drawn from the held-out lines."""
    lines = file_lines(MODELS / "testdata" / "heldout.en.txt", False)
    return speaker.random.sample(lines, count)


def sets() -> Iterator[tuple[str, Callable[[], list[Line]]]]:
    """Every set by name; each has a seed of its own, so that one can be made again alone."""
    yield "digits", lambda: digit_lines(Speaker(9101), 40, 40, 20)
    yield "tune", lambda: template_lines(Speaker(9102), 150) + digit_lines(Speaker(9112), 24, 24, 12)
    yield "pauses", lambda: paused_lines(Speaker(9103), 100)
    yield "waybill", lambda: waybill_lines(Speaker(9104), 40)
    yield "english", lambda: english_lines(Speaker(9105), 80)
    yield "domain", lambda: file_lines(MODELS / "testdata" / "heldout.zh.txt", True)


def add_pinyin(lines: list[Line], work: Path) -> None:
    """Readings of the Mandarin chunks, all in one go."""
    chunks = [c for line in lines if line.lang == "zh" for c in line.chunks]
    program = subprocess.run(
        ["node", str(HERE / "pinyin.mjs")], cwd=work, text=True, capture_output=True, check=True,
        input="".join(f"check\tzh\t{c}\n" for c in chunks),
    )
    readings = iter(program.stdout.splitlines())
    for line in lines:
        if line.lang == "zh":
            line.pinyin = [next(readings).split("\t")[3] for _ in line.chunks]


def sound(job: tuple[Line, str, int, Path]) -> np.ndarray:
    """int16 at 8 kHz of one line in one voice: 0.25 s of quiet, the chunks, 0.4 s of quiet, over a faint hiss."""
    line, variant, seed, work = job
    dice = random.Random(seed)
    speed, pitch, gap = dice.randint(120, 240), dice.randint(10, 90), dice.choice([0, 0, 0, 1, 3])
    voice = "cmn-latn-pinyin" if line.lang == "zh" else dice.choice(synth.ENGLISH_VOICES)
    parts = [np.zeros(synth.RATE // 4, np.int16)]
    for k, text in enumerate(line.pinyin or line.chunks):
        parts.append(np.zeros(int(synth.RATE * (line.pauses[k - 1] if k else 0)), np.int16))
        parts.append(synth.speak(text, f"{voice}+{variant}", speed, pitch, gap, work))
    parts.append(np.zeros(synth.RATE * 2 // 5, np.int16))
    clean = np.concatenate(parts).astype(np.float64)
    hiss = np.random.default_rng(seed).standard_normal(len(clean)) * 5
    return np.clip(np.round(clean * 0.5 + hiss), -32768, 32767).astype(np.int16)


def store(path: Path, samples: np.ndarray) -> None:
    """A mono WAV of 16 bits at 8 kHz."""
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(synth.RATE)
        out.writeframes(samples.tobytes())


def save(out: Path, name: str, rows: list[tuple], sounds: Iterator[np.ndarray]) -> None:
    """The files of one set, its manifest last: half a set never looks like a whole one."""
    (out / name).mkdir(parents=True, exist_ok=True)
    table, seconds = ["\t".join(COLUMNS) + "\n"], 0.0
    for k, (row, samples) in enumerate(zip(rows, sounds)):
        file = f"{name}/{k + 1:04d}.wav"
        store(out / file, samples)
        seconds += len(samples) / synth.RATE
        table.append("\t".join((file, *row)) + "\n")
    (out / f"{name}.tsv").write_text("".join(table))
    print(f"{name}: {len(rows)} utterances, {seconds:.0f} s", flush=True)


def make(out: Path, work: Path, name: str, lines: list[Line], seed: int, pool: ProcessPoolExecutor) -> None:
    """Speaks and stores one set; the held-out voices take turns."""
    add_pinyin(lines, work)
    voices = list(synth.HELD_OUT)
    random.Random(seed).shuffle(voices)
    turns = [voices[k % len(voices)] for k in range(len(lines))]
    rows = []
    for line, voice in zip(lines, turns):
        pinyin = " ".join(s for p in line.pinyin for s in p.split() if s != ",")
        text = written("".join(line.chunks))
        rows.append((text, pinyin, voice, line.lang, line.pattern, line.intent, line.expect, "|".join(line.known)))
    jobs = [(line, voice, seed * 1_000_003 + k, work) for k, (line, voice) in enumerate(zip(lines, turns))]
    save(out, name, rows, pool.map(sound, jobs, chunksize=8))


def people(out: Path, work: Path, speech: Path) -> None:
    """The checking corpus of unseen people as files of its own; skipped where it is absent."""
    for name, lang in corpora.CHECK.items():
        if corpora.decode(speech, work, name):
            clips = corpora.load(work, name, lang)
            table = {r.split("\t")[4]: r.split("\t")[3] for r in (work / f"{name}.tsv").read_text().splitlines()}
            rows = [(c.text, table[c.text], c.speaker.split("/")[1], c.lang, "", "", "", "") for c in clips]
            save(out, "people", rows, (np.asarray(c.audio) for c in clips))


def main() -> None:
    """Make every set that is not there yet."""
    args = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    args.add_argument("--work", required=True)
    args.add_argument("--out", required=True)
    args.add_argument("--speech", help="folder of the human corpora, for the set people")
    args.add_argument("--only", help="names of sets with commas between them; else all")
    opts = args.parse_args()
    out, work = Path(opts.out), Path(opts.work)
    out.mkdir(parents=True, exist_ok=True)
    synth.private_data(work, 0, 0)
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for seed, (name, lines) in enumerate(sets(), 9200):
            if not (out / f"{name}.tsv").exists() and name in (opts.only or name).split(","):
                make(out, work, name, lines(), seed, pool)
    if opts.speech and not (out / "people.tsv").exists() and "people" in (opts.only or "people").split(","):
        people(out, work, Path(opts.speech))


if __name__ == "__main__":
    main()
