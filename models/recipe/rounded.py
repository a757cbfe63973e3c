"""The acoustic model in whole numbers: what the shipped file computes.

Every matrix product multiplies 8-bit activations with 8-bit weights and sums
exactly, so that a stream's output depends neither on its chunks nor on the other
streams of its batch.  The activations' scales are fixed at export from recorded
sound.  Each channel has a scale of its own, folded into the layers before and
after it, so that in the graph every activation counts in steps of one:

    q = clip(round(v 127 / bound), -128, 127), or clip(round(v 255 / bound), 0, 255) where v >= 0

Weights have one scale per output (Jacob et al., arXiv:1712.05877); the spread of
activations moves into the weights (Xiao et al., arXiv:2211.10438).
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .network import KERNEL, MELS, Acoustic

Tables = dict[str, np.ndarray]

CLIP, GAIN = 7.0, 0.4  # of the features, as network.Acoustic takes them
SIGNED, UNSIGNED = 127.0, 255.0
BALANCE = 0.5  # share of the hidden channels' spread (as a power) that moves into the next weights


class Peaks:
    """Largest magnitude of every channel of the activations that the file holds in 8 bits."""

    def __init__(self, model: Acoustic, sounds: Iterable[np.ndarray]) -> None:
        """sounds: normalised features [T, 40], T a multiple of 4, of calls as they come."""
        self.top: dict[str, Tensor] = {}
        hooks = [model.norm.register_forward_hook(self._outputs("norm")),
                 model.first.register_forward_hook(self._outputs("first"))]
        for k, block in enumerate(model.blocks):
            hooks.append(block.norm.register_forward_hook(self._outputs(f"blocks.{k}.norm")))
            hooks.append(block.inner.register_forward_pre_hook(self._inputs(f"blocks.{k}.depthwise")))
            hooks.append(block.inner.register_forward_hook(self._outputs(f"blocks.{k}.inner")))
        with torch.no_grad():
            for y in sounds:
                model(torch.from_numpy(y[None]), model.start(1))
        for hook in hooks:
            hook.remove()

    def _note(self, name: str, x: Tensor) -> None:
        if name.endswith(("first", "inner")):
            x = torch.relu(x)  # what is negative there is cut off
        top = x.detach().abs().reshape(-1, x.shape[-1]).amax(dim=0)
        self.top[name] = torch.maximum(self.top[name], top) if name in self.top else top

    def _outputs(self, name: str):
        def hook(_: nn.Module, __: tuple, x: Tensor) -> None:
            self._note(name, x)
        return hook

    def _inputs(self, name: str):
        def hook(_: nn.Module, inputs: tuple) -> None:
            self._note(name, inputs[0])
        return hook

    def bound(self, name: str) -> np.ndarray:
        """[C] bounds; a channel that hardly ever moves gets a small one, not none."""
        top = self.top[name].numpy()
        return np.maximum(top, 1e-3 * top.max() + 1e-6)


def whole(weight: np.ndarray, axis: int) -> tuple[np.ndarray, np.ndarray]:
    """(int8 values, float32 scales without `axis`): one scale for each output."""
    scale = np.abs(weight).max(axis=axis).astype(np.float32) / 127 + np.float32(1e-12)
    return np.round(weight / np.expand_dims(scale, axis)).astype(np.int8), scale


def put(tables: Tables, name: str, weight: np.ndarray, bias: np.ndarray, inputs: np.ndarray | float, outputs: np.ndarray | float) -> None:
    """One matrix [out, in]: `inputs` is the value of an input's step, `outputs` that of an output's."""
    values, scale = whole((weight * inputs).T, 0)
    tables[name + ".weight"] = values
    tables[name + ".scale"] = (scale / outputs).astype(np.float32)
    tables[name + ".bias"] = (bias / outputs).astype(np.float32)


def fold(model: Acoustic, peaks: Peaks) -> tuple[Tables, dict[str, str]]:
    """(constants of the graph, metadata with the mean step of every folded activation: unfold needs it)."""
    p = {k: v.detach().numpy().astype(np.float64) for k, v in model.state_dict().items()}
    tables: Tables = {}
    mean: dict[str, float] = {}

    def step(name: str, size: float) -> np.ndarray:
        steps = peaks.bound(name).astype(np.float64) / size
        mean[name] = float(np.exp(np.log(steps).mean()))
        return steps

    def norm(name: str) -> np.ndarray:
        steps = step(name, SIGNED)
        tables[name + ".weight"] = (p[name + ".weight"] / steps).astype(np.float32)
        tables[name + ".bias"] = (p[name + ".bias"] / steps).astype(np.float32)
        return steps

    first = step("first", UNSIGNED)
    put(tables, "first", p["first.weight"], p["first.bias"], GAIN * CLIP / SIGNED, first)
    # The graph adds the output to itself, see graph.py.
    put(tables, "second", p["second.weight"], p["second.bias"], np.tile(first, 4), 2.0)
    for k in range(len(model.blocks)):
        name = f"blocks.{k}."
        normed, mixed = norm(name + "norm"), step(name + "depthwise", SIGNED)
        taps, scale = whole(p[name + "depthwise.weight"][:, :, 0] * (normed / mixed)[:, None, None], 2)
        tables[name + "depthwise.weight"], tables[name + "depthwise.scale"] = taps, scale[:, 0]
        tables[name + "depthwise.bias"] = np.round(p[name + "depthwise.bias"] / mixed / scale[:, 0]).astype(np.int32)
        top = peaks.bound(name + "inner").astype(np.float64)
        hidden = top**BALANCE * top.max() ** (1 - BALANCE) / UNSIGNED**0.5  # root of the step of its square
        mean[name + "inner"] = float(np.exp(np.log(hidden).mean()))
        put(tables, name + "inner", p[name + "inner.weight"], p[name + "inner.bias"], mixed, hidden)
        put(tables, name + "outer", p[name + "outer.weight"], p[name + "outer.bias"], hidden**2, 1.0)
    heads = ("zh", "en", "speech")
    put(tables, "heads", np.concatenate([p[h + ".weight"] for h in heads]), np.concatenate([p[h + ".bias"] for h in heads]), norm("norm"), 1.0)
    return tables, {"folded_" + k: f"{v:.6g}" for k, v in mean.items()}


def unfold(tables: Tables, mean: dict[str, str], zh: int, en: int) -> dict[str, np.ndarray]:
    """Parameters of network.Acoustic that compute the same, without the middle head.

    Steps that differed by channel come back as their mean, the rest stays in the weights beside them.
    """
    state: dict[str, np.ndarray] = {}

    def take(name: str, inputs: float, outputs: float) -> tuple[np.ndarray, np.ndarray]:
        weight = (tables[name + ".weight"].astype(np.float64) * tables[name + ".scale"]).T
        return weight * outputs / inputs, tables[name + ".bias"] * outputs

    def keep(name: str, inputs: float, outputs: float) -> None:
        state[name + ".weight"], state[name + ".bias"] = take(name, inputs, outputs)

    def norm(name: str) -> float:
        step = float(mean["folded_" + name])
        state[name + ".weight"], state[name + ".bias"] = tables[name + ".weight"] * step, tables[name + ".bias"] * step
        return step

    first = float(mean["folded_first"])
    keep("first", GAIN * CLIP / SIGNED, first)
    keep("second", first, 2.0)
    for k in range(sum(name.endswith("outer.bias") for name in tables)):
        name = f"blocks.{k}."
        normed, mixed, hidden = norm(name + "norm"), float(mean[f"folded_{name}depthwise"]), float(mean[f"folded_{name}inner"])
        scale = tables[name + "depthwise.scale"].astype(np.float64)
        state[name + "depthwise.weight"] = (tables[name + "depthwise.weight"] * scale[:, None, None] * mixed / normed)[:, :, None]
        state[name + "depthwise.bias"] = tables[name + "depthwise.bias"] * scale * mixed
        keep(name + "inner", mixed, hidden)
        keep(name + "outer", hidden**2, 1.0)
    weight, bias = take("heads", norm("norm"), 1.0)
    for head, rows in (("zh", slice(0, zh)), ("en", slice(zh, zh + en)), ("speech", slice(zh + en, None))):
        state[head + ".weight"], state[head + ".bias"] = weight[rows], bias[rows]
    return {k: v.astype(np.float32) for k, v in state.items()}


class Rounded(nn.Module):
    """The graph's arithmetic in torch, with the interface of network.Acoustic; the state holds whole numbers."""

    def __init__(self, tables: Tables, zh: int, en: int) -> None:
        super().__init__()
        self.zh, self.en = zh, en
        self.held = {k: torch.from_numpy(np.ascontiguousarray(v)).float() for k, v in tables.items()}
        self.blocks = sum(name.endswith("outer.bias") for name in tables)
        self.dim = len(tables["norm.bias"])
        self.sizes = [2 * MELS, 2 * len(tables["first.bias"])] + [(KERNEL - 1) * self.dim] * self.blocks

    def start(self, batch: int) -> Tensor:
        """State of a call that begins."""
        return torch.zeros(batch, sum(self.sizes))

    def product(self, name: str, x: Tensor) -> Tensor:
        """Whole numbers x times a matrix, in float64 as sums need 26 bits."""
        held = self.held
        total = (x.double() @ held[name + ".weight"].double()).float()
        return total * held[name + ".scale"] + held[name + ".bias"]

    def norm(self, name: str, x: Tensor) -> Tensor:
        """LayerNorm, rounded."""
        y = F.layer_norm(x, x.shape[-1:], self.held[name + ".weight"], self.held[name + ".bias"])
        return torch.clamp(torch.round(y), -128, 127)

    def mix(self, name: str, seen: Tensor) -> Tensor:
        """Depthwise convolution of whole numbers, rounded."""
        held = self.held
        taps, bias = held[name + ".weight"], held[name + ".bias"]
        y = F.conv1d(seen.transpose(1, 2), taps, bias, groups=self.dim).transpose(1, 2) * held[name + ".scale"]
        return torch.clamp(torch.round(y), -128, 127)

    def forward(self, feats: Tensor, state: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Log-probabilities zh [N, T/4, U], en [N, T/4, E], speech [N, T/4], state out."""
        parts, batch = torch.split(state, self.sizes, dim=1), len(feats)
        kept = []

        def stack(x: Tensor, past: Tensor) -> Tensor:
            rows = torch.cat([past.unsqueeze(1), x.reshape(batch, -1, past.shape[1])], dim=1)
            kept.append(rows[:, -1])
            return torch.cat([rows[:, :-1], rows[:, 1:]], dim=2)

        x = torch.clamp(torch.round(feats / np.float32(CLIP / SIGNED)), -128, 127)
        x = self.product("first", stack(x, parts[0]))
        x = self.product("second", stack(torch.clamp(torch.round(x), 0, 255), parts[1])) * 2
        for k in range(self.blocks):
            name = f"blocks.{k}."
            past = parts[2 + k].reshape(batch, KERNEL - 1, self.dim)
            seen = torch.cat([past, self.norm(name + "norm", x)], dim=1)
            kept.append(seen[:, 1 - KERNEL :].reshape(batch, -1))
            inner = torch.relu(self.product(name + "inner", self.mix(name + "depthwise", seen)))
            x = x + self.product(name + "outer", torch.clamp(torch.round(inner * inner), 0, 255))
        zh, en, speech = torch.split(self.product("heads", self.norm("norm", x)), [self.zh, self.en, 1], dim=2)
        return F.log_softmax(zh, dim=-1), F.log_softmax(en, dim=-1), torch.sigmoid(speech).squeeze(2), torch.cat(kept, dim=1)
