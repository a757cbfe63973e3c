"""What the network sees: a random mixture of the corpora, concatenated and augmented."""

from __future__ import annotations

import bisect
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from . import corpora
from .augment import Augmenter
from .corpora import Clip
from .features import MELS, RATE, Norm

# Share of the audio time by source; absent sources leave theirs to the others.
# Human and synthetic speech are balanced here, not by how much of each there is.
SHARES = {
    "caller": 0.20, "digits": 0.17, "bot": 0.02, "words": 0.06, "english": 0.06,
    "aishell1-S0150": 0.085, "aishell1-S0252": 0.085, "mandarin-many": 0.10,
    "words-hsk": 0.065, "syllables": 0.035, "ocean762-adults-en": 0.115, "noise": 0.02,
}
# Isolated words and syllables are joined into utterances.
JOINED = {"words-hsk": (1, 6), "syllables": (2, 9)}
# Sources of which two or three utterances of a voice are joined now and then with a
# pause, as people stop to think in the middle of a number: share, and seconds of each at most.
PAUSED = {"digits": (0.4, 5.0), "caller": (0.12, 6.0), "aishell1-S0150": (0.08, 6.0), "aishell1-S0252": (0.08, 6.0), "mandarin-many": (0.1, 6.0)}
# Share of the human examples that come as two views, which must be heard alike.
TWINS = 0.6


@dataclass
class Batch:
    """Padded features [N, T, 40], steps [N], labels, language (1 = English), speech [N, T/4].

    twins [N] numbers the pairs of views of one utterance, which stand side by side; 0 is a single one.
    """

    feats: torch.Tensor
    steps: torch.Tensor
    labels: list[torch.Tensor]
    english: torch.Tensor
    speech: torch.Tensor
    twins: list[int]


@dataclass
class Clock:
    """Progress of a training by wall clock: minutes spent before `began`, and in all."""

    spent: float
    minutes: float
    began: float

    def progress(self) -> float:
        return (self.spent + (time.time() - self.began) / 60) / self.minutes

    def ease(self) -> float:
        """Damage and dropout are let off between 30 and 70 %: most of the fitting is done late, at small rates."""
        return min(1.0, max(0.0, (self.progress() - 0.3) / 0.4))


class Mixture:
    """Endless batches of about `seconds` of audio, examples of like length together."""

    def __init__(self, work: Path, norm: Norm, seconds: float, seed: int, clock: Clock | None = None) -> None:
        self.sources: dict[str, list[Clip]] = {k: v for k, v in corpora.training_sets(work).items() if v}
        for path in sorted(work.glob("synth*.tsv")):
            for clip in corpora.load(work, path.stem):
                self.sources.setdefault(clip.kind, []).append(clip)
        noise = corpora.noise(work)
        self.augment = Augmenter(norm, noise, seed)
        self.dice = np.random.default_rng(seed + 7919)
        self.seconds, self.clock, self.pairs = seconds, clock, 0
        self.speakers = {name: self.by_speaker(clips) for name, clips in self.sources.items()}
        chosen = [n for n in SHARES if n == "noise" or n in self.sources]
        lengths = np.array([self.typical(n) for n in chosen])
        weight = np.array([SHARES[n] for n in chosen]) / lengths
        self.chosen, self.weight = chosen, weight / weight.sum()

    @staticmethod
    def by_speaker(clips: list[Clip]) -> dict[str, list[Clip]]:
        groups: dict[str, list[Clip]] = {}
        for clip in clips:
            groups.setdefault(clip.speaker, []).append(clip)
        return groups

    def typical(self, name: str) -> float:
        """Mean seconds of one example of a source."""
        if name == "noise":
            return 4.0
        mean = float(np.mean([len(c.audio) for c in self.sources[name]])) / RATE
        return mean * (sum(JOINED[name]) / 2 if name in JOINED else 1)

    def clips(self, name: str) -> list[Clip]:
        """One utterance's worth of clips; every speaker equally often in human sources."""
        groups = self.speakers[name]
        everyone = self.sources[name]
        if everyone[0].kind == "human":
            group = groups[list(groups)[int(self.dice.integers(len(groups)))]]
            low, high = JOINED.get(name, (1, 1))
            chosen = [group[int(self.dice.integers(len(group)))] for _ in range(int(self.dice.integers(low, high + 1)))]
        else:
            chosen = [everyone[int(self.dice.integers(len(everyone)))]]
            group = groups[chosen[0].speaker]
        share, longest = PAUSED.get(name, (0.0, 0.0))
        if self.chance(share):
            more = [c for c in self.some(group, 12) if len(c.audio) < longest * RATE and c.lang == chosen[0].lang]
            chosen = [c for c in chosen if len(c.audio) < longest * RATE] + more[: int(self.dice.integers(1, 3))] or chosen
        return chosen

    def some(self, group: list[Clip], count: int) -> list[Clip]:
        return [group[int(k)] for k in self.dice.integers(0, len(group), count)]

    def babble(self, size: int) -> np.ndarray:
        """Other people talking: now and then one, mostly a room of three to seven, equally loud."""
        total = np.zeros(size, np.float32)
        for _ in range(1 if self.chance(0.2) else int(self.dice.integers(3, 8))):
            source = self.sources[[n for n in self.chosen if n != "noise"][int(self.dice.integers(len(self.chosen) - 1))]]
            voice = np.roll(np.resize(source[int(self.dice.integers(len(source)))].audio.astype(np.float32), size), int(self.dice.integers(size)))
            total += voice / (np.sqrt(np.mean(voice**2)) + 1.0)
        return total * 1000

    def chance(self, p: float) -> bool:
        return bool(self.dice.random() < p)

    def gap(self, name: str) -> float:
        """Seconds between two joined clips: hardly any between isolated words, a breath or a thought between utterances."""
        if name in JOINED:
            return float(self.dice.choice([0.0, 0.02, 0.08, self.dice.uniform(0.1, 0.4)]))
        return float(self.dice.uniform(0.25, 2.0))

    def sound(self, name: str, clips: list[Clip]) -> np.ndarray:
        """Clips of one voice one after the other, in +-1."""
        parts = []
        for clip in clips:
            x = clip.audio.astype(np.float32) / 32768
            if len(clips) > 1:
                loud = np.flatnonzero(np.abs(x) > 0.04 * np.abs(x).max())
                x = x[max(0, loud[0] - 240) : loud[-1] + 400] if len(loud) else x
                x = x / (np.abs(x).max() + 1e-6) * 0.3
                parts.append(np.zeros(int(RATE * self.gap(name)) if parts else 0, np.float32))
            parts.append(x)
        return np.concatenate(parts)

    def example(self) -> list[tuple[np.ndarray, np.ndarray, list[int], bool, int]]:
        """One or two views of an utterance: (features, speech, labels, English?, number of the pair)."""
        self.augment.ease = self.clock.ease() if self.clock else 0.0
        name = self.chosen[int(self.dice.choice(len(self.chosen), p=self.weight))]
        if name == "noise":
            (y,), speech = self.augment.features(None, self.dice.uniform(1, 6), 1.0, True, None)
            return [(y, speech, [], self.chance(0.3), 0)]
        clips = self.clips(name)
        human = clips[0].kind == "human"
        x = self.augment.resample(self.sound(name, clips))
        labels = [u for c in clips for u in c.units]
        slow = name in JOINED
        tempo = float(self.dice.uniform(1.0, 1.5) if slow else self.dice.uniform(0.85, 1.3) if human else self.dice.uniform(0.85, 1.15))
        # CTC needs a step for every unit, and the network some more to be sure.
        tempo = min(tempo, len(x) / 320 / (1.15 * len(labels) + 1))
        babble = self.babble(len(x)) if self.chance(0.3) else None
        twins = human and self.chance(TWINS)
        self.pairs += twins
        views, speech = self.augment.features(x, 0, max(tempo, 0.5), human, babble, 2 if twins else 1)
        return [(y, speech, labels, clips[0].lang == "en", self.pairs if twins else 0) for y in views]

    def __iter__(self) -> Iterator[Batch]:
        # A pool kept sorted by length gives a full batch of neighbours at every
        # step, and the same work to every process at every step.
        pool: list[tuple] = []
        room = 100 * self.seconds
        while True:
            while sum(len(e[0]) for e in pool) < room * 16:
                for view in self.example():
                    bisect.insort(pool, view, key=lambda e: len(e[0]))
            end = int(self.dice.integers(1, len(pool) + 1))
            size = max(1, int(room / len(pool[end - 1][0])))
            start = max(0, end - size)
            end = min(len(pool), start + max(1, int(room / len(pool[min(len(pool), start + size) - 1][0]))))
            yield collate(pool[start:end])
            del pool[start:end]


def collate(group: list[tuple[np.ndarray, np.ndarray, list[int], bool, int]]) -> Batch:
    """Pads a group of examples to one length, a multiple of 4 frames."""
    steps = [-(-len(y) // 4) for y, *_ in group]
    longest = max(steps)
    feats = np.zeros((len(group), longest * 4, MELS), np.float32)
    speech = np.zeros((len(group), longest * 4), np.float32)
    for k, (y, active, *_) in enumerate(group):
        feats[k, : len(y)] = y
        speech[k, : len(y)] = active[: len(y)]
    return Batch(
        torch.from_numpy(feats), torch.tensor(steps),
        [torch.tensor(labels, dtype=torch.long) for _, _, labels, *_ in group],
        torch.tensor([e for *_, e, _ in group]),
        torch.from_numpy(speech.reshape(len(group), longest, 4).max(axis=2)),
        [pair for *_, pair in group],
    )
