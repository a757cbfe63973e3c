"""The sound units, and that the tables that ship are theirs."""

from __future__ import annotations

import unittest
from pathlib import Path

from ..units import TONES, Units, english_units, mandarin_units, syllable_table

SHIPPED = Path(__file__).parents[2] / "hearing"


class UnitsTest(unittest.TestCase):
    def setUp(self) -> None:
        self.units = Units()
        self.names = mandarin_units()

    def spelled(self, pinyin: str) -> str:
        return " ".join(self.names[k] for k in self.units.pinyin(pinyin))

    def test_shipped_tables_are_these(self) -> None:
        self.assertEqual((SHIPPED / "units.txt").read_text().split("\n")[:-1], mandarin_units())
        self.assertEqual((SHIPPED / "units.en.txt").read_text().split("\n")[:-1], english_units())
        lines = [f"{name}\t{' '.join(units)}\n" for name, units in syllable_table().items()]
        self.assertEqual((SHIPPED / "syllables.tsv").read_text(), "".join(lines))

    def test_spelling(self) -> None:
        for pinyin, want in {
            "cha2 kuai4 di4": "ch a2 k uai4 d i4", "zhi1 zi3 yi1": "zh ir1 z iz3 i1", "nü3 lüe4 ju2 yue4": "n v3 l ve4 j v2 ve4",
            "dianr3 er2 nar4": "d ian3 er5 er2 n a4 er5", "de ma0": "d e5 m a5",
        }.items():
            self.assertEqual(self.spelled(pinyin), want, pinyin)

    def test_every_unit_can_be_said(self) -> None:
        said = {k for name in self.units.syllables for tone in TONES for k in self.units.syllable(name + tone)}
        self.assertEqual(said, set(range(1, len(self.names))))

    def test_unknown_syllables_are_errors(self) -> None:
        for wrong in ("xyz1", "bong3", ""):
            with self.assertRaises((KeyError, IndexError), msg=wrong):
                self.units.syllable(wrong)
        with self.assertRaises(KeyError):
            self.units.phones("AH0 QQ")

    def test_stress_is_dropped(self) -> None:
        self.assertEqual(self.units.phones("AH0 K"), self.units.phones("AH K"))


if __name__ == "__main__":
    unittest.main()
