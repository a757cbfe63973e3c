"""Recordings for checking: voices and lines that training never had."""

from __future__ import annotations

import subprocess
import tempfile
import unittest
import wave
from pathlib import Path
from unittest import mock

try:
    import numpy as np
    import scipy  # noqa: F401
except ImportError as missing:
    raise unittest.SkipTest(f"checking recordings need {missing.name}") from missing

from .. import checkset, synth
from ..texts import Speaker

LISTING = "Pty Language       Age/Gender VoiceName          File                 Other Languages\n" + "".join(
    f" 5  variant         --/M      {name}  !v/{name}\n" for name in ("m1", "f2", *synth.HELD_OUT, *synth.UNUSED, "robosoft2")
)


class HeldOutTest(unittest.TestCase):
    def test_no_held_out_voice_is_trained_on(self) -> None:
        heard = subprocess.CompletedProcess([], 0, stdout=LISTING)
        with mock.patch.object(synth.subprocess, "run", return_value=heard):
            names = synth.usable_variants()
        self.assertEqual(set(names), {"m1", "f2", "robosoft", "robosoft4"})
        lines = [f"caller\tzh\tx\tni3 hao{k % 5}" for k in range(400)]
        used = {job[4] for job in synth.jobs(lines, [*names, "rnd1", ""], 1, Path("."))}
        self.assertEqual(used, {"+m1", "+f2", "+robosoft", "+robosoft4", "+rnd1", ""})

    def test_no_line_of_the_model_is_checked_with(self) -> None:
        fresh = checkset.Fresh()
        known = next(s for s in (checkset.MODELS / "sentences.zh.txt").read_text().splitlines() if "<" not in s and len(s) > 8)
        self.assertFalse(fresh.take(known.split("\t")[0].replace(" ", "")))
        self.assertTrue(fresh.take("这句话谁也没说过不信你去问问隔壁的老王"))
        self.assertFalse(fresh.take("这句话谁也没说过，不信你去问问隔壁的老王"))

    def test_a_sentence_with_another_product_is_no_new_one(self) -> None:
        outlines = checkset.Outlines({"product": ["耳机", "手机"], "city": ["北京"]})
        for a, b in (("我的耳机到北京了吗", "我的 手机 到 北京 了 吗"), ("尾号{san1 qi1}", "尾号 <digits>"), ("退三百块", "退一千零五块")):
            self.assertEqual(outlines.of(a), outlines.of(b))
        self.assertNotEqual(outlines.of("我的耳机到了"), outlines.of("我的耳机坏了"))


class LinesTest(unittest.TestCase):
    def test_written(self) -> None:
        for spoken, want in {
            "单号是，{ai2 si5 ai2 fu5 ,}{liu4 shuang1 san1 yao1}": "单号是，SF6331", "{guai3 dong4 , yi1}": "701",
            "{da2 bu5 liu5 ei1 yi4}": "WAE", "{}{ba1}号": "8号",
        }.items():
            self.assertEqual(checkset.written(spoken), want)
        with self.assertRaises(ValueError):
            checkset.written("{ni3 hao3}")

    def test_numbers_are_what_they_claim(self) -> None:
        lines = checkset.digit_lines(Speaker(1), 20, 20, 10) + checkset.paused_lines(Speaker(2), 20) + checkset.waybill_lines(Speaker(3), 20)
        for line in lines:
            text = checkset.written("".join(line.chunks))
            number = text.split("，")[-1]
            self.assertEqual(len(line.known), 3)
            self.assertTrue(any(k.endswith(number) for k in line.known), text)
            if line.expect.startswith("digits:"):
                self.assertEqual(len(number), int(line.expect.split(":")[1]))
        for line in checkset.paused_lines(Speaker(2), 20):
            self.assertEqual(len(line.pauses), len(line.chunks) - 1)
            self.assertTrue(all(0.4 <= p <= 1.2 for p in line.pauses))

    def test_one_seed_one_set(self) -> None:
        self.assertEqual(checkset.digit_lines(Speaker(5), 3, 3, 3), checkset.digit_lines(Speaker(5), 3, 3, 3))


class SoundTest(unittest.TestCase):
    def test_pauses_are_in_the_sound(self) -> None:
        line = checkset.Line(["{yi1}", "{er4}"], pauses=[0.8], pinyin=["yi1", "er4"])
        with mock.patch.object(synth, "speak", return_value=np.full(4000, 8000, np.int16)) as speak:
            pcm = checkset.sound((line, "zac", 3, Path("."))).astype(np.float64)
        self.assertEqual([c.args[1] for c in speak.call_args_list], ["cmn-latn-pinyin+zac"] * 2)
        loud = np.abs(pcm) > 1000
        self.assertEqual(int(loud.sum()), 8000)
        edges = np.flatnonzero(np.diff(loud.astype(int)))
        self.assertEqual(edges[2] - edges[1], int(0.8 * synth.RATE))

    def test_stored_sound_comes_back(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path, samples = Path(folder) / "a.wav", np.array([1, -2, 32767], np.int16)
            checkset.store(path, samples)
            with wave.open(str(path)) as back:
                self.assertEqual((back.getframerate(), back.getnchannels()), (8000, 1))
                self.assertEqual(np.frombuffer(back.readframes(3), "<i2").tolist(), samples.tolist())


if __name__ == "__main__":
    unittest.main()
