"""Export: trained networks as one ONNX file with 8-bit tables, probabilities out.

    python3 -m models.recipe.understanding.export --data DIR --calibration DIR/calibration.json --out FILE.onnx DIR/model*.pt
"""

from __future__ import annotations

import argparse
import json
import warnings
from pathlib import Path

import numpy as np
import onnx
import torch
from torch import nn
from torch.nn import functional as F

from .examples import MOODS, Examples
from .network import Network, joined


def load(checkpoint: Path, classes: int) -> Network:
    """A trained network."""
    kept = torch.load(checkpoint, map_location="cpu")
    net = Network(classes, len(MOODS), kept["width"])
    net.load_state_dict(kept["net"])
    return net.eval()


class Table(nn.Module):
    """An embedding in 8 bits with a scale for each row."""

    def __init__(self, table: nn.Embedding) -> None:
        super().__init__()
        weight = table.weight.detach()
        scale = weight.abs().amax(1, keepdim=True).clamp(min=1e-8) / 127
        self.register_buffer("scale", scale)
        self.register_buffer("bytes", (weight / scale).round().to(torch.int8))

    def forward(self, index: torch.Tensor) -> torch.Tensor:
        return F.embedding(index, self.bytes).float() * F.embedding(index, self.scale)


class Calibrated(nn.Module):
    """deep [T, SLOTS], wide [M] of one line in; intents [C], wanted [C] and moods [K] as probabilities out."""

    def __init__(self, nets: list[Network], calibration: dict) -> None:
        super().__init__()
        self.nets = nn.ModuleList(nets)
        for net in nets:
            net.units, net.grams = Table(net.units), Table(net.grams)
        self.kept = calibration

    def forward(self, deep: torch.Tensor, wide: torch.Tensor) -> tuple[torch.Tensor, ...]:
        return self.share([joined(net(deep.unsqueeze(0), wide.unsqueeze(0))) for net in self.nets])

    def share(self, outputs: list[tuple[torch.Tensor, ...]]) -> tuple[torch.Tensor, ...]:
        """Probabilities of one line from the logits of all networks."""
        intent, wanted, mood = (sum(z) / len(outputs) for z in zip(*outputs))
        k = self.kept
        return (
            (intent[0] / k["intent"]).softmax(-1),
            (wanted[0] * k["wanted"][0] + k["wanted"][1]).sigmoid(),
            (mood[0] / k["mood"]).softmax(-1),
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


def export(model: Calibrated, classes: list[str], out: Path) -> None:
    """Writes the file; metadata: classes, moods, outside (the threshold of out_of_scope)."""
    example = (torch.ones(5, 8, dtype=torch.int32), torch.ones(9, dtype=torch.int32))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the tracer's, on shapes that it does follow; the golden lines tell whether it did
        torch.onnx.export(
            model, example, str(out), opset_version=16, do_constant_folding=False,
            input_names=["deep", "wide"], output_names=["intents", "wanted", "moods"],
            dynamic_axes={"deep": {0: "units"}, "wide": {0: "grams"}},
        )
    graph = onnx.load(str(out))
    for key, value in {"classes": " ".join(classes), "moods": " ".join(MOODS), "outside": f"{model.kept['outside']:.4f}"}.items():
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
    nets = [load(c, len(data.classes)) for c in args.checkpoints]
    model = Calibrated(nets, json.loads(args.calibration.read_text())).eval()
    export(model, data.classes, args.out)
    golden(model, data, args.out.parent / "testdata" / "golden.jsonl")
    print(args.out, args.out.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
