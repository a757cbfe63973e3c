"""The lines that voices read."""

from __future__ import annotations

import re
import unittest

from ..texts import DIGITS, LETTERS, Speaker, english, mandarin, spoken_number, templates
from ..units import Units

READ = {s: str(d) for d, s in enumerate(DIGITS)} | {"yao1": "1", "guai3": "7", "dong4": "0"}


class NumbersTest(unittest.TestCase):
    def test_usual_reading(self) -> None:
        for value, want in {
            0: "零", 2: "二", 10: "十", 15: "十五", 20: "二十", 105: "一百零五", 110: "一百一十", 1001: "一千零一", 1010: "一千零一十",
            3721: "三千七百二十一", 10000: "一万", 10500: "一万零五百", 100005: "十万零五", 12003400: "一千二百万三千四百",
        }.items():
            self.assertEqual(spoken_number(value), want)

    def test_digits_are_said_in_full(self) -> None:
        speaker = Speaker(4)
        for k in range(300):
            digits = speaker.digits_of(1 + k % 18)
            said, twice = "", 1
            for syllable in speaker.say_digits(digits)[1:-1].split():
                if syllable == "shuang1":
                    twice = 2
                elif syllable != ",":
                    said, twice = said + READ[syllable] * twice, 1
            self.assertEqual(said, digits)


class LinesTest(unittest.TestCase):
    def test_templates_leave_nothing_open(self) -> None:
        speaker = Speaker(5)
        for name in ("callers.zh.txt", "bot.zh.txt"):
            for template in templates(name):
                for _ in range(3):
                    text = speaker.expand(template)
                    self.assertNotRegex(text, r"[<>|()\[\]]", template)
                    self.assertTrue(text, template)

    def test_braced_pinyin_can_be_spelled(self) -> None:
        units = Units()
        for kind, text in mandarin(Speaker(6), 400, None, ["<heard>我要查<product>"]):
            self.assertIn(kind, ("caller", "digits", "bot"))
            for pinyin in re.findall(r"\{([^}]*)\}", text):
                for syllable in pinyin.replace(",", " ").split():
                    self.assertTrue(units.syllable(syllable), text)

    def test_letters_can_be_spelled(self) -> None:
        units = Units()
        self.assertEqual(len(LETTERS), 26)
        for letter in LETTERS.values():
            self.assertTrue(units.pinyin(letter), letter)

    def test_english_lines(self) -> None:
        for text in english(Speaker(7), 200, ["i want my <eproduct>"]):
            self.assertNotRegex(text, r"[<>|()\[\]\u4e00-\u9fff]", text)

    def test_one_seed_one_text(self) -> None:
        self.assertEqual(mandarin(Speaker(8), 60, None, []), mandarin(Speaker(8), 60, None, []))
        self.assertNotEqual(mandarin(Speaker(8), 60, None, []), mandarin(Speaker(9), 60, None, []))


if __name__ == "__main__":
    unittest.main()
