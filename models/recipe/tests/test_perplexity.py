"""Tokens and probabilities of the text model that measures the sentences."""

import tempfile
import unittest
from pathlib import Path

from models.recipe import perplexity


class Tokens(unittest.TestCase):
    KNOWN = {("空调",): "<product>", ("air", "fryer"): "<product>"}

    def test_classes_and_digits(self) -> None:
        line = "我的 空调 尾号 九 八 四 六 三 天 了"
        self.assertEqual(
            perplexity.tokens(line, self.KNOWN, "zh"), ["我的", "<product>", "尾号", "<digits>", "天", "了"]
        )
        self.assertEqual(perplexity.tokens("三 天 幺", self.KNOWN, "zh"), ["<number>", "天", "幺"])

    def test_members_of_several_words(self) -> None:
        self.assertEqual(perplexity.tokens("my air fryer", self.KNOWN, "en"), ["my", "<product>"])
        self.assertEqual(perplexity.tokens("my air", self.KNOWN, "en"), ["my", "air"])


class Model(unittest.TestCase):
    MODEL = perplexity.Trigram([["查", "快递"], ["查", "订单"], ["催", "快递"]])

    def test_probabilities_sum_to_one(self) -> None:
        words = [gram[0] for gram in self.MODEL.counts[0]]
        for history in [("<s>", "<s>"), ("<s>", "查"), ("快递", "催"), ("新", "词")]:
            total = sum(self.MODEL.probability((*history, w)) for w in [*words, "没见过"])
            self.assertAlmostEqual(total, 1, places=6, msg=str(history))

    def test_seen_beats_unseen(self) -> None:
        follows = self.MODEL.probability(("<s>", "查", "订单"))
        self.assertGreater(follows, self.MODEL.probability(("<s>", "催", "订单")))

    def test_unknown_words_are_counted(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            for lang, suffix in (("zh", ""), ("en", ".en")):
                (folder / f"sentences.{lang}.txt").write_text("查 快递\n")
                for kind in perplexity.CLASSES:
                    (folder / f"words.{kind}{suffix}.txt").write_text("")
            figures, unknown = perplexity.measure(folder, "zh")
        self.assertNotIn("快递", unknown)
        self.assertGreater(figures["unknown words, %"], 50)


if __name__ == "__main__":
    unittest.main()
