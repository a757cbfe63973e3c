"""Makes a small recogniser of spoken digits in the streaming CTC form of public zipformer2 models, for the tests.

    python3 -m models.recipe.public.make --out asr/zipformer/testdata

espeak-ng reads digit strings in many voices, the network of network.py learns them, and what comes out has the names,
shapes, states and metadata that icefall's export gives to its models: model.onnx, tokens.txt, golden.json with numbers
that PyTorch computed, and digits.wav in a voice that was not heard in training. It takes some minutes on one core.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import subprocess
import wave
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper
from scipy.signal import resample_poly

from ..synth import HELD_OUT, usable_variants
from . import fbank
from .network import CHUNK, DIM, FACTORS, HEADS, KERNEL, LEFT, PAD, QUERY, VALUE, Network

READINGS = dict(zip("零一二三四五六七八九幺", "ling2 yi1 er4 san1 si4 wu3 liu4 qi1 ba1 jiu3 yao1".split()))
TOKENS = ["<blk>", "<sos/eos>", "<unk>", *READINGS]
STEP = 2 * CHUNK


def speak(text: str, voice: str, speed: int, pitch: int) -> np.ndarray:
    """16,000 Hz float samples of hanzi digits."""
    pinyin = " ".join(READINGS[c] for c in text)
    command = ["espeak-ng", "--stdout", "-v", f"cmn-latn-pinyin+{voice}", "-s", str(speed), "-p", str(pinch(pitch)), pinyin]
    sound = subprocess.run(command, capture_output=True, check=True).stdout
    with wave.open(io.BytesIO(sound)) as file:
        rate, raw = file.getframerate(), file.readframes(10**8)
    samples = np.frombuffer(raw[: len(raw) // 2 * 2], dtype="<i2").astype(np.float64) / 32768
    return resample_poly(samples, 16000 // 50, rate // 50)


def pinch(pitch: int) -> int:
    return max(0, min(99, pitch))


def telephone(samples: np.ndarray) -> np.ndarray:
    """What is left of it at 8,000 Hz."""
    return resample_poly(resample_poly(samples, 1, 2), 2, 1)


def utterance(dice: random.Random, voices: list[str]) -> tuple[np.ndarray, list[int]]:
    """Features of one random string with noise and level, and its tokens."""
    text = "".join(dice.choice(list(READINGS)) for _ in range(dice.randint(1, 5)))
    sound = speak(text, dice.choice(voices), dice.randint(140, 260), dice.randint(20, 80))
    if dice.random() < 0.8:
        sound = telephone(sound)
    noise = np.random.default_rng(dice.randrange(1 << 30))
    quiet = [np.zeros(int(16000 * dice.uniform(0.1, 0.6))) for _ in range(2)]
    sound = np.concatenate([quiet[0], sound, quiet[1]])
    level = 10 ** (dice.uniform(-14, 0) / 20)
    sound = sound * level + noise.normal(0, level * 10 ** (dice.uniform(-70, -35) / 20), len(sound))
    pcm = np.clip(sound * 32768, -32768, 32767).astype(np.int16)
    return fbank.fbank(pcm).astype(np.float32), [TOKENS.index(c) for c in text]


def together(group: list[tuple[np.ndarray, list[int]]]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    """Features padded to whole chunks, output lengths, labels in a row, their lengths."""
    longest = max(len(f) for f, _ in group)
    frames = -(-max(longest, STEP) // STEP) * STEP + PAD
    x = np.full((len(group), frames, 80), np.log(np.finfo(np.float32).eps), np.float32)
    for row, (features, _) in zip(x, group):
        row[: len(features)] = features
    lengths = torch.full((len(group),), (frames - PAD) // 4)
    return torch.from_numpy(x), lengths, torch.tensor([t for _, l in group for t in l]), torch.tensor([len(l) for _, l in group])


def train(network: Network, data: list[tuple[np.ndarray, list[int]]], steps: int, dice: random.Random) -> None:
    best = torch.optim.AdamW(network.parameters(), lr=3e-3, weight_decay=1e-3)
    plan = torch.optim.lr_scheduler.OneCycleLR(best, 4e-3, total_steps=steps)
    data = sorted(data, key=lambda d: len(d[0]))
    for step in range(steps):
        at = dice.randrange(len(data) - 16)
        x, lengths, labels, counts = together(dice.sample(data[at : at + 16], 8))
        out = network.whole(x + 0.3 * torch.randn(x.size(0), 1, 80))
        loss = torch.nn.functional.ctc_loss(out.transpose(0, 1), labels, lengths, counts, zero_infinity=True)
        best.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 2.0)
        best.step()
        plan.step()
        if step % 100 == 99:
            print(f"step {step + 1}: loss {loss.item():.3f}", flush=True)


def round_weights(network: Network) -> None:
    """Makes large tensors 127 steps of their largest number, as the file will hold them."""
    for p in network.parameters():
        if p.numel() >= 256:
            scale = p.data.abs().max() / 127
            p.data = (p.data / scale).round() * scale


def shrink(graph: onnx.GraphProto) -> None:
    """Stores large float tensors, already rounded, as int8 and a scale, which become floats again as the file is read."""
    nodes, kept = [], []
    for tensor in graph.initializer:
        array = numpy_helper.to_array(tensor)
        if array.dtype != np.float32 or array.size < 256:
            kept.append(tensor)
            continue
        scale = np.float32(np.abs(array).max() / 127)
        name = tensor.name
        kept += [numpy_helper.from_array(np.round(array / scale).astype(np.int8), name + "_8"), numpy_helper.from_array(scale, name + "_s")]
        nodes += [helper.make_node("Cast", [name + "_8"], [name + "_w"], to=1), helper.make_node("Mul", [name + "_w", name + "_s"], [name])]
    rest = list(graph.node)
    for node in rest:
        node.ClearField("name")
        node.ClearField("doc_string")
    del graph.initializer[:], graph.node[:]
    graph.initializer.extend(kept)
    graph.node.extend(nodes + rest)


class Exported(torch.nn.Module):
    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def forward(self, x: torch.Tensor, states: list[torch.Tensor]) -> tuple[torch.Tensor, list[torch.Tensor]]:
        return self.network.chunk(x, states)


def export(network: Network, path: Path) -> None:
    """Writes the network under the names of the public form, the batch the only free axis."""
    names, axes = [], []
    for i in range(len(LEFT)):
        for kind, axis in (("key", 1), ("nonlin_attn", 1), ("val1", 1), ("val2", 1), ("conv1", 0), ("conv2", 0)):
            names.append(f"cached_{kind}_{i}")
            axes.append(axis)
    names, axes = [*names, "embed_states", "processed_lens"], [*axes, 0, 0]
    free = {"x": {0: "N"}, "log_probs": {0: "N"}}
    for name, axis in zip(names, axes):
        free[name] = free["new_" + name] = {axis: "N"}
    sample = (torch.zeros(1, STEP + PAD, 80), network.states(1))
    torch.onnx.export(
        Exported(network), sample, str(path), opset_version=13, input_names=["x", *names],
        output_names=["log_probs", *("new_" + n for n in names)], dynamic_axes=free,
    )
    model = onnx.load(str(path))
    shrink(model.graph)
    del model.metadata_props[:]

    def many(value: int) -> str:
        return ",".join([str(value)] * len(LEFT))

    for key, value in {
        "model_type": "zipformer2", "version": "1", "model_author": "voxgate", "comment": "streaming ctc zipformer2",
        "decode_chunk_len": str(STEP), "T": str(STEP + PAD), "num_encoder_layers": many(1), "encoder_dims": many(DIM),
        "cnn_module_kernels": many(KERNEL), "left_context_len": ",".join(map(str, LEFT)),
        "query_head_dims": many(QUERY), "value_head_dims": many(VALUE), "num_heads": many(HEADS),
    }.items():
        entry = model.metadata_props.add()
        entry.key, entry.value = key, value
    onnx.checker.check_model(model)
    onnx.save(model, str(path))


@torch.no_grad()
def stream(network: Network, features: np.ndarray) -> np.ndarray:
    """[steps, tokens] log-probabilities, chunk after chunk."""
    x, states, out = torch.from_numpy(features.astype(np.float32)).unsqueeze(0), network.states(1), []
    for at in range(0, x.size(1) - STEP - PAD + 1, STEP):
        y, states = network.chunk(x[:, at : at + STEP + PAD], states)
        out.append(y[0])
    return torch.cat(out).numpy()


def greedy(table: np.ndarray) -> list[int]:
    best = table.argmax(axis=1).tolist()
    return [b for i, b in enumerate(best) if b and (i == 0 or b != best[i - 1])]


@torch.no_grad()
def check(network: Network, data: list[tuple[np.ndarray, list[int]]]) -> None:
    right = 0
    for features, labels in data:
        padded = together([(features, labels)])[0]
        table = stream(network, padded[0].numpy())
        if np.abs(table - network.whole(padded)[0].numpy()).max() > 1e-3:
            raise SystemExit("chunk after chunk the network says something else than at once")
        right += greedy(table) == labels
    print(f"{right} of {len(data)} strings right, in voices that training did not hear")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--strings", type=int, default=1500)
    parser.add_argument("--steps", type=int, default=1500)
    args = parser.parse_args()
    torch.manual_seed(5)
    torch.set_num_threads(1)
    dice = random.Random(5)
    args.out.mkdir(parents=True, exist_ok=True)
    voices = usable_variants()
    data = [utterance(dice, voices) for _ in range(args.strings)]
    print(f"{len(data)} strings read")
    network = Network(len(TOKENS))
    print(f"{sum(p.numel() for p in network.parameters())} parameters")
    train(network, data, args.steps, dice)
    round_weights(network.eval())
    check(network, [utterance(dice, list(HELD_OUT)) for _ in range(60)])
    export(network, args.out / "model.onnx")
    (args.out / "tokens.txt").write_text("".join(f"{t} {i}\n" for i, t in enumerate(TOKENS)), encoding="utf-8")
    table = stream(network, fbank.fbank(fbank.sound(24000)))
    golden = {"samples": 24000, "steps": len(table), "log_probs": [[round(float(v), 4) for v in row] for row in table]}
    (args.out / "golden.json").write_text(json.dumps(golden) + "\n", encoding="utf-8")
    spoken = telephone(speak("幺三七零二九五八四六", "steph2", 190, 50))[::2]
    with wave.open(str(args.out / "digits.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes((np.clip(spoken * 0.7, -1, 1) * 32767).astype("<i2").tobytes())


if __name__ == "__main__":
    main()
