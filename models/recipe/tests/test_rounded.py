"""Tests of the rounded network, its file and the way back; no training data needed.

    python3 -m unittest models.recipe.tests.test_rounded
"""

from __future__ import annotations

import tempfile
import unittest
from pathlib import Path

try:
    import numpy as np
    import onnx
    import torch
except ImportError as missing:
    raise unittest.SkipTest(f"the model file needs {missing.name}") from missing

from ..export import rounded, write_onnx
from ..features import Norm
from ..network import Acoustic
from ..restore import keep_norm, restore, weights
from ..rounded import Peaks, fold

ZH, EN = 21, 9


def small() -> Acoustic:
    """A network of chance weights in which every layer matters."""
    torch.manual_seed(7)
    model = Acoustic(ZH, EN, dim=32, hidden=64, blocks=2).eval()
    for block in model.blocks:
        block.norm.weight.data.uniform_(0.3, 2.0)
        block.norm.bias.data.normal_(std=0.3)
        block.outer.weight.data.mul_(3)
    return model


def sounds(count: int = 4) -> list[np.ndarray]:
    """Features of as many calls."""
    dice = np.random.default_rng(3)
    return [(dice.standard_normal((160, 40)) * 2).astype(np.float32) for _ in range(count)]


class RoundedTest(unittest.TestCase):
    """What the file computes is what was trained."""

    def setUp(self) -> None:
        self.model = small()
        self.tables, self.scales = fold(self.model, Peaks(self.model, sounds()))
        self.rounded = rounded(self.model, self.tables)
        self.feats = torch.from_numpy(np.stack(sounds()))

    def outputs(self, model: torch.nn.Module) -> list[torch.Tensor]:
        with torch.no_grad():
            return list(model(self.feats, model.start(len(self.feats)))[:3])

    def test_near_the_trained(self) -> None:
        for ours, theirs in zip(self.outputs(self.rounded), self.outputs(self.model)):
            self.assertLess(float((ours - theirs).abs().mean()), 0.03)
            self.assertLess(float((ours - theirs).abs().max()), 0.3)

    def test_chunks_and_batches_do_not_matter(self) -> None:
        whole = self.outputs(self.rounded)[0]
        state, parts = self.rounded.start(1), []
        with torch.no_grad():
            for at in range(0, self.feats.shape[1], 8):
                zh, _, _, state = self.rounded(self.feats[1:2, at : at + 8], state)
                parts.append(zh)
        self.assertLess(float((torch.cat(parts, 1) - whole[1:2]).abs().max()), 1e-5)

    def test_there_and_back(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "acoustic.onnx"
            norm = Norm(prior=np.linspace(-3, 3, 40).astype(np.float32), peak=-1.5)
            write_onnx(self.rounded, self.tables, self.scales, norm, path)
            again = Acoustic(ZH, EN, dim=32, hidden=64, blocks=2).eval()
            metadata = restore(again, path)
            for ours, theirs in zip(self.outputs(again), self.outputs(self.model)):
                self.assertLess(float((ours - theirs).abs().mean()), 0.02)
            keep_norm(metadata, Path(folder) / "norm.npz")
            with np.load(Path(folder) / "norm.npz") as kept:
                np.testing.assert_allclose(kept["prior"] - 2, norm.prior, atol=1e-4)
                self.assertAlmostEqual(float(kept["peak"]) - 3, norm.peak, places=4)
            with self.assertRaises((ValueError, RuntimeError)):
                restore(Acoustic(ZH, EN, dim=32, hidden=64, blocks=3), path)

    def test_foreign_file(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "other.onnx"
            graph = onnx.helper.make_graph([], "nothing", [], [onnx.helper.make_tensor_value_info(n, 1, [2]) for n in ("zh", "en")])
            onnx.save(onnx.helper.make_model(graph), str(path))
            with self.assertRaises(ValueError):
                weights(path)


if __name__ == "__main__":
    unittest.main()
