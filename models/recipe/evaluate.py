"""How well the acoustics alone hear: greedy CTC, no lexicon, no language model.

Sets: new sentences in the held-out synthetic voices (clean, noise at 10 dB, 5 %
of the packets lost), digit strings right as a whole, unseen people (dev-aishell3).

    python3 -m models.recipe.evaluate --work DIR [--card models/hearing/CARD.md]
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

from . import corpora, features
from .corpora import Clip
from .export import load_model
from .features import Norm
from .network import Acoustic
from .train import measured_norm
from .units import FINALS, INITIALS, TONES

# Unit number without tone: initials keep theirs, the five tones of a final share one.
TONELESS = np.array([0, *range(1, len(INITIALS) + 1), *(len(INITIALS) + 1 + k // len(TONES) for k in range(len(FINALS) * len(TONES)))])


def distance(a: list[int], b: list[int]) -> int:
    """Edit distance."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        last, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (x != y))
    return row[-1]


def clean(x: np.ndarray, dice: np.random.Generator) -> np.ndarray:
    """As recorded, over a faint line hiss."""
    return x + dice.standard_normal(len(x)).astype(np.float32) * np.float32(2e-4)


def noisy(x: np.ndarray, dice: np.random.Generator, noise: np.ndarray) -> np.ndarray:
    """Recorded noise 10 dB under the speech."""
    size = len(x)
    start = int(dice.integers(0, max(1, len(noise) - size)))
    n = noise[start : start + size].astype(np.float32) if len(noise) > size else dice.standard_normal(size).astype(np.float32)
    if np.sqrt(np.mean(n**2)) < 1:
        n = dice.standard_normal(size).astype(np.float32)
    level = np.sqrt(np.percentile(x**2, 90) / 2.5)
    return clean(x, dice) + n * (level / np.sqrt(np.mean(n**2)) * 10 ** (-10 / 20))


def lossy(x: np.ndarray, dice: np.random.Generator) -> np.ndarray:
    """One packet of 20 ms in twenty lost and replaced by the fading one before."""
    x = clean(x, dice).copy()
    for k in np.flatnonzero(dice.random(len(x) // 160) < 0.05):
        x[k * 160 : (k + 1) * 160] = x[(k - 1) * 160 : k * 160] * 0.6 if k else 0
    return x


def hear(model: Acoustic, norm: Norm, clips: list[Clip], damage: Callable, english: bool = False) -> list[list[int]]:
    """Greedy unit strings, in batches of like length; every clip is a new call."""
    dice = np.random.default_rng(5)
    feats = []
    for clip in clips:
        x = np.concatenate([np.zeros(2400, np.float32), clip.audio.astype(np.float32) / 32768, np.zeros(4800, np.float32)])
        y = norm.apply(features.log_mel(damage(x, dice).astype(np.float32)))
        feats.append(y[: len(y) // 4 * 4])
    out: list[list[int]] = [[] for _ in clips]
    order = sorted(range(len(clips)), key=lambda k: len(feats[k]))
    for start in range(0, len(order), 24):
        part = order[start : start + 24]
        batch = np.zeros((len(part), max(len(feats[k]) for k in part), features.MELS), np.float32)
        for row, k in enumerate(part):
            batch[row, : len(feats[k])] = feats[k]
        with torch.no_grad():
            zh, en, _, _ = model(torch.from_numpy(batch), model.start(len(part)))
        best = (en if english else zh).argmax(dim=2).numpy()
        for row, k in enumerate(part):
            path = best[row, : len(feats[k]) // 4]
            out[k] = [int(u) for u, before in zip(path, [0, *path[:-1]]) if u != before and u != 0]
    return out


def rates(clips: list[Clip], heard: list[list[int]], tones: bool) -> float:
    """Unit error in per cent."""
    fold = (lambda u: u) if tones else (lambda u: [int(TONELESS[k]) for k in u])
    wrong = sum(distance(fold(c.units), fold(h)) for c, h in zip(clips, heard))
    return 100 * wrong / sum(len(c.units) for c in clips)


def whole(clips: list[Clip], heard: list[list[int]]) -> float:
    """Strings right from end to end without regard to tones, in per cent."""
    right = sum([int(TONELESS[u]) for u in c.units] == [int(TONELESS[u]) for u in h] for c, h in zip(clips, heard))
    return 100 * right / max(1, len(clips))


def voices(model: Acoustic, norm: Norm, clips: list[Clip]) -> str:
    """One line: toneless error of every held-out voice."""
    heard = hear(model, norm, clips, clean)
    names = sorted({c.speaker for c in clips})
    parts = []
    for name in names:
        mine = [(c, h) for c, h in zip(clips, heard) if c.speaker == name]
        parts.append(f"{name.split('/')[1]} {rates([c for c, _ in mine], [h for _, h in mine], False):.1f}")
    return f"| by voice, callers and digits ({len(clips)}) | clean | | {', '.join(parts)} | |"


def table(model: Acoustic, norm: Norm, work: Path, limit: int) -> list[str]:
    """The figures as lines of a Markdown table."""
    held = corpora.load(work, "heldout")
    noise = corpora.noise(work)
    conditions = {"clean": clean, "noise 10 dB": lambda x, d: noisy(x, d, noise), "5 % packet loss": lossy}
    lines = ["| set | condition | unit error % | toneless % | whole strings right % |", "|---|---|---|---|---|"]
    sets = {
        "held-out voices, callers and bot": [c for c in held if c.kind in ("caller", "bot")],
        "held-out voices, random words": [c for c in held if c.kind == "words"],
        "held-out voices, digit strings": [c for c in held if c.kind == "digits"],
        "held-out voices, 11 digits": [c for c in held if c.kind == "digits" and len(c.text.replace(",", "").split()) == 11],
        "held-out voices, 18 digits": [c for c in held if c.kind == "digits" and len(c.text.replace(",", "").split()) == 18],
    }
    for name, clips in sets.items():
        clips = clips[:limit]
        for condition, damage in conditions.items():
            if not clips or (condition != "clean" and "words" in name):
                continue
            heard = hear(model, norm, clips, damage)
            lines.append(f"| {name} ({len(clips)}) | {condition} | {rates(clips, heard, True):.1f} | {rates(clips, heard, False):.1f} | {whole(clips, heard):.1f} |")
    lines.append(voices(model, norm, [c for c in held if c.kind in ("caller", "digits")][: 2 * limit]))
    spoken = [c for c in held if c.kind == "english"][:limit]
    heard = hear(model, norm, spoken, clean, english=True)
    wrong = sum(distance(c.units, h) for c, h in zip(spoken, heard))
    lines.append(f"| held-out voices, English ({len(spoken)}) | clean | {100 * wrong / max(1, sum(len(c.units) for c in spoken)):.1f} | | |")
    for name, lang in corpora.CHECK.items():
        if (work / f"{name}.s16").exists():
            people = corpora.load(work, name, lang)
            heard = hear(model, norm, people, clean)
            lines.append(f"| {name}: unseen people ({len(people)}) | as recorded | {rates(people, heard, True):.1f} | {rates(people, heard, False):.1f} | |")
    return lines


def fill(card: Path, lines: list[str]) -> None:
    """Puts the table between the card's markers; a card that is not there becomes the table alone."""
    text = card.read_text() if card.exists() else "<!-- figures -->\n<!-- /figures -->\n"
    head, rest = text.split("<!-- figures -->", 1)
    tail = rest.split("<!-- /figures -->", 1)[1]
    card.write_text(head + "<!-- figures -->\n" + "\n".join(lines) + "\n<!-- /figures -->" + tail)


def main() -> None:
    """Print the table, and write it into the card when one is named."""
    args = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    args.add_argument("--work", required=True)
    args.add_argument("--name", default="acoustic")
    args.add_argument("--card")
    args.add_argument("--limit", type=int, default=400, help="clips a set")
    opts = args.parse_args()
    torch.set_num_threads(1)
    work = Path(opts.work)
    lines = table(load_model(work / f"{opts.name}.pt"), measured_norm(work), work, opts.limit)
    print("\n".join(lines))
    if opts.card:
        fill(Path(opts.card), lines)


if __name__ == "__main__":
    main()
