"""The mean of two checkpoints."""

from __future__ import annotations

import unittest

try:
    import torch
except ImportError as missing:
    raise unittest.SkipTest(f"checkpoints need {missing.name}") from missing

from ..average import mean


class AverageTest(unittest.TestCase):
    def test_half_of_each(self) -> None:
        got = mean({"a": torch.tensor([1.0, 2.0])}, {"a": torch.tensor([3.0, 6.0])})
        self.assertEqual(got["a"].tolist(), [2.0, 4.0])

    def test_other_shapes_are_refused(self) -> None:
        with self.assertRaises(SystemExit):
            mean({"a": torch.zeros(2)}, {"a": torch.zeros(3)})
