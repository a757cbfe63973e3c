"""Weights of an exported model, to go on training from where they stand.

The file holds 8-bit weights and folded scales, see rounded.py; the head of the
middle layer, which only training uses, is not in it and starts from chance.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper

from .network import Acoustic
from .rounded import unfold


def weights(path: Path) -> tuple[dict[str, torch.Tensor], dict[str, str]]:
    """(state dict without the middle head, metadata) of an exported model."""
    proto = onnx.load(str(path))
    tables = {t.name: numpy_helper.to_array(t) for t in proto.graph.initializer}
    metadata = {entry.key: entry.value for entry in proto.metadata_props}
    size = {o.name: o.type.tensor_type.shape.dim[-1].dim_value for o in proto.graph.output}
    try:
        state = unfold(tables, metadata, size["zh"], size["en"])
    except KeyError as missing:
        raise ValueError(f"{path} is not of this recipe's form: it lacks {missing}") from missing
    return {name: torch.from_numpy(value) for name, value in state.items()}, metadata


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
