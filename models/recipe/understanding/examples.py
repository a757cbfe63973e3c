"""The examples that main.go wrote: lines, their labels, and the features of each variant."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

SLOTS = 8
MOODS = ["neutral", "negative", "angry", "positive"]


@dataclass
class Known:
    """The features that a network has rows for, as sorted hashes; row 0 is for none."""

    deep: np.ndarray
    wide: np.ndarray

    @staticmethod
    def rows(names: np.ndarray, hashes: np.ndarray) -> np.ndarray:
        """The row of each hash."""
        at = np.minimum(np.searchsorted(names, hashes), len(names) - 1)
        return np.where(names[at] == hashes, at + 1, 0).astype(np.int32)


@dataclass
class Batch:
    """Padded features of some examples; 0 pads."""

    deep: torch.Tensor  # int64 [N, T, SLOTS]
    wide: torch.Tensor  # int64 [N, M]


class Examples:
    """All lines with labels as arrays; variant 0 of a line is the line itself."""

    def __init__(self, folder: Path) -> None:
        self.classes = (folder / "classes.txt").read_text().split()
        self.lines = [json.loads(s) for s in (folder / "lines.jsonl").read_text().splitlines()]
        table = np.fromfile(folder / "examples.u32", np.uint32).reshape(-1, 4).astype(np.int64)
        self.variants = int(table[:, 1].max()) + 1
        self.units, self.grams = table[:, 2], table[:, 3]
        self.deep_hash = np.fromfile(folder / "deep.u32", np.uint32)
        self.wide_hash = np.fromfile(folder / "wide.u32", np.uint32)
        self.deep_at = np.concatenate([[0], np.cumsum(self.units)])
        self.wide_at = np.concatenate([[0], np.cumsum(self.grams)])
        index = {c: i for i, c in enumerate(self.classes)}
        self.label = np.array([index[x["class"]] for x in self.lines])
        self.mood = np.array([MOODS.index(x["mood"]) if x["mood"] else -1 for x in self.lines])
        self.source = np.array([x["source"] for x in self.lines])
        self.lang = np.array([x["lang"] for x in self.lines])
        self.every = np.zeros((len(self.lines), len(self.classes)), np.float32)
        for i, x in enumerate(self.lines):
            for c in [x["class"], *x.get("also", [])]:
                self.every[i, index[c]] = 1

    def known(self, rows: np.ndarray, deep: int = 19000, wide: int = 94000) -> Known:
        """The features of some lines that tell most of their classes (by the G statistic), of those that two lines have
        at least."""
        prior = np.bincount(self.label[rows], minlength=len(self.classes)) / len(rows)
        line = np.repeat(np.arange(len(self.lines)), self.variants)
        mine = np.isin(np.arange(len(self.lines)), rows)

        def common(hashes: np.ndarray, owner: np.ndarray, most: int) -> np.ndarray:
            keep = mine[owner] & (hashes > 0)
            pairs = np.unique(owner[keep].astype(np.uint64) << np.uint64(32) | hashes[keep])
            names, at, count = np.unique((pairs & np.uint64(0xFFFFFFFF)).astype(np.uint32), return_inverse=True, return_counts=True)
            label = self.label[(pairs >> np.uint64(32)).astype(np.int64)]
            both, there = np.unique(at.astype(np.int64) * len(prior) + label, return_counts=True)
            part = there * np.log(there / (count[both // len(prior)] * prior[both % len(prior)]))
            told = np.bincount(both // len(prior), weights=part, minlength=len(names)) * (count > 1)
            order = np.argsort(-told, kind="stable")[:most]
            return np.sort(names[order[count[order] > 1]])

        return Known(common(self.deep_hash, np.repeat(line, self.units * SLOTS), deep), common(self.wide_hash, np.repeat(line, self.grams), wide))

    def use(self, known: Known) -> None:
        """From now on batches have the rows of these features; 0 for others."""
        self.deep = known.rows(known.deep, self.deep_hash).reshape(-1, SLOTS)
        self.wide = known.rows(known.wide, self.wide_hash)

    def target(self, rows: np.ndarray) -> np.ndarray:
        """What the softmax should say: most of it the main intent, the rest what else was asked for."""
        t = self.every[rows] * 0.3
        t[np.arange(len(rows)), self.label[rows]] = 1
        return t / t.sum(1, keepdims=True)

    def batch(self, rows: np.ndarray, variant: np.ndarray) -> Batch:
        """Features of one variant of each line."""
        at = rows * self.variants + variant
        deep = np.zeros((len(at), max(1, self.units[at].max()), SLOTS), np.int64)
        wide = np.zeros((len(at), self.grams[at].max()), np.int64)
        for i, k in enumerate(at):
            deep[i, : self.units[k]] = self.deep[self.deep_at[k] : self.deep_at[k + 1]]
            wide[i, : self.grams[k]] = self.wide[self.wide_at[k] : self.wide_at[k + 1]]
        return Batch(torch.from_numpy(deep), torch.from_numpy(wide))
