"""Export: trained networks as one ONNX file with 8-bit tables, probabilities out.

    python3 -m models.recipe.understanding.export --data DIR --calibration DIR/calibration.json --out FILE.onnx DIR/model*.pt
"""

from __future__ import annotations

import argparse
import base64
import json
import warnings
from pathlib import Path

import numpy as np
import onnx
import torch
from torch import nn
from torch.nn import functional as F

from .examples import MOODS, Examples, Known
from .network import Network


def load(checkpoint: Path, classes: int) -> tuple[Network, Known]:
    """A trained network and the features that it knows."""
    kept = torch.load(checkpoint, map_location="cpu")
    known = Known(kept["deep"], kept["wide"])
    net = Network(classes, len(MOODS), len(known.deep), len(known.wide), kept["width"])
    net.load_state_dict(kept["net"])
    return net.eval(), known


class Table(nn.Module):
    """An embedding in 8 bits with a scale for each row."""

    def __init__(self, table: nn.Embedding) -> None:
        super().__init__()
        weight = table.weight.detach()
        scale = (weight.abs().amax(1, keepdim=True) / 127).clamp(min=1e-6).half().float()
        self.register_buffer("scale", scale.half())
        self.register_buffer("bytes", (weight / scale).round().clamp(-127, 127).to(torch.int8))

    def forward(self, index: torch.Tensor) -> torch.Tensor:
        return F.embedding(index, self.bytes).float() * F.embedding(index, self.scale).float()


class Calibrated(nn.Module):
    """deep [T, SLOTS], wide [M] of one line in; intents [C], wanted [C] and moods [K] as probabilities out: those of the
    mean logits of some networks. Their tables of n-grams become one, their mean."""

    def __init__(self, nets: list[Network], calibration: dict) -> None:
        super().__init__()
        self.kept, first = calibration, nets[0]
        with torch.no_grad():
            # What says how much the n-grams count for every intent apart moves along with them.
            self.every = nn.Parameter(sum(net.every for net in nets) / len(nets))
            first.grams.weight.copy_(sum(net.grams.weight for net in nets) / len(nets))
            first.bias.copy_(sum(net.bias for net in nets) / len(nets))
        first.grams = Table(first.grams)
        for net in nets:
            net.units = Table(net.units)
        self.nets = nn.ModuleList(nets)

    def forward(self, deep: torch.Tensor, wide: torch.Tensor) -> tuple[torch.Tensor, ...]:
        first = self.nets[0]
        w = first.wide_half(wide.unsqueeze(0))[0]
        d = sum(net.deep_half(deep.unsqueeze(0))[0] for net in self.nets) / len(self.nets)
        intent, every, mood = d.split([first.classes, first.classes, first.moods])
        of_grams = w[: first.classes]
        k = self.kept
        return (
            ((intent + of_grams) / k["intent"]).softmax(-1),
            ((every + self.every[0] * of_grams + self.every[1]) * k["wanted"][0] + k["wanted"][1]).sigmoid(),
            ((mood + w[first.classes :]) / k["mood"]).softmax(-1),
        )


def golden(model: Calibrated, data: Examples, out: Path) -> None:
    """Writes what the network says of some lines, for the program to be held against."""
    said = []
    for row in range(0, len(data.lines), len(data.lines) // 24):
        batch = data.batch(np.array([row]), np.array([0]))
        with torch.no_grad():
            intents, wanted, moods = (p.tolist() for p in model(batch.deep[0].int(), batch.wide[0].int()))
        best = int(np.argmax(intents))
        said.append({"text": data.lines[row]["text"], "class": data.classes[best], "p": round(intents[best], 4),
                     "wanted": round(wanted[best], 4), "neutral": round(moods[0], 4)})
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text("".join(json.dumps(x, ensure_ascii=False) + "\n" for x in said))


def export(model: Calibrated, known: Known, classes: list[str], out: Path) -> None:
    """Writes the file; metadata: classes, moods, outside (the threshold of out_of_scope), deep and wide (the features)."""
    example = (torch.ones(5, 8, dtype=torch.int32), torch.ones(9, dtype=torch.int32))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the tracer's, on shapes that it does follow; the golden lines tell whether it did
        torch.onnx.export(
            model, example, str(out), opset_version=16, do_constant_folding=False,
            input_names=["deep", "wide"], output_names=["intents", "wanted", "moods"],
            dynamic_axes={"deep": {0: "units"}, "wide": {0: "grams"}},
        )
    graph = onnx.load(str(out))
    names = {key: base64.b64encode(hashes.astype("<u4").tobytes()).decode() for key, hashes in (("deep", known.deep), ("wide", known.wide))}
    for key, value in {"classes": " ".join(classes), "moods": " ".join(MOODS), "outside": f"{model.kept['outside']:.4f}", **names}.items():
        entry = graph.metadata_props.add()
        entry.key, entry.value = key, value
    graph.producer_name, graph.producer_version = "voxgate", ""
    for node in graph.graph.node:
        node.doc_string = ""
    onnx.checker.check_model(graph)
    onnx.save(graph, str(out))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--calibration", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("checkpoints", type=Path, nargs="+")
    args = parser.parse_args()
    data = Examples(args.data)
    nets, features = zip(*(load(c, len(data.classes)) for c in args.checkpoints))
    data.use(features[0])
    model = Calibrated(list(nets), json.loads(args.calibration.read_text())).eval()
    export(model, features[0], data.classes, args.out)
    golden(model, data, args.out.parent / "testdata" / "golden.jsonl")
    print(args.out, args.out.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
