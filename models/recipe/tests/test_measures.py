"""The tables of measures, from results as eval asr gives them."""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import subprocess
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from .. import measures


def result(condition: str) -> dict:
    rate = {"rate": 0.05, "low": 0.01, "high": 0.1, "part": 5, "of": 100}
    names = ("unit_error", "toneless_error", "character_error", "digit_string_error", "intent_right", "labelled_intent", "written_intent")
    turns = {"utterances": 9, "early": rate, "p50_ms": 280, "p95_ms": 560}
    return {
        "model": "0123abcd", "condition": condition, "utterances": 9, "seconds": 27.0, "real_time_factor": 0.01,
        "rates": dict.fromkeys(names, rate), "end_of_turn": {"sentences": turns, "numbers": turns},
        "calibration": {"utterance": {"ece": 0.031}, "word": {"ece": 0.042}},
        "false_words": {"per_hour": 1.5, "low": 0.1, "high": 4.0, "hours": 0.5},
        "speakers": [{"speaker": "zac", "rates": {"toneless_error": rate}}],
    }


class MeasuresTest(unittest.TestCase):
    def measured(self, *sets: str, keep: str = "") -> tuple[measures.Measured, list[list[str]]]:
        """What comes of these sets, and the commands that were run."""
        commands: list[list[str]] = []

        def run(command: list[str], **_) -> subprocess.CompletedProcess:
            commands.append(command)
            conditions = command[command.index("--conditions") + 1].split(",")
            return subprocess.CompletedProcess(command, 0, stdout="".join(json.dumps(result(c)) + "\n" for c in conditions))

        with tempfile.TemporaryDirectory() as folder, mock.patch.object(measures.subprocess, "run", run):
            for name in sets:
                (Path(folder) / f"{name}.tsv").write_text("")
            opts = argparse.Namespace(sets=folder, voxgate="voxgate", noise="street.wav", limit=0, keep=keep)
            with contextlib.redirect_stderr(io.StringIO()):
                return measures.measure(opts), commands

    def test_every_measure_is_there(self) -> None:
        measured, commands = self.measured(*measures.SETS)
        text = "\n".join(measures.report(measured))
        for want in (
            "0123abcd", "| unit error, held-out voices, new sentences | ≤ 5 % | 5.0 (1.0-10.0) |", "280 / 560 ms",
            "0.031 / 0.042", "1.5 (0.1-4.0), in 30 minutes", "| level-30 |", "zac 5.0",
        ):
            self.assertIn(want, text)
        self.assertNotIn("–", text)
        self.assertTrue(all(c[c.index("--noise") + 1] == "street.wav" for c in commands if "--false-words" not in c))

    def test_absent_sets_are_left_out(self) -> None:
        measured, commands = self.measured("waybill")
        text = "\n".join(measures.report(measured))
        self.assertEqual(len(commands), 1)
        self.assertEqual(len(self.measured()[1]), 0)
        self.assertIn("waybills wrong", text)
        self.assertNotIn("intent agreement of", text)
        self.assertNotIn("English", text)

    def test_kept_results_are_not_measured_again(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            keep = f"{folder}/kept.jsonl"
            first, commands = self.measured("waybill", keep=keep)
            self.assertTrue(commands)
            again, commands = self.measured("waybill", keep=keep)
            self.assertEqual((again, commands), (first, []))

    def test_card_is_filled_between_its_marks(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            card = Path(folder) / "CARD.md"
            card.write_text(f"# Head\n\n{measures.MARKS[0]}\nold\n{measures.MARKS[1]}\n\ntail\n")
            for lines in (["one"], ["two", "three"]):
                measures.fill(card, lines)
            self.assertEqual(card.read_text(), f"# Head\n\n{measures.MARKS[0]}\ntwo\nthree\n{measures.MARKS[1]}\n\ntail\n")


if __name__ == "__main__":
    unittest.main()
