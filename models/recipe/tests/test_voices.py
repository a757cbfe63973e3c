"""The test voices of tts/vits are what their script makes.

    python3 -m unittest models.recipe.tests.test_voices
"""

from __future__ import annotations

import tempfile
import unittest
from pathlib import Path

try:
    import onnx
except ImportError as missing:
    raise unittest.SkipTest(f"the voices need {missing.name}") from missing

from ..public import voices

KEPT = Path(__file__).parents[3] / "tts/vits/testdata"


class TestVoices(unittest.TestCase):
    def test_kept_files_are_those_that_the_script_makes(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder)
            voices.make(out)
            made = sorted(f.relative_to(out) for f in out.rglob("*") if f.is_file())
            kept = sorted(f.relative_to(KEPT) for f in KEPT.rglob("*") if f.is_file() and "fuzz" not in f.parts)
            self.assertEqual(made, kept)
            for name in made:
                with self.subTest(str(name)):
                    if name.suffix == ".onnx":
                        one, two = onnx.load(out / name), onnx.load(KEPT / name)
                        self.assertEqual(one.graph, two.graph)
                        self.assertEqual(list(one.metadata_props), list(two.metadata_props))
                    else:
                        self.assertEqual((out / name).read_bytes(), (KEPT / name).read_bytes())


if __name__ == "__main__":
    unittest.main()
