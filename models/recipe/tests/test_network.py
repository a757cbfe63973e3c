"""The network looks back only: what comes in chunks is what comes at once."""

from __future__ import annotations

import unittest

try:
    import numpy as np
    import torch
except ImportError as missing:
    raise unittest.SkipTest(f"the network needs {missing.name}") from missing

from ..evaluate import distance
from ..network import Acoustic
from ..train import rate


class AcousticTest(unittest.TestCase):
    def setUp(self) -> None:
        torch.manual_seed(3)
        self.model = Acoustic(21, 9, dim=16, hidden=32, blocks=2).eval()
        for block in self.model.blocks:
            torch.nn.init.normal_(block.norm.bias)
        self.feats = torch.from_numpy(np.random.default_rng(4).standard_normal((3, 96, 40)).astype(np.float32))

    def run_in(self, sizes: list[int]) -> list[torch.Tensor]:
        """Outputs of all streams, fed in chunks of these sizes."""
        state, outs, at = self.model.start(len(self.feats)), [], 0
        with torch.no_grad():
            for size in sizes:
                *out, state = self.model(self.feats[:, at : at + size], state)
                outs.append(out)
                at += size
        return [torch.cat(parts, dim=1) for parts in zip(*outs)] + [state]

    def test_chunks_equal_the_whole(self) -> None:
        for whole, parts in zip(self.run_in([96]), self.run_in([4, 8, 16, 4, 64])):
            torch.testing.assert_close(whole, parts, atol=1e-5, rtol=1e-5)

    def test_streams_do_not_hear_each_other(self) -> None:
        together = self.run_in([96])
        self.feats = self.feats[1:2]
        for all_streams, alone in zip(together, self.run_in([96])):
            torch.testing.assert_close(all_streams[1:2], alone, atol=1e-5, rtol=1e-5)

    def test_outputs_are_probabilities(self) -> None:
        zh, en, speech, _ = self.run_in([96])
        for scores in (zh, en):
            torch.testing.assert_close(scores.exp().sum(dim=2), torch.ones(3, 24), atol=1e-4, rtol=0)
        self.assertTrue(bool(((speech > 0) & (speech < 1)).all()))


class MeasureTest(unittest.TestCase):
    def test_edit_distance(self) -> None:
        for a, b, want in (([], [], 0), ([1, 2, 3], [], 3), ([1, 2, 3, 4], [2, 3, 4, 5], 2), ([1, 2], [2, 1], 2), ([7], [7], 0)):
            self.assertEqual(distance(a, b), want)
            self.assertEqual(distance(b, a), want)

    def test_learning_rate_warms_up_and_ends_near_nothing(self) -> None:
        rates = [rate(k / 1000, 1.0) for k in range(1001)]
        self.assertLess(rates[0], 0.1)
        self.assertAlmostEqual(max(rates), 1.0, places=2)
        self.assertLess(rates[-1], 0.02)
        top = rates.index(max(rates))
        self.assertEqual(rates[top:], sorted(rates[top:], reverse=True))


if __name__ == "__main__":
    unittest.main()
