"""Damage to speech: it stays speech, of the length it had."""

from __future__ import annotations

import unittest

try:
    import numpy as np
    import scipy  # noqa: F401
except ImportError as missing:
    raise unittest.SkipTest(f"augmentation needs {missing.name}") from missing

from ..augment import BANKS, CODECS, Augmenter
from ..features import HOP, MELS, RATE, WINDOW, Norm


def burst(seconds: float) -> np.ndarray:
    """Something loud, in +-1."""
    t = np.arange(int(RATE * seconds)) / RATE
    return (0.3 * np.sin(2 * np.pi * 220 * t) * (1 + np.sin(2 * np.pi * 3 * t))).astype(np.float32)


class AugmenterTest(unittest.TestCase):
    def setUp(self) -> None:
        self.noise = (np.random.default_rng(9).standard_normal(RATE * 30) * 900).astype(np.int16)

    def test_lengths_and_values(self) -> None:
        augment = Augmenter(Norm(), self.noise, 3)
        for k in range(40):
            seconds, tempo = 0.3 + k % 5 / 2, 0.7 + k % 7 / 10
            views, speech = augment.features(burst(seconds), 0, tempo, k % 2 == 0, burst(1) if k % 3 == 0 else None, 1 + k % 2)
            self.assertEqual(len(views), 1 + k % 2)
            for y in views:
                self.assertEqual(y.shape, (len(speech), MELS))
                self.assertTrue(np.isfinite(y).all())
            self.assertTrue(((speech >= 0) & (speech <= 1)).all())
            # The quiet added before and after is 0.3 to 4 s; the rest is the speech at its tempo.
            shortest, longest = (RATE * (seconds + 0.3) - WINDOW) / (HOP * tempo), RATE * (seconds + 4) / (HOP * tempo) + 1
            self.assertTrue(shortest - 2 <= len(speech) <= longest + 2, (len(speech), shortest, longest))
            # Half of the speech at the least counts as speech, and the quiet does not.
            spoken = float(speech.sum()) * HOP * tempo / RATE
            self.assertTrue(0.5 * seconds - 0.1 <= spoken <= seconds + 0.6, (spoken, seconds))

    def test_noise_alone_is_no_speech(self) -> None:
        augment = Augmenter(Norm(), self.noise, 4)
        for _ in range(10):
            (y,), speech = augment.features(None, 2.0, 1.0, True, None)
            self.assertEqual(speech.max(), 0)
            self.assertEqual(len(y), len(speech))

    def test_one_seed_one_example(self) -> None:
        first, second = (Augmenter(Norm(), self.noise, 5).features(burst(1), 0, 1.0, True, None)[0][0] for _ in range(2))
        np.testing.assert_array_equal(first, second)

    def test_without_recorded_noise(self) -> None:
        augment = Augmenter(Norm(), np.zeros(0, np.int16), 6)
        for _ in range(10):
            self.assertTrue(np.isfinite(augment.features(burst(0.5), 0, 1.0, True, None)[0][0]).all())

    def test_levels_and_ratios_of_calls(self) -> None:
        augment = Augmenter(Norm(), self.noise, 8)
        ratios = [augment.ratio() for _ in range(400)]
        self.assertTrue(3 <= min(ratios) < 6 and 25 < max(ratios) <= 30)
        self.assertGreater(sum(r < 13 for r in ratios), 180)
        levels = [augment.loudness(True) for _ in range(400)]
        self.assertTrue(6 <= min(levels) and 45 < max(levels) <= 52)

    def test_companding(self) -> None:
        samples = np.arange(-32768, 32768, 7).astype(np.int16)
        for law, table in CODECS.items():
            coded = table[samples.view(np.uint16)]
            self.assertLess(np.abs(coded - samples / 32768).max(), 0.025, law)
            self.assertTrue((np.diff(coded) >= 0).all(), law)
            self.assertLessEqual(len(np.unique(coded)), 257, law)

    def test_every_imagined_tract_hears_everything(self) -> None:
        for bank in BANKS:
            self.assertEqual(bank.shape, BANKS[0].shape)
            self.assertTrue((bank.sum(axis=0) > 0).all() and (bank >= 0).all())


if __name__ == "__main__":
    unittest.main()
