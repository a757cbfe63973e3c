"""The mixture that training hears, drawn from a work folder made here."""

from __future__ import annotations

import contextlib
import io
import itertools
import tempfile
import unittest
from pathlib import Path

try:
    import numpy as np
    import scipy  # noqa: F401
    import torch
except ImportError as missing:
    raise unittest.SkipTest(f"batches need {missing.name}") from missing

from .. import corpora
from ..batches import Mixture, collate
from ..features import MELS, RATE, Norm
from ..units import Units

ROWS = {
    "synth": [("rnd1", "wo3 yao4 tui4 huo4", "caller", "zh"), ("rnd2", "yao1 san1 wu3 ba1", "digits", "zh"), ("f1", "HH AH L OW", "english", "en"), ("f1", "ni3 qqq3", "caller", "zh")],
    "mandarin-many": [("a", "ni3 hao3", "", ""), ("b", "zai4 jian4", "", "")],
    "syllables": [("c", "ma1", "", ""), ("c", "ba4", "", "")],
}


def work_folder(folder: Path) -> Path:
    """Corpora of loud clips of 1 s."""
    dice = np.random.default_rng(1)
    for name, rows in ROWS.items():
        sound = (dice.standard_normal(RATE * len(rows)) * 4000).astype(np.int16)
        sound.tofile(folder / f"{name}.s16")
        lines = ["start\tsamples\tspeaker\tpinyin\ttext\tkind\tlang"]
        lines += [f"{RATE * k}\t{RATE}\t{speaker}\t{pinyin}\tx\t{kind}\t{lang}" for k, (speaker, pinyin, kind, lang) in enumerate(rows)]
        (folder / f"{name}.tsv").write_text("\n".join(lines) + "\n")
    return folder


class MixtureTest(unittest.TestCase):
    def setUp(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.said = io.StringIO()
        with contextlib.redirect_stdout(self.said):
            self.mixture = Mixture(work_folder(Path(self.folder.name)), Norm(), 3, 5)

    def test_babble_is_as_long_as_asked_and_never_silent(self) -> None:
        for size in (RATE // 2, RATE * 3):
            for _ in range(10):
                sound = self.mixture.babble(size)
                self.assertEqual(len(sound), size)
                self.assertTrue(np.isfinite(sound).all())
                self.assertGreater(float(np.sqrt(np.mean(sound**2))), 500)

    def test_bad_lines_are_dropped_and_counted(self) -> None:
        self.assertIn("synth: 1 lines dropped", self.said.getvalue())

    def test_batches_can_be_learnt(self) -> None:
        seen = set()
        for batch in itertools.islice(self.mixture, 25):
            count, longest, mels = batch.feats.shape
            self.assertEqual((mels, longest % 4), (MELS, 0))
            self.assertEqual(batch.speech.shape, (count, longest // 4))
            self.assertTrue(torch.isfinite(batch.feats).all())
            self.assertEqual([len(batch.labels), len(batch.english), len(batch.steps), len(batch.twins)], [count] * 4)
            for labels, steps, english in zip(batch.labels, batch.steps, batch.english):
                self.assertLessEqual(int(steps), longest // 4)
                # CTC wants a step for each unit, and one more between equals.
                again = sum(int(a) == int(b) for a, b in zip(labels, labels[1:]))
                self.assertLessEqual(len(labels) + again, int(steps))
                size = len(Units().en) if english else len(Units().zh)
                self.assertTrue(all(0 < int(k) < size for k in labels))
                seen.add(tuple(int(k) for k in labels))
        units = Units()
        self.assertIn(tuple(units.pinyin("yao1 san1 wu3 ba1")), seen)

    def test_noise_has_nothing_to_learn(self) -> None:
        self.mixture.chosen, self.mixture.weight = ["noise"], np.ones(1)
        for _ in range(5):
            ((y, speech, labels, _, pair),) = self.mixture.example()
            self.assertEqual((labels, pair, float(speech.max())), ([], 0, 0))
            self.assertEqual(len(y), len(speech))

    def test_twins_stand_side_by_side(self) -> None:
        examples = [view for _ in range(60) for view in self.mixture.example()]
        pairs = [k for *_, k in examples if k]
        self.assertTrue(pairs)
        for number in set(pairs):
            (first, speech, labels, *_), (second, *rest) = [e for e in examples if e[-1] == number]
            self.assertEqual(first.shape, second.shape)
            self.assertEqual(labels, rest[1])
            np.testing.assert_array_equal(speech, rest[0])


class CollateTest(unittest.TestCase):
    def test_pads_with_nothing(self) -> None:
        short, long = np.ones((5, MELS), np.float32), np.ones((9, MELS), np.float32)
        batch = collate([(short, np.ones(5, np.float32), [1, 2], False, 0), (long, np.ones(9, np.float32), [3], True, 0)])
        self.assertEqual(batch.feats.shape, (2, 12, MELS))
        self.assertEqual(batch.steps.tolist(), [2, 3])
        self.assertEqual(float(batch.feats[0, 5:].abs().sum()), 0)
        self.assertEqual(batch.speech.tolist(), [[1, 1, 0], [1, 1, 1]])
        self.assertEqual(batch.english.tolist(), [False, True])


class CorporaTest(unittest.TestCase):
    def test_variant_spellings(self) -> None:
        self.assertEqual(corpora.tidy("nuu3 jv2 lv4"), "nv3 ju2 lv4")

    def test_absent_corpora_are_skipped(self) -> None:
        with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()) as said:
            self.assertFalse(corpora.decode(Path(folder), Path(folder), "syllables"))
            self.assertEqual(corpora.training_sets(Path(folder)), {})
            self.assertEqual(len(corpora.noise(Path(folder))), 0)
        self.assertIn("skipped", said.getvalue())


if __name__ == "__main__":
    unittest.main()
