"""The network learns, the calibration measures what it says, and the exported file computes what the network does."""

from __future__ import annotations

import base64
import json
import tempfile
import unittest
from pathlib import Path

try:
    import numpy as np
    import onnx
    import scipy.optimize
    import torch
except ImportError as missing:
    raise unittest.SkipTest(f"the network needs {missing.name}") from missing

from ..calibrate import outside, platt, softmax, temperature
from ..examples import SLOTS, Examples, Known
from ..export import Calibrated, Table, export
from ..network import Network, joined
from ..train import macro_f1, mood_weights, predict, train


def write(folder: Path, lines: int = 120) -> Examples:
    """Examples of three classes, each with a unit and an n-gram of its own; two variants of every line."""
    dice = np.random.default_rng(3)
    names = ["cancel_order", "greet", "invoice"]
    texts, table, deep, wide = [], [], [], []
    for i in range(lines):
        c = i % 3
        texts.append({"text": "x", "class": names[c], "mood": "angry" if c == 1 else "neutral", "source": "lines.zh", "lang": "zh"})
        if i % 6 == 0:
            texts[-1]["also"] = ["invoice"]
        for v in range(2):
            units = int(dice.integers(1, 5))
            rows = dice.integers(50, 60, (units, SLOTS))
            rows[0, 0] = 100 + c
            deep.append(rows)
            grams = np.sort(np.append(dice.integers(50, 60, 3), 200 + c))
            wide.append(grams)
            table.append([i, v, units, len(grams)])
    (folder / "classes.txt").write_text("\n".join(names) + "\n")
    (folder / "lines.jsonl").write_text("".join(json.dumps(t) + "\n" for t in texts))
    np.array(table, np.uint32).tofile(folder / "examples.u32")
    np.concatenate(deep).astype(np.uint32).tofile(folder / "deep.u32")
    np.concatenate(wide).astype(np.uint32).tofile(folder / "wide.u32")
    return Examples(folder)


class TrainTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.folder = tempfile.TemporaryDirectory()
        cls.data = write(Path(cls.folder.name))
        cls.known = cls.data.known(np.arange(90))
        cls.net = train(cls.data, cls.known, np.arange(90), epochs=12, seed=1, width=16, peak=3e-3, size=16)

    @classmethod
    def tearDownClass(cls) -> None:
        cls.folder.cleanup()

    def test_learns(self) -> None:
        rows = np.arange(90, 120)
        intent, _, mood = predict(self.net, self.data, rows)
        self.assertGreater((intent.argmax(1) == self.data.label[rows]).mean(), 0.9)
        self.assertGreater((mood.argmax(1) == self.data.mood[rows]).mean(), 0.9)

    def test_target_shares_out(self) -> None:
        t = self.data.target(np.array([0, 1]))
        np.testing.assert_allclose(t.sum(1), 1)
        self.assertGreater(t[0, 0], t[0, 2])
        self.assertGreater(t[0, 2], 0)
        self.assertEqual(t[1, 1], 1)

    def test_known_features(self) -> None:
        """What tells the class has a row, what one line alone has or nobody trained on has none, and few are kept where few may be."""
        self.assertTrue({200, 201, 202} <= set(self.known.wide.tolist()))
        np.testing.assert_array_equal(Known.rows(np.array([3, 7], np.uint32), np.array([7, 4, 3, 9, 0], np.uint32)), [2, 0, 1, 0, 0])
        self.assertEqual(set(self.data.known(np.arange(90), wide=3).wide.tolist()), {200, 201, 202})

    def test_moods_by_one_rule_count_more(self) -> None:
        weight = mood_weights(self.data, np.arange(90))
        self.assertAlmostEqual(float(weight.mean()), 1, places=5)
        self.assertGreater(weight[1], weight[0])  # angry lines are the rarer ones

    def test_padding_is_not_heard(self) -> None:
        one = self.data.batch(np.array([4]), np.array([0]))
        both = self.data.batch(np.array([4, 5, 6, 7]), np.array([0, 0, 0, 0]))
        self.net.eval()
        with torch.no_grad():
            a = joined(self.net(one.deep, one.wide))[0][0]
            b = joined(self.net(both.deep, both.wide))[0][0]
        torch.testing.assert_close(a, b, rtol=1e-4, atol=1e-4)

    def test_table_rounds_little(self) -> None:
        exact = self.net.units.weight.detach()
        rounded = Table(self.net.units)(torch.arange(len(exact)))
        self.assertLess(float((rounded - exact).abs().max()), float(exact.abs().max()) / 200)

    def test_export(self) -> None:
        out = Path(self.folder.name) / "m.onnx"
        kept = {"intent": 0.8, "wanted": [1.0, 0.0], "mood": 1.0, "outside": 0.4}
        model = Calibrated([self.copy()], kept).eval()
        export(model, self.known, self.data.classes, out)
        meta = {p.key: p.value for p in onnx.load(str(out)).metadata_props}
        self.assertEqual(meta["classes"], "cancel_order greet invoice")
        self.assertEqual(meta["outside"], "0.4000")
        np.testing.assert_array_equal(np.frombuffer(base64.b64decode(meta["wide"]), "<u4"), self.known.wide)

    def copy(self) -> Network:
        net = Network(3, 4, len(self.known.deep), len(self.known.wide), 16)
        net.load_state_dict(self.net.state_dict())
        return net.eval()

    def test_mean_of_networks(self) -> None:
        """The exported mean is that of the networks' logits, roundings aside."""
        other = train(self.data, self.known, np.arange(60), epochs=2, seed=5, width=16, peak=3e-3, size=16)
        batch = self.data.batch(np.array([1]), np.array([0]))
        with torch.no_grad():
            logits = [joined(net(batch.deep, batch.wide)) for net in (self.net.eval(), other.eval())]
            want = ((logits[0][0] + logits[1][0]) / 2)[0].softmax(-1)
            kept = {"intent": 1.0, "wanted": [1.0, 0.0], "mood": 1.0, "outside": 0.4}
            intents, wanted, moods = Calibrated([self.copy(), other], kept).eval()(batch.deep[0], batch.wide[0])
        torch.testing.assert_close(intents, want, rtol=0.02, atol=0.01)
        self.assertAlmostEqual(float(moods.sum()), 1, places=5)
        self.assertTrue(bool(((wanted > 0) & (wanted < 1)).all()))


class CalibrationTest(unittest.TestCase):
    def test_temperature(self) -> None:
        dice = np.random.default_rng(1)
        z = dice.normal(size=(4000, 3)) * 2
        label = np.array([dice.choice(3, p=p) for p in softmax(z)])
        self.assertAlmostEqual(temperature(3 * z, label), 3, delta=0.3)

    def test_platt(self) -> None:
        dice = np.random.default_rng(1)
        z = dice.normal(size=20000)
        there = (dice.random(20000) < 1 / (1 + np.exp(-(2 * z - 1)))).astype(float)
        scale, shift = platt(z, there)
        self.assertAlmostEqual(scale, 2, delta=0.2)
        self.assertAlmostEqual(shift, -1, delta=0.2)

    def test_outside(self) -> None:
        score = np.concatenate([np.full(100, 0.22), np.full(5, 0.33), np.full(10, 0.42)])
        label = (np.arange(115) < 105).astype(int)
        threshold, refused, found = outside(np.stack([score, 1 - score], 1), 0, label)
        self.assertAlmostEqual(threshold, 0.35)
        self.assertEqual((refused, found), (0, 1))

    def test_macro_f1(self) -> None:
        self.assertAlmostEqual(macro_f1(np.array([0, 0, 1]), np.array([0, 1, 1]), 3), 2 / 3)


if __name__ == "__main__":
    unittest.main()
