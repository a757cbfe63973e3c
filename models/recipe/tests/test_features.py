"""Features against the golden vectors that the recogniser is tested with as well."""

from __future__ import annotations

import json
import unittest
from pathlib import Path

try:
    import numpy as np
except ImportError as missing:
    raise unittest.SkipTest(f"features need {missing.name}") from missing

from .. import features
from ..features import HOP, MELS, WINDOW, Norm

SHIPPED = Path(__file__).parents[2] / "hearing"


def glide(size: int) -> np.ndarray:
    """The test sound as golden.json describes it, made here a second time, in +-1."""
    seed, out = 12345, np.zeros(size, np.int16)
    for i in range(size):
        seed = (1103515245 * seed + 12345) % 2**31
        loud = 0.0 if 4000 <= i < 5600 else 6000.0
        tones = loud * np.sin(2 * np.pi * (200 + i / 16) * i / 8000) + loud / 2 * np.sin(2 * np.pi * 1250 * i / 8000)
        out[i] = int(tones + (seed / 2**31 - 0.5) * 600)
    return out.astype(np.float32) / 32768


class GoldenTest(unittest.TestCase):
    def setUp(self) -> None:
        self.golden = json.loads((SHIPPED / "testdata" / "golden.json").read_text())
        self.raw = features.log_mel(glide(self.golden["samples"]))

    def test_log_mels(self) -> None:
        self.assertGreaterEqual(len(self.raw), self.golden["frames"])
        for row, at in enumerate(self.golden["frame_index"]):
            np.testing.assert_allclose(self.raw[at], self.golden["raw"][row], atol=1e-3)

    def test_running_mean(self) -> None:
        try:
            import onnx
        except ImportError as missing:
            self.skipTest(f"the constants lie in the model file; reading it needs {missing.name}")
        kept = {e.key: e.value for e in onnx.load(str(SHIPPED / "acoustic.onnx")).metadata_props}
        norm = Norm(np.array([float(v) for v in kept["norm_prior"].split()]), *(float(kept[f"norm_{k}"]) for k in ("decay", "gate", "n0", "cap", "peak")))
        y = norm.apply(self.raw)
        for row, at in enumerate(self.golden["frame_index"]):
            np.testing.assert_allclose(y[at], self.golden["normalised"][row], atol=1e-3)


def by_the_formula(norm: Norm, x: np.ndarray) -> np.ndarray:
    """The running mean frame by frame, as the docstring of Norm writes it."""
    level, count, mean, out = norm.peak, norm.n0, norm.prior.astype(np.float64), []
    for frame in x.astype(np.float64):
        energy = frame.mean()
        level = max(energy, level - norm.decay)
        if energy > level - norm.gate:
            count = min(count + 1, norm.cap)
            mean = mean + (frame - mean) / count
        out.append(frame - mean)
    return np.array(out)


class NormTest(unittest.TestCase):
    def test_is_its_formula(self) -> None:
        dice = np.random.default_rng(1)
        x = (dice.standard_normal((400, MELS)) + 4 * np.sin(np.arange(400) / 30)[:, None]).astype(np.float32)
        norm = Norm(prior=np.full(MELS, 0.5, np.float32), n0=20, cap=100, peak=1.0)
        np.testing.assert_allclose(norm.apply(x), by_the_formula(norm, x), atol=1e-4)

    def test_forgets_the_level_of_a_call(self) -> None:
        dice = np.random.default_rng(2)
        x = dice.standard_normal((3000, MELS)).astype(np.float32)
        quiet = Norm(peak=-6.0).apply(x - 6)
        np.testing.assert_allclose(quiet[-200:].mean(), Norm().apply(x)[-200:].mean(), atol=0.05)


class LogMelTest(unittest.TestCase):
    def test_lengths(self) -> None:
        for size, frames in {0: 0, WINDOW - 1: 0, WINDOW: 1, WINDOW + HOP - 1: 1, WINDOW + HOP: 2, 8000: 98}.items():
            self.assertEqual(features.log_mel(np.zeros(size, np.float32)).shape, (frames, MELS))

    def test_a_tone_is_loudest_in_its_band(self) -> None:
        tone = np.sin(2 * np.pi * 1000 * np.arange(4000) / 8000).astype(np.float32)
        edges = 700 * (10 ** (np.linspace(2595 * np.log10(1 + 60 / 700), 2595 * np.log10(1 + 3800 / 700), MELS + 2) / 2595) - 1)
        loudest = int(features.log_mel(tone).mean(axis=0).argmax())
        self.assertTrue(edges[loudest] <= 1000 <= edges[loudest + 2])

    def test_a_longer_tract_moves_the_filters_down(self) -> None:
        def middle(bank: np.ndarray) -> np.ndarray:
            return (np.arange(len(bank))[:, None] * bank).sum(axis=0) / bank.sum(axis=0)

        plain = middle(features.mel_bank())[3:]
        self.assertTrue((middle(features.mel_bank(1.15))[3:-1] > plain[:-1]).all())
        self.assertTrue((middle(features.mel_bank(0.88))[3:] < plain).all())
        for warp in (0.84, 1.0, 1.18):
            self.assertTrue((features.mel_bank(warp).sum(axis=0) > 0).all())


if __name__ == "__main__":
    unittest.main()
