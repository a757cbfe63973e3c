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

REFUSED = 0.03  # share of the shop's lines that may count as outside
LEAST = 0.3  # of the threshold: a line that is two times likelier something else is not refused


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


def outside(p: np.ndarray, column: int, is_outside: np.ndarray) -> tuple[float, float]:
    """The threshold at which REFUSED of the other lines count as outside, and the share of outside lines it finds. The
    score is the probability of outside against the likeliest other class."""
    p = p[:, column] / (p[:, column] + np.delete(p, column, 1).max(1))
    ours = np.sort(p[~is_outside])
    threshold = float(ours[min(len(ours) - 1, int(np.ceil((1 - REFUSED) * len(ours))))])
    return threshold, float((p[is_outside] > threshold).mean()) if is_outside.any() else float("nan")


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
    nets = [load(c, len(data.classes)) for c in args.checkpoints]
    # A variant of each line too: calls are misheard.
    logits = [np.mean([np.concatenate([predict(n, data, rows, v)[k] for v in (0, 1)]) for n in nets], 0) for k in range(3)]
    label, mood, every = (np.concatenate([x[rows]] * 2) for x in (data.label, data.mood, data.every))
    kept = {"intent": temperature(logits[0], label), "wanted": platt(logits[1], every)}
    kept["mood"] = temperature(logits[2][mood >= 0], mood[mood >= 0])
    column = data.classes.index("out_of_scope")
    threshold, recall = outside(softmax(logits[0] / kept["intent"]), column, label == column)
    kept["outside"] = max(LEAST, threshold)
    args.out.write_text(json.dumps(kept) + "\n")
    half = len(rows)
    for name, part in (("as written", slice(0, half)), ("misheard", slice(half, None))):
        print(f"{name}: {100 * (logits[0][part].argmax(1) == label[part]).mean():.1f} % of {half}")
    print(f"out of scope: {100 * recall:.1f} % found at {100 * REFUSED:.0f} % refused;", kept)


if __name__ == "__main__":
    main()
