"""Export: averaged weights as an ONNX file that computes in 8 bits, with streaming state, and golden vectors.

The scales of the activations come from a rehearsal: sound of the training sets as
calls bring it.  evaluate.py and the golden vectors use the same rounded network.

    python3 -m models.recipe.export --work DIR --out models/hearing
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import onnx
import torch

from . import corpora, features
from .features import Norm
from .graph import build
from .network import Acoustic
from .rounded import Peaks, Rounded, Tables, fold
from .train import measured_norm
from .units import english_units, mandarin_units
from .units import main as write_units

VERSION = "1"
REHEARSED = 50  # clips of every set
GAINS = (1.0, 1.0, 0.1, 8.0)  # the loud ones clip
DECIBELS = (40.0, 15.0, 5.0, 25.0)  # of speech over noise


def trained(checkpoint: Path) -> Acoustic:
    """The averaged weights of a checkpoint, as trained."""
    kept = torch.load(checkpoint, map_location="cpu")
    model = Acoustic(len(mandarin_units()), len(english_units()), **kept["shape"])
    model.load_state_dict(kept["ema"])
    return model.eval()


def rehearsal(work: Path, norm: Norm) -> list[np.ndarray]:
    """Features [T, 40] of short calls: training speech after silence, loud and faint, in noise; noise alone."""
    dice = np.random.default_rng(11)
    sets = [*corpora.training_sets(work).values(), corpora.load(work, "synth")]
    recorded, sounds = corpora.noise(work), []

    def background(size: int) -> np.ndarray:
        if len(recorded) <= size:
            return dice.standard_normal(size).astype(np.float32) * np.float32(0.03)
        start = int(dice.integers(0, len(recorded) - size))
        return recorded[start : start + size].astype(np.float32) / 32768

    def take(wave: np.ndarray) -> None:
        wave = wave + dice.standard_normal(len(wave)).astype(np.float32) * np.float32(2e-4)
        y = norm.apply(features.log_mel(np.clip(wave, -1, 1).astype(np.float32)))
        sounds.append(y[: len(y) // 4 * 4])

    for clips in sets:
        for k, clip in enumerate(clips[:: max(1, len(clips) // REHEARSED)]):
            wave = np.concatenate([np.zeros(2400, np.float32), clip.audio.astype(np.float32) / 32768, np.zeros(4800, np.float32)])
            noise = background(len(wave))
            level = np.sqrt(np.mean(wave**2) / (np.mean(noise**2) + 1e-9)) * 10 ** (-DECIBELS[k % len(DECIBELS)] / 20)
            take((wave + noise * level) * np.float32(GAINS[(k // len(DECIBELS)) % len(GAINS)]))
    for _ in range(10):
        take(background(5 * features.RATE))
    return sounds


def constants(model: Acoustic, work: Path, norm: Norm) -> tuple[Tables, dict[str, str]]:
    """(constants of the graph, metadata of their scales)."""
    return fold(model, Peaks(model, rehearsal(work, norm)))


def rounded(model: Acoustic, tables: Tables) -> Rounded:
    """The network that the file will hold."""
    return Rounded(tables, model.zh.out_features, model.en.out_features).eval()


def load_model(checkpoint: Path) -> Rounded:
    """What the file of a checkpoint computes."""
    model = trained(checkpoint)
    return rounded(model, constants(model, checkpoint.parent, measured_norm(checkpoint.parent))[0])


def write_onnx(model: Rounded, tables: Tables, scales: dict[str, str], norm: Norm, path: Path) -> None:
    """The model file, written whole or not at all; its metadata is what the recogniser must know to feed it."""
    metadata = {
        "sample_rate": str(features.RATE), "window": str(features.WINDOW), "hop": str(features.HOP),
        "mels": str(features.MELS), "subsampling": "4", "lookahead_ms": "0", "version": VERSION,
        **norm.metadata(), **scales,
    }
    part = path.with_suffix(".part")
    onnx.save(build(tables, model.zh, model.en, metadata), str(part))
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


def golden(model: Rounded, norm: Norm) -> tuple[dict, dict]:
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


def write(model: Rounded, tables: Tables, scales: dict[str, str], norm: Norm, out: Path, work: Path) -> None:
    """Writes acoustic.onnx, the unit tables and testdata/golden.json, and work/parity.json for check.mjs."""
    (out / "testdata").mkdir(parents=True, exist_ok=True)
    write_units(str(out))
    write_onnx(model, tables, scales, norm, out / "acoustic.onnx")
    vectors, parity = golden(model, norm)
    (out / "testdata" / "golden.json").write_text(json.dumps(vectors, ensure_ascii=False, separators=(",", ":")) + "\n")
    (work / "parity.json").write_text(json.dumps(parity))
    print(f"{out / 'acoustic.onnx'}: {(out / 'acoustic.onnx').stat().st_size / 1e6:.2f} MB, {sum(model.sizes)} bytes of state a call")


def main() -> None:
    """Export the checkpoint WORK/NAME.pt."""
    args = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    args.add_argument("--work", required=True)
    args.add_argument("--name", default="acoustic")
    args.add_argument("--out", default="models/hearing")
    opts = args.parse_args()
    out, work = Path(opts.out), Path(opts.work)
    model, norm = trained(work / f"{opts.name}.pt"), measured_norm(work)
    # The file holds the constants rounded; everything after must use the same.
    norm.prior = np.array([float(v) for v in norm.metadata()["norm_prior"].split()], np.float32)
    norm.peak = float(norm.metadata()["norm_peak"])
    tables, scales = constants(model, work, norm)
    write(rounded(model, tables), tables, scales, norm, out, work)


if __name__ == "__main__":
    main()
