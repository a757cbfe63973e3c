"""Weights of an exported model, to go on training from where they stand.

The exported file stores large matrices as int8 with one scale per output and
[in, out] order; the head of the middle layer, which only training uses, is not in
it and starts from chance.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper

from .network import Acoustic


def constants(proto: onnx.ModelProto) -> dict[str, np.ndarray]:
    """Every initializer by name, int8 matrices widened again."""
    held = {t.name: numpy_helper.to_array(t) for t in proto.graph.initializer}
    for node in proto.graph.node:
        if node.op_type == "Cast" and node.input[0] in held:
            held[node.output[0]] = held[node.input[0]].astype(np.float32)
        elif node.op_type == "Mul" and all(name in held for name in node.input):
            held[node.output[0]] = held[node.input[0]] * held[node.input[1]]
    return held


def weights(path: Path) -> tuple[dict[str, torch.Tensor], dict[str, str]]:
    """(state dict without the middle head, metadata) of an exported model."""
    proto = onnx.load(str(path))
    held = constants(proto)
    names = {t.name for t in proto.graph.initializer}
    found = {n: held[n] for n in names if n.endswith((".weight", ".bias"))}
    products = {node.output[0]: node for node in proto.graph.node if node.op_type == "MatMul"}
    for node in proto.graph.node:
        if node.op_type != "Add":
            continue
        bias = next((n for n in node.input if n.endswith(".bias")), "")
        product = next((products[n] for n in node.input if n in products), None)
        if bias and product is not None:
            matrix = next(held[n] for n in product.input if n in held)
            found[bias.removesuffix("bias") + "weight"] = matrix.T
    state = {name: torch.from_numpy(np.array(value)) for name, value in found.items()}
    return state, {entry.key: entry.value for entry in proto.metadata_props}


def restore(model: Acoustic, path: Path) -> dict[str, str]:
    """Fills the model from an exported file of the same shape; returns the file's metadata."""
    state, metadata = weights(path)
    missing, unknown = model.load_state_dict(state, strict=False)
    lacking = [name for name in missing if not name.startswith("middle.")]
    if lacking or unknown:
        raise ValueError(f"{path} is not of this network's form: it lacks {lacking}, and holds {unknown} besides")
    return metadata


def keep_norm(metadata: dict[str, str], path: Path) -> None:
    """Writes the running mean's constants of an exported model as train.measured_norm keeps them."""
    prior = np.array([float(v) for v in metadata["norm_prior"].split()], np.float32)
    np.savez(path, prior=prior + 2.0, peak=float(metadata["norm_peak"]) + 3.0)
