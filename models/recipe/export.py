"""Export: averaged weights as ONNX with streaming state, int8 weight storage, golden vectors.

Large matrices are stored as int8 with one scale per output and become float32
through Cast and Mul, which the runtime folds while loading: a quarter of the
file at the speed of float32.

    python3 -m models.recipe.export --work DIR --out models/hearing
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

from . import features
from .features import Norm
from .network import Acoustic
from .train import measured_norm
from .units import english_units, mandarin_units
from .units import main as write_units

LARGE = 8000
VERSION = "1"


def rounded(weight: np.ndarray, axis: int) -> tuple[np.ndarray, np.ndarray]:
    """int8 values and float32 scales along every axis but `axis`."""
    scale = np.abs(weight).max(axis=axis, keepdims=True).astype(np.float32) / 127 + 1e-12
    return np.round(weight / scale).astype(np.int8), scale


def load_model(checkpoint: Path, quantised: bool = True) -> Acoustic:
    """The averaged weights of a checkpoint, rounded exactly as the file will hold them."""
    kept = torch.load(checkpoint, map_location="cpu")
    model = Acoustic(len(mandarin_units()), len(english_units()), **kept["shape"])
    model.load_state_dict(kept["ema"])
    if quantised:
        for layer in model.modules():
            if isinstance(layer, torch.nn.Linear) and layer.weight.numel() > LARGE:
                values, scale = rounded(layer.weight.detach().numpy(), 1)
                layer.weight.data = torch.from_numpy(values.astype(np.float32) * scale)
    return model.eval()


def shrink(graph: onnx.GraphProto) -> None:
    """Replaces large float32 matrices by int8, Cast and Mul."""
    nodes, kept = [], []
    for tensor in graph.initializer:
        array = numpy_helper.to_array(tensor)
        if array.dtype != np.float32 or array.ndim != 2 or array.size <= LARGE:
            kept.append(tensor)
            continue
        # Linear over three axes is exported as MatMul with an [in, out] matrix.
        values, scale = rounded(array, 0)
        kept.append(numpy_helper.from_array(values, tensor.name + "_int8"))
        kept.append(numpy_helper.from_array(scale, tensor.name + "_scale"))
        nodes.append(helper.make_node("Cast", [tensor.name + "_int8"], [tensor.name + "_wide"], to=TensorProto.FLOAT))
        nodes.append(helper.make_node("Mul", [tensor.name + "_wide", tensor.name + "_scale"], [tensor.name]))
    del graph.initializer[:]
    graph.initializer.extend(kept)
    rest = list(graph.node)
    del graph.node[:]
    graph.node.extend(nodes + rest)


def metadata(model: Acoustic, norm: Norm) -> dict[str, str]:
    """What the recogniser must know to feed the model."""
    return {
        "sample_rate": str(features.RATE), "window": str(features.WINDOW), "hop": str(features.HOP),
        "mels": str(features.MELS), "subsampling": "4", "lookahead_ms": "0",
        "state_size": str(sum(model.sizes)), "version": VERSION, **norm.metadata(),
    }


def write_onnx(model: Acoustic, norm: Norm, path: Path) -> None:
    """The model file, written whole or not at all."""
    part = path.with_suffix(".part")
    dynamic = {"feats": {0: "N", 1: "T"}, "state": {0: "N"}, "state_out": {0: "N"},
               "zh": {0: "N", 1: "S"}, "en": {0: "N", 1: "S"}, "speech": {0: "N", 1: "S"}}
    torch.onnx.export(
        model, (torch.zeros(2, 16, features.MELS), model.start(2)), str(part), opset_version=14,
        input_names=["feats", "state"], output_names=["zh", "en", "speech", "state_out"], dynamic_axes=dynamic,
    )
    proto = onnx.load(str(part))
    shrink(proto.graph)
    for key, value in metadata(model, norm).items():
        entry = proto.metadata_props.add()
        entry.key, entry.value = key, value
    onnx.checker.check_model(proto)
    onnx.save(proto, str(part))
    part.rename(path)


def golden_wave(size: int = 9600) -> np.ndarray:
    """int16 test sound anybody can make: two gliding tones, a pause, and LCG noise.

    seed = 12345; for each i: seed = (1103515245 seed + 12345) mod 2^31;
    s[i] = trunc(a sin(2 pi (200 + i / 16) i / 8000) + a / 2 sin(2 pi 1250 i / 8000) + (seed / 2^31 - 0.5) 600),
    a = 6000, but 0 for 4000 <= i < 5600.
    """
    seed, out = 12345, np.zeros(size, np.int16)
    for i in range(size):
        seed = (1103515245 * seed + 12345) % 2**31
        a = 0.0 if 4000 <= i < 5600 else 6000.0
        value = a * np.sin(2 * np.pi * (200 + i / 16) * i / 8000) + a / 2 * np.sin(2 * np.pi * 1250 * i / 8000)
        out[i] = int(value + (seed / 2**31 - 0.5) * 600)
    return out


def golden(model: Acoustic, norm: Norm) -> tuple[dict, dict]:
    """Features and outputs of the test sound in chunks of 16 frames: (golden vectors, everything for check.mjs)."""
    wave = golden_wave()
    raw = features.log_mel(wave.astype(np.float32) / 32768)
    raw = raw[: len(raw) // 16 * 16]
    y = norm.apply(raw)
    state, outs = model.start(1), []
    with torch.no_grad():
        for k in range(0, len(y), 16):
            zh, en, speech, state = model(torch.from_numpy(y[None, k : k + 16]), state)
            outs.append((zh[0].numpy(), en[0].numpy(), speech[0].numpy()))
    zh, en, speech = (np.concatenate(part) for part in zip(*outs))

    def rows(a: np.ndarray, digits: int = 4) -> list:
        return [[round(float(v), digits) for v in row] for row in a]

    keep = [0, 1, 2, 50, 75, len(y) - 1]
    parity = {"feats": y.ravel().tolist(), "frames": len(y), "zh": zh.ravel().tolist(), "en": en.ravel().tolist(), "speech": speech.tolist()}
    return {
        "wave": golden_wave.__doc__, "samples": len(wave), "first_samples": wave[:12].tolist(),
        "last_samples": wave[-6:].tolist(), "frames": len(y), "frame_index": keep, "raw": rows(raw[keep]),
        "normalised": rows(y[keep]), "chunk_frames": 16, "steps": len(zh),
        "zh_argmax": zh.argmax(axis=1).tolist(), "en_argmax": en.argmax(axis=1).tolist(),
        "zh_first_units": rows(zh[:, :6]), "en_first_units": rows(en[:, :4]),
        "speech": [round(float(v), 4) for v in speech], "state_sum": round(float(state.abs().sum()), 2),
    }, parity


def main() -> None:
    """Write acoustic.onnx, the unit tables and testdata/golden.json."""
    args = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    args.add_argument("--work", required=True)
    args.add_argument("--name", default="acoustic")
    args.add_argument("--out", default="models/hearing")
    opts = args.parse_args()
    out, work = Path(opts.out), Path(opts.work)
    model, norm = load_model(work / f"{opts.name}.pt"), measured_norm(work)
    # The file holds the constants rounded; everything after must use the same.
    norm.prior = np.array([float(v) for v in norm.metadata()["norm_prior"].split()], np.float32)
    norm.peak = float(norm.metadata()["norm_peak"])
    (out / "testdata").mkdir(parents=True, exist_ok=True)
    write_units(str(out))
    write_onnx(model, norm, out / "acoustic.onnx")
    vectors, parity = golden(model, norm)
    (out / "testdata" / "golden.json").write_text(json.dumps(vectors, ensure_ascii=False, separators=(",", ":")) + "\n")
    (work / "parity.json").write_text(json.dumps(parity))
    print(f"{out / 'acoustic.onnx'}: {(out / 'acoustic.onnx').stat().st_size / 1e6:.2f} MB, state {sum(model.sizes)} floats")


if __name__ == "__main__":
    main()
