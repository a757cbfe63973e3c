"""Calibration: temperatures and the threshold of out_of_scope, fitted on sources that the network did not see.

    python3 -m models.recipe.understanding.calibrate --data DIR --out DIR/calibration.json --leave SOURCE... DIR/model.pt
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from scipy.optimize import minimize, minimize_scalar

from .examples import Examples
from .export import load
from .train import predict

# Thresholds of out_of_scope that are tried. With a lower one than these too much of what is said in few words is refused.
THRESHOLDS = np.arange(0.2, 0.51, 0.05)


def softmax(z: np.ndarray) -> np.ndarray:
    """Rows of probabilities."""
    e = np.exp(z - z.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


def temperature(z: np.ndarray, label: np.ndarray) -> float:
    """The divisor of the logits that makes the labels likeliest."""
    def cost(t: float) -> float:
        return -np.log(softmax(z / t)[np.arange(len(z)), label] + 1e-12).mean()

    return float(minimize_scalar(cost, bounds=(0.2, 5), method="bounded").x)


def platt(z: np.ndarray, there: np.ndarray) -> list[float]:
    """Scale and shift of logits that make what is there likeliest."""
    def cost(ab: np.ndarray) -> float:
        y = ab[0] * z + ab[1]
        return float((np.logaddexp(0, y) - there * y).mean())

    return [float(x) for x in minimize(cost, np.array([1.0, 0.0]), method="Nelder-Mead").x]


def outside(p: np.ndarray, column: int, label: np.ndarray) -> tuple[float, float, float]:
    """The threshold with which most lines are right, the share of other lines that it refuses and of outside lines that
    it finds. The score is the probability of outside against the likeliest other class."""
    others = p.copy()
    others[:, column] = -1
    score, other = p[:, column] / (p[:, column] + others.max(1)), others.argmax(1)
    right = [(np.where(score >= t, column, other) == label).mean() for t in THRESHOLDS]
    threshold = float(THRESHOLDS[int(np.argmax(right))])
    return threshold, float((score >= threshold)[label != column].mean()), float((score >= threshold)[label == column].mean())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--leave", nargs="+", required=True)
    parser.add_argument("checkpoints", type=Path, nargs="+")
    args = parser.parse_args()
    torch.set_num_threads(1)
    data = Examples(args.data)
    rows = np.flatnonzero(np.isin(data.source, args.leave))
    nets, known = zip(*(load(c, len(data.classes)) for c in args.checkpoints))
    data.use(known[0])
    # A variant of each line too: calls are misheard.
    logits = [np.mean([np.concatenate([predict(n, data, rows, v)[k] for v in (0, 1)]) for n in nets], 0) for k in range(3)]
    label, mood, every = (np.concatenate([x[rows]] * 2) for x in (data.label, data.mood, data.every))
    kept = {"intent": temperature(logits[0], label), "wanted": platt(logits[1], every)}
    kept["mood"] = temperature(logits[2][mood >= 0], mood[mood >= 0])
    column = data.classes.index("out_of_scope")
    kept["outside"], refused, found = outside(softmax(logits[0] / kept["intent"]), column, label)
    args.out.write_text(json.dumps(kept) + "\n")
    half = len(rows)
    for name, part in (("as written", slice(0, half)), ("misheard", slice(half, None))):
        print(f"{name}: {100 * (logits[0][part].argmax(1) == label[part]).mean():.1f} % of {half}")
    print(f"out of scope: {100 * found:.1f} % found, {100 * refused:.1f} % of others refused;", kept)


if __name__ == "__main__":
    main()
