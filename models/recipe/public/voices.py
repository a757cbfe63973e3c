"""Makes small voices in the form of public VITS models, for the tests: each sound unit is a tone, so that what was asked
of the model can be read back from what is heard.

    python3 -m models.recipe.public.voices tts/vits/testdata

A unit of number n sounds at 300 + 100 n Hz (50 Hz higher for each speaker) for 100 ms, a blank (number 0) for 50 ms, both
times the length scale. Tones sound at 2,500 + 60 t Hz besides; the two noise scales are the level of lines at 3,150 and
3,250 Hz. The graphs have the inputs, outputs and metadata of the exports that they stand for:

  piper/        piper's export_onnx.py: input, input_lengths, scales, output [1, 1, 1, T]; a JSON file beside it
  speakers/     the same with two speakers: sid
  pinyin/       the same for phoneme_type pinyin: initials, finals and tones
  melo/         sherpa-onnx's scripts/melo-tts/export-onnx.py: x, x_lengths, tones, sid, noise_scale, length_scale,
                noise_scale_w, y [1, 1, T]; lexicon.txt and tokens.txt
  aishell3/     icefall's export of VITS on AISHELL-3: tokens, tokens_lens, noise_scale, alpha, noise_scale_dur, speaker,
                audio [1, T]; its lexicon has the tone within the units
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

HOP = 0.01  # seconds; lengths are counted in them
UNIT, BLANK = 10, 5


class Graph:
    """Collects nodes; each method returns the name of its result."""

    def __init__(self) -> None:
        self.nodes, self.values, self.count = [], {}, 0

    def __call__(self, kind: str, *inputs: str, **options: object) -> str:
        self.count += 1
        name = f"v{self.count}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], **options))
        return name

    def constant(self, value: object, kind: type = np.float32) -> str:
        name = f"c{len(self.values)}"
        self.values[name] = np.asarray(value, dtype=kind)
        return name

    def whole(self, value: object) -> str:
        return self.constant(value, np.int64)

    def scalar(self, name: str) -> str:
        return self("Reshape", name, self.whole([1]))

    def each_sample(self, row: str, at: str, samples: str) -> str:
        """[T] values of units -> [N] values of samples, as `at` [F] says which unit a hop belongs to."""
        hops = self("Unsqueeze", self("Gather", row, at), self.whole([1]))
        wide = self("Expand", hops, self("Concat", self("Shape", at), samples, axis=0))
        return self("Reshape", wide, self.whole([-1]))

    def wave(self, hertz: str, rate: int) -> str:
        turns = self("CumSum", self("Div", hertz, self.constant(float(rate))), self.whole(0))
        return self("Sin", self("Mul", self("Sub", turns, self("Floor", turns)), self.constant(2 * np.pi)))


def speech(g: Graph, rate: int, ids: str, length: str, noise: str, noise_w: str, speaker: str | None, tones: str | None) -> str:
    """[N] samples of ids [1, T]; the scales are [1]."""
    ids = g("Reshape", ids, g.whole([-1]))
    number = g("Cast", ids, to=TensorProto.FLOAT)
    blank = g("Equal", ids, g.whole(0))
    units = g("Where", blank, g.constant(float(BLANK)), g.constant(float(UNIT)))
    ends = g("CumSum", g("Ceil", g("Mul", units, length)), g.whole(0))
    last = g("Gather", ends, g.whole(-1), axis=0)
    hops = g("Cast", g("Range", g.constant(0.0), last, g.constant(1.0)), to=TensorProto.FLOAT)
    later = g("GreaterOrEqual", g("Unsqueeze", hops, g.whole([1])), g("Unsqueeze", ends, g.whole([0])))
    at = g("ReduceSum", g("Cast", later, to=TensorProto.INT64), g.whole([1]), keepdims=0)
    samples = g.whole([int(rate * HOP)])
    hertz = g("Add", g("Mul", number, g.constant(100.0)), g.constant(300.0))
    if speaker:
        hertz = g("Add", hertz, g("Mul", g("Cast", speaker, to=TensorProto.FLOAT), g.constant(50.0)))
    sound = g("Mul", g.wave(g.each_sample(hertz, at, samples), rate), g.constant(0.4))
    if tones:
        tone = g("Cast", g("Reshape", tones, g.whole([-1])), to=TensorProto.FLOAT)
        hertz = g("Add", g("Mul", tone, g.constant(60.0)), g.constant(2500.0))
        sound = g("Add", sound, g("Mul", g.wave(g.each_sample(hertz, at, samples), rate), g.constant(0.2)))
    for level, line in ((noise, 3150.0), (noise_w, 3250.0)):
        steady = g.each_sample(g("Add", g("Mul", number, g.constant(0.0)), g.constant(line)), at, samples)
        sound = g("Add", sound, g("Mul", g.wave(steady, rate), g("Mul", level, g.constant(0.1))))
    return sound


def save(path: Path, g: Graph, inputs: list[tuple[str, int, list]], output: tuple[str, list], result: str, shape: list[int], meta: dict[str, object]) -> None:
    name, dims = output
    g.nodes.append(helper.make_node("Reshape", [result, g.whole(shape)], [name]))
    info = helper.make_tensor_value_info
    graph = helper.make_graph(
        g.nodes, "voice", [info(n, kind, d) for n, kind, d in inputs], [info(name, TensorProto.FLOAT, dims)],
        [numpy_helper.from_array(v, n) for n, v in g.values.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 15)], ir_version=8)
    helper.set_model_props(model, {k: str(v) for k, v in meta.items()})
    onnx.checker.check_model(model)
    path.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(model, path)


FLOAT, WHOLE = TensorProto.FLOAT, TensorProto.INT64

# What espeak-ng says of the tests' sentences, in the numbering of public voices as far as it goes.
SOUNDS = ["_", "^", "$", " ", ",", ".", "n", "i", "ɜ", "χ", "ɑ", "u", "2", "ˈ", "h", "ə", "l", "o", "ʊ", "5", "m"]


# Parts of syllables, as voices of phoneme_type pinyin have them.
PINYIN = ["_", "^", "$", "Ø", "n", "h", "zh", "y", "i", "ao", "er", "a", "uan", "1", "2", "3", "4", "5", "。", "，"]


def piper(folder: Path, speakers: int, pinyin: bool = False) -> None:
    g = Graph()
    scale = [g("Slice", "scales", g.whole([i]), g.whole([i + 1])) for i in range(3)]
    sound = speech(g, 22050, "input", scale[1], scale[0], scale[2], "sid" if speakers > 1 else None, None)
    inputs = [("input", WHOLE, ["batch_size", "phonemes"]), ("input_lengths", WHOLE, ["batch_size"]), ("scales", FLOAT, [3])]
    if speakers > 1:
        inputs.append(("sid", WHOLE, ["batch_size"]))
    save(folder / "small.onnx", g, inputs, ("output", ["batch_size", "time", "a", "b"]), sound, [1, 1, 1, -1], {})
    config = {
        "audio": {"sample_rate": 22050, "quality": "medium"}, "espeak": {"voice": "cmn" if speakers == 1 else "en-us"},
        "inference": {"noise_scale": 0.2, "length_scale": 1, "noise_w": 0.4},
        "phoneme_type": "pinyin" if pinyin else "espeak", "phoneme_map": {},
        "phoneme_id_map": {s: [i] for i, s in enumerate(PINYIN if pinyin else SOUNDS)}, "num_symbols": 256, "num_speakers": speakers,
        "speaker_id_map": {"low": 0, "high": 1} if speakers > 1 else {}, "piper_version": "1.0.0",
    }
    (folder / "small.onnx.json").write_text(json.dumps(config, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def write_words(folder: Path, tokens: list[str], lexicon: str) -> None:
    (folder / "tokens.txt").write_text("".join(f"{t} {i}\n" for i, t in enumerate(tokens)), encoding="utf-8")
    (folder / "lexicon.txt").write_text("\n".join(line.strip() for line in lexicon.strip().splitlines()) + "\n", encoding="utf-8")


MELO = ["_", "n", "i", "h", "ao", "b", "u", "sh", "iong", "x", "ing", "hh", "ah", "l", "ow", "s", "eh", "f", ",", "."]
MELO_WORDS = """
    hello hh ah l ow 7 7 9 9
    s eh s 8 8
    f eh f 8 8
    你 n i 3 3
    好 h ao 3 3
    不 b u 4 4
    是 sh i 4 4
    的 h i 5 5
    行 x ing 2 2
    银行 i n h ao 2 2 2 2
"""


def melo(folder: Path) -> None:
    g = Graph()
    sound = speech(g, 44100, "x", g.scalar("length_scale"), g.scalar("noise_scale"), g.scalar("noise_scale_w"), "sid", "tones")
    row = ["N", "L"]
    inputs = [("x", WHOLE, row), ("x_lengths", WHOLE, ["N"]), ("tones", WHOLE, row), ("sid", WHOLE, [1]),
              ("noise_scale", FLOAT, [1]), ("length_scale", FLOAT, [1]), ("noise_scale_w", FLOAT, [1])]
    save(folder / "model.onnx", g, inputs, ("y", ["N", "S", "T"]), sound, [1, 1, -1], {
        "model_type": "melo-vits", "comment": "melo", "version": 2, "language": "Chinese + English", "add_blank": 1,
        "n_speakers": 1, "jieba": 1, "sample_rate": 44100, "speaker_id": 1, "lang_id": 3, "tone_start": 0,
    })
    write_words(folder, MELO, MELO_WORDS)


AISHELL3 = ["sil", "eos", "n", "i3", "i2", "h", "ao3", "ao2", "b", "u4", "u2", "sh", "i4"]
AISHELL3_WORDS = """
    你 n i3
    好 h ao3
    不 b u4
    是 sh i4
    你好 n i2 h ao3
"""


def aishell3(folder: Path) -> None:
    g = Graph()
    sound = speech(g, 8000, "tokens", g.scalar("alpha"), g.scalar("noise_scale"), g.scalar("noise_scale_dur"), "speaker", None)
    inputs = [("tokens", WHOLE, ["N", "T"]), ("tokens_lens", WHOLE, ["N"]), ("noise_scale", FLOAT, [1]), ("alpha", FLOAT, [1]),
              ("noise_scale_dur", FLOAT, [1]), ("speaker", WHOLE, [1])]
    save(folder / "model.onnx", g, inputs, ("audio", ["N", "T"]), sound, [1, -1], {
        "model_type": "vits", "version": "1", "comment": "icefall", "language": "Chinese", "n_speakers": 3,
        "sample_rate": 8000, "add_blank": 0, "punctuation": ", .",
    })
    write_words(folder, AISHELL3, AISHELL3_WORDS)


def make(out: Path) -> None:
    piper(out / "piper", 1)
    piper(out / "speakers", 2)
    piper(out / "pinyin", 1, pinyin=True)
    melo(out / "melo")
    aishell3(out / "aishell3")


if __name__ == "__main__":
    make(Path(sys.argv[1]))
