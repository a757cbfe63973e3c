"""Trains the understanding model on the examples of main.go.

    python3 -m models.recipe.understanding.train --data DIR --out DIR/model.pt
"""

from __future__ import annotations

import argparse
import copy
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

from .examples import Batch, Examples, Known
from .network import Network, joined

SHARE = {"callers.zh": 0.4, "callers.en": 0.7, "joined.zh": 0.5, "joined.en": 0.5}  # how often a pass draws a line
RELIABLE = ("cast", "ways", "told", "beside", "daily")  # sources whose moods were all tagged by one rule


def losses(
    net: Network, batch: Batch, target: torch.Tensor, every: torch.Tensor, mood: torch.Tensor, weight: torch.Tensor, trust: torch.Tensor
) -> torch.Tensor:
    """Cross entropy of the whole and of each half, of every intent apart, and of the mood where it is known."""
    outputs = net(batch.deep, batch.wide)
    intent, apart, feeling = joined(outputs)

    def cost(z: torch.Tensor) -> torch.Tensor:
        return (-(target * z.log_softmax(-1)).sum(-1) * weight).mean()

    loss = cost(intent) + 0.3 * cost(outputs[0]) + 0.3 * cost(outputs[2])
    loss = loss + 10 * (F.binary_cross_entropy_with_logits(apart, every, reduction="none").mean(-1) * weight).mean()
    known = mood >= 0
    if known.any():
        for z, share in ((feeling, 1.5), (outputs[1], 0.3), (outputs[4], 0.3)):
            ce = F.cross_entropy(z[known], mood[known], label_smoothing=0.05, reduction="none")
            loss = loss + share * (ce * trust[known]).mean()
    return loss


def mood_weights(data: Examples, rows: np.ndarray) -> np.ndarray:
    """How much the mood of each line counts: rare ones more, those of files tagged by another rule less."""
    trust = np.array([1.0 if s.startswith(RELIABLE) else 0.2 for s in data.source[rows]]) * (data.mood[rows] >= 0)
    count = np.bincount(np.maximum(data.mood[rows], 0), weights=trust, minlength=4)
    trust *= (count.max() / np.maximum(count, 1))[np.maximum(data.mood[rows], 0)] ** 0.5
    return (trust / max(1e-9, trust[data.mood[rows] >= 0].mean())).astype(np.float32) if trust.any() else trust.astype(np.float32)


def order(dice: np.random.Generator, data: Examples, rows: np.ndarray, variant: np.ndarray, size: int, share: np.ndarray) -> list[np.ndarray]:
    """Batches of rows (places in rows) of like length, shuffled; a row with a share below 1 is not always there."""
    places = dice.permutation(np.flatnonzero(dice.random(len(rows)) < share))
    chunks = []
    for start in range(0, len(places), size * 24):
        part = places[start : start + size * 24]
        part = part[np.argsort(data.units[rows[part] * data.variants + variant[part]], kind="stable")]
        chunks += [part[i : i + size] for i in range(0, len(part), size)]
    return [chunks[i] for i in dice.permutation(len(chunks))]


def train(
    data: Examples, known: Known, rows: np.ndarray, epochs: int, seed: int, width: int, peak: float, size: int = 96, report: Callable[[Network], str] | None = None
) -> Network:
    """The network after so many passes over rows, averaged over the later ones. A pass draws each line as often as its
    source says."""
    torch.manual_seed(seed)
    dice = np.random.default_rng(seed)
    net = Network(len(data.classes), 4, len(known.deep), len(known.wide), width)
    data.use(known)
    mean, averaged = copy.deepcopy(net), 0
    share = np.array([SHARE.get(s, 1.0) for s in data.source[rows]])
    count = np.bincount(data.label[rows], weights=share, minlength=len(data.classes))
    weight = count[data.label[rows]] ** -0.5
    weight = torch.from_numpy((weight / weight.mean()).astype(np.float32))
    trust = torch.from_numpy(mood_weights(data, rows))
    target = torch.from_numpy(data.target(rows)) * 0.92 + 0.08 / len(data.classes)
    every, mood = torch.from_numpy(data.every[rows]), torch.from_numpy(data.mood[rows])
    rest = [p for p in net.parameters() if p is not net.units.weight and p is not net.grams.weight]
    adam = torch.optim.AdamW(rest, lr=peak, betas=(0.9, 0.98), weight_decay=0.02)
    lazy = torch.optim.SparseAdam([net.units.weight], lr=peak, betas=(0.9, 0.98))
    ada = torch.optim.Adagrad([net.grams.weight], lr=0.15, eps=1e-6)
    steps = epochs * int(share.sum() // size + 1)
    rates = [torch.optim.lr_scheduler.LambdaLR(o, lambda s: min((s + 1) / (0.06 * steps), max(0.05, 1.06 * (1 - s / steps)))) for o in (adam, lazy, ada)]
    for epoch in range(epochs):
        net.train()
        began, total, seen = time.process_time(), 0.0, 0
        variant = np.where(dice.random(len(rows)) < 0.3, 0, dice.integers(0, data.variants, len(rows)))
        for part in order(dice, data, rows, variant, size, share):
            loss = losses(net, data.batch(rows[part], variant[part]), target[part], every[part], mood[part], weight[part], trust[part])
            net.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(rest, 2.0)
            for step in (adam, lazy, ada, *rates):
                step.step()
            total, seen = total + loss.item() * len(part), seen + len(part)
        if epoch >= 0.6 * epochs:
            averaged += 1
            with torch.no_grad():
                for a, b in zip(mean.parameters(), net.parameters()):
                    a.lerp_(b, 1 / averaged)
        if report and (epoch % 4 == 3 or epoch == epochs - 1):
            print(f"{epoch + 1}: loss {total / seen:.3f}, {time.process_time() - began:.0f} s;", report(mean if averaged else net), flush=True)
    return mean.eval()


def predict(net: Network, data: Examples, rows: np.ndarray, variant: int = 0) -> list[np.ndarray]:
    """Logits of intent, every intent and mood of one variant of each line."""
    net.eval()
    out: list[list[np.ndarray]] = [[], [], []]
    with torch.no_grad():
        for i in range(0, len(rows), 128):
            part = rows[i : i + 128]
            batch = data.batch(part, np.full(len(part), variant))
            for kept, z in zip(out, joined(net(batch.deep, batch.wide))):
                kept.append(z.numpy())
    return [np.concatenate(z) for z in out]


def macro_f1(want: np.ndarray, got: np.ndarray, classes: int) -> float:
    """The mean of the classes' F1, of those that occur."""
    scores = []
    for c in range(classes):
        hit, said, there = ((want == c) & (got == c)).sum(), (got == c).sum(), (want == c).sum()
        if there:
            scores.append(2 * hit / (said + there))
    return float(np.mean(scores))


def branches(net: Network, data: Examples, rows: np.ndarray) -> str:
    """Accuracy of each half alone."""
    net.eval()
    right = np.zeros(2)
    with torch.no_grad():
        for i in range(0, len(rows), 128):
            part = rows[i : i + 128]
            batch = data.batch(part, np.zeros(len(part), np.int64))
            outputs = net(batch.deep, batch.wide)
            right += [(outputs[k].argmax(1).numpy() == data.label[part]).sum() for k in (0, 2)]
    return "n-grams alone {:.1f}, units alone {:.1f}".format(*(100 * right / len(rows)))


def reporter(data: Examples, rows: np.ndarray) -> Callable[[Network], str]:
    """Accuracy by source, and the mood's macro F1."""

    def report(net: Network) -> str:
        out = []
        for lang in ("zh", "en"):
            part = rows[data.lang[rows] == lang]
            if not len(part):
                continue
            intent, _, mood = predict(net, data, part)
            right = intent.argmax(1) == data.label[part]
            out.append(f"{lang} {100 * right.mean():.1f}")
            out += [f"{s} {100 * right[data.source[part] == s].mean():.1f}" for s in sorted(set(data.source[part]))]
            known = data.mood[part] >= 0
            if known.any():
                out.append(f"mood {macro_f1(data.mood[part][known], mood[known].argmax(1), 4):.3f}")
        return ", ".join([*out, branches(net, data, rows)])

    return report


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--leave", nargs="*", default=[], help="sources to measure on instead of training")
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--width", type=int, default=64)
    parser.add_argument("--peak", type=float, default=3e-3)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    data = Examples(args.data)
    away = np.isin(data.source, args.leave)
    rows, held = np.flatnonzero(~away), np.flatnonzero(away)
    print(len(rows), "lines to train on,", len(held), "to measure on", flush=True)
    known = data.known(rows)
    print(len(known.deep), "features of units,", len(known.wide), "n-grams", flush=True)
    net = train(data, known, rows, args.epochs, args.seed, args.width, args.peak, report=reporter(data, held) if len(held) else None)
    if args.out:
        torch.save({"net": net.state_dict(), "width": args.width, "deep": known.deep, "wide": known.wide}, args.out)


if __name__ == "__main__":
    main()
