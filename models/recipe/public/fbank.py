"""Kaldi's log-mel features, written down once more in double precision from their definition.

The program's own extractor (asr/fbank) is checked against the numbers that this file computes:

    python3 -m models.recipe.public.fbank asr/fbank/testdata/golden.json
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

RATE, WINDOW, HOP, SIZE, MELS = 16000, 400, 160, 512, 80
LOW, HIGH = 20.0, RATE / 2 - 400.0


def mel(hertz: np.ndarray | float) -> np.ndarray:
    return 1127.0 * np.log1p(np.asarray(hertz) / 700.0)


def filters() -> np.ndarray:
    """[MELS, SIZE // 2] triangles, linear in mel."""
    edges = np.linspace(mel(LOW), mel(HIGH), MELS + 2)
    at = mel(np.arange(SIZE // 2) * RATE / SIZE)
    rising = (at[None, :] - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - at[None, :]) / (edges[2:] - edges[1:-1])[:, None]
    return np.maximum(0.0, np.minimum(rising, falling))


def fbank(pcm: np.ndarray) -> np.ndarray:
    """[frames, MELS] float64 of int16 samples: every frame that ends within the signal."""
    wave = np.asarray(pcm, dtype=np.float64) / 32768.0
    lead = (WINDOW - HOP) // 2
    wave = np.concatenate([wave[:lead][::-1], wave])
    count = max(0, (len(wave) - WINDOW) // HOP + 1)
    frames = wave[np.arange(count)[:, None] * HOP + np.arange(WINDOW)[None, :]]
    frames = frames - frames.mean(axis=1, keepdims=True)
    earlier = np.concatenate([frames[:, :1], frames[:, :-1]], axis=1)
    shape = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(WINDOW) / (WINDOW - 1))) ** 0.85
    power = np.abs(np.fft.rfft((frames - 0.97 * earlier) * shape, SIZE)) ** 2
    energy = power[:, : SIZE // 2] @ filters().T
    return np.log(np.maximum(energy, np.finfo(np.float32).eps))


def sound(count: int) -> np.ndarray:
    """A test signal of integers only: two gliding triangles, noise, an offset, and a stretch of nothing."""
    out, seed, phases = [], 12345, [0, 0]
    for i in range(count):
        seed = (1103515245 * seed + 12345) % (1 << 31)
        phases = [(phases[0] + 130 + i // 20) % RATE, (phases[1] + 1900 - i // 10) % RATE]
        value = 500 + (seed >> 16) % 301 - 150
        value += sum((abs(2 * p - RATE) - RATE // 2) // (2 + k) for k, p in enumerate(phases))
        out.append(0 if 3000 <= i < 4200 else value)
    return np.array(out, dtype=np.int16)


def main() -> None:
    count = 8000
    pcm = sound(count)
    table = fbank(pcm)
    chosen = [0, 1, 2, 10, 19, 22, 24, 27, 35, len(table) - 1]
    golden = {
        "samples": count, "frames": len(table), "last_samples": pcm[-4:].tolist(), "frame_index": chosen,
        "fbank": [[round(float(v), 4) for v in table[i]] for i in chosen],
    }
    Path(sys.argv[1]).write_text(json.dumps(golden) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
