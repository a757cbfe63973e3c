"""Log-mel features and the running mean, as the recogniser computes them.

8 kHz samples scaled to +-1; window 200 (symmetric Hann), hop 80, no padding, FFT
256, 40 HTK-mel triangles 60-3800 Hz without area normalisation, ln(max(x, 1e-8)).
The running mean forgets the line and the voice of a call, causally: see Norm.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

RATE, WINDOW, HOP, FFT, MELS = 8000, 200, 80, 256, 40
LOW, HIGH, FLOOR = 60.0, 3800.0, 1e-8
HANN = np.hanning(WINDOW).astype(np.float32)


def mel_bank(warp: float = 1.0, bends: tuple[float, ...] = ()) -> np.ndarray:
    """[129, 40] triangles; warp > 1 moves the filters up, as for a shorter vocal tract.

    bends are further factors at 0, 700, 1500, 2600 and 3800 Hz with straight lines
    between: no two vocal tracts differ by one factor alone.
    """
    def mel(f: np.ndarray | float) -> np.ndarray:
        return 2595 * np.log10(1 + np.asarray(f) / 700)

    def hertz(m: np.ndarray) -> np.ndarray:
        return 700 * (10 ** (m / 2595) - 1)

    edges = hertz(np.linspace(mel(LOW), mel(HIGH), MELS + 2))
    if warp != 1.0:
        # Linear warp up to a knee, then straight to the top, so that no filter leaves the band.
        knee = HIGH * 0.8 / max(warp, 1.0)
        top = warp * knee
        edges = np.where(edges <= knee, edges * warp, top + (edges - knee) * (HIGH - top) / (HIGH - knee))
    if bends:
        edges = edges * np.interp(edges, (0, 700, 1500, 2600, HIGH), bends)
        edges = np.minimum(np.maximum.accumulate(edges), HIGH * 1.04)
        edges[1:] = np.maximum(edges[1:], edges[:-1] + 8.0)
    points, bins = mel(edges), mel(np.arange(FFT // 2 + 1) * RATE / FFT)
    up = (bins[:, None] - points[None, :-2]) / (points[1:-1] - points[:-2])
    down = (points[None, 2:] - bins[:, None]) / (points[2:] - points[1:-1])
    return np.maximum(0, np.minimum(up, down)).astype(np.float32)


PLAIN = mel_bank()


def power_spectrum(samples: np.ndarray) -> np.ndarray:
    """[T, 129] power of every whole frame of float32 samples in +-1."""
    if len(samples) < WINDOW:
        return np.zeros((0, FFT // 2 + 1), np.float32)
    frames = np.lib.stride_tricks.sliding_window_view(samples, WINDOW)[::HOP] * HANN
    spectrum = np.fft.rfft(frames, FFT)
    return (spectrum.real**2 + spectrum.imag**2).astype(np.float32)


def log_mel(samples: np.ndarray, bank: np.ndarray = PLAIN) -> np.ndarray:
    """[T, 40] natural-log mel energies."""
    return np.log(np.maximum(power_spectrum(samples) @ bank, FLOOR))


@dataclass
class Norm:
    """Running mean: level tracker p, gated count n, mean m.

    e_t = mean(x_t); p_t = max(e_t, p_{t-1} - decay); w_t = e_t > p_t - gate;
    n_t = min(n_{t-1} + w_t, cap); m_t += w_t (x_t - m_{t-1}) / n_t; y_t = x_t - m_t.
    """

    prior: np.ndarray = field(default_factory=lambda: np.zeros(MELS, np.float32))
    decay: float = 0.004
    gate: float = 4.0
    n0: float = 50.0
    cap: float = 1000.0
    peak: float = 0.0

    def apply(self, x: np.ndarray, mean: np.ndarray | None = None, count: float | None = None, peak: float | None = None) -> np.ndarray:
        """y for a whole utterance; mean, count, peak start a call that is already under way."""
        steps = np.arange(len(x), dtype=np.float64)
        energy = x.mean(axis=1, dtype=np.float64)
        start = self.peak if peak is None else peak
        level = np.maximum(np.maximum.accumulate(energy + self.decay * steps), start - self.decay) - self.decay * steps
        heard = energy > level - self.gate
        m = np.array(self.prior if mean is None else mean, np.float64)
        n = float(self.n0 if count is None else count)
        counts = n + np.cumsum(heard)
        grow = int(np.searchsorted(counts, self.cap, side="right"))
        means = np.empty((len(x), x.shape[1]))
        sums = np.cumsum(np.where(heard[:grow, None], x[:grow], 0.0), axis=0, dtype=np.float64)
        means[:grow] = (n * m + sums) / counts[:grow, None]
        m = means[grow - 1] if grow else m
        for t in range(grow, len(x)):
            if heard[t]:
                m = m + (x[t] - m) / self.cap
            means[t] = m
        return (x - means).astype(np.float32)

    def metadata(self) -> dict[str, str]:
        """The constants for the model file."""
        return {
            "norm_prior": " ".join(f"{v:.5f}" for v in self.prior), "norm_decay": repr(self.decay),
            "norm_gate": repr(self.gate), "norm_n0": repr(self.n0), "norm_cap": repr(self.cap),
            "norm_peak": f"{self.peak:.5f}",
        }


def measure(clips: list[np.ndarray], gate: float = 4.0) -> tuple[np.ndarray, float]:
    """Prior mean over speech frames and the typical level of the loudest frames of int16 clips."""
    frames, peaks = [], []
    for clip in clips:
        x = log_mel(clip.astype(np.float32) / 32768)
        energy = x.mean(axis=1)
        top = np.percentile(energy, 95) if len(energy) else 0.0
        frames.append(x[energy > top - gate])
        peaks.append(top)
    return np.concatenate(frames).mean(axis=0).astype(np.float32), float(np.median(peaks))
