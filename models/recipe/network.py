"""The acoustic model: causal convolutions, CTC heads for Mandarin and English, speech head.

Four feature frames (40 ms) make one step.  Everything looks back only, so that a
chunked run with the carried state gives what a whole utterance gives.  The state
is one flat vector per stream, zeros at the start of a call.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

MELS = 40
KERNEL = 11


def dense(layer: nn.Linear, x: Tensor, half: bool) -> Tensor:
    """A Linear layer, in bfloat16 while training: the rest must stay float32."""
    if not half:
        return layer(x)
    with torch.autocast(x.device.type, dtype=torch.bfloat16):
        return layer(x)


class Block(nn.Module):
    """Residual: LayerNorm, causal depthwise convolution over time, feed-forward."""

    def __init__(self, dim: int, hidden: int, dropout: float) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(dim)
        self.depthwise = nn.Conv2d(dim, dim, (1, KERNEL), groups=dim)
        self.inner = nn.Linear(dim, hidden)
        self.outer = nn.Linear(hidden, dim)
        self.dropout = dropout

    def forward(self, x: Tensor, past: Tensor) -> tuple[Tensor, Tensor]:
        """x [N, T, C], past [N, KERNEL-1, C] -> (x, the past of the next chunk)."""
        seen = torch.cat([past, self.norm(x)], dim=1)
        # [N, T, C] seen as channels-last [N, C, 1, T] without a copy.
        mixed = self.depthwise(seen.transpose(1, 2).unsqueeze(2)).squeeze(2).transpose(1, 2)
        inner = torch.relu(dense(self.inner, mixed, self.training))
        out = dense(self.outer, inner * inner, self.training).float()
        if self.training and self.dropout > 0:
            # One mask for the whole utterance: cheaper, and harder to average away.
            keep = 1 - self.dropout
            out = out * (torch.rand(x.shape[0], 1, x.shape[2], device=x.device) < keep) / keep
        x = x + out
        return x, seen[:, seen.shape[1] - (KERNEL - 1) :]


class Acoustic(nn.Module):
    """feats [N, T, 40] (T a multiple of 4), state [N, S] -> zh, en, speech, state."""

    def __init__(self, zh: int, en: int, dim: int = 256, hidden: int = 768, blocks: int = 10, dropout: float = 0.1) -> None:
        super().__init__()
        self.dim, self.width = dim, 160
        self.shape = {"dim": dim, "hidden": hidden, "blocks": blocks}
        self.first = nn.Linear(4 * MELS, self.width)
        self.second = nn.Linear(4 * self.width, dim)
        self.blocks = nn.ModuleList(Block(dim, hidden, dropout) for _ in range(blocks))
        self.norm = nn.LayerNorm(dim)
        self.zh = nn.Linear(dim, zh)
        self.en = nn.Linear(dim, en)
        self.speech = nn.Linear(dim, 1)
        self.middle = nn.Linear(dim, zh)
        self.sizes = [2 * MELS, 2 * self.width] + [(KERNEL - 1) * dim] * blocks
        for block in self.blocks:
            nn.init.normal_(block.depthwise.weight, std=KERNEL**-0.5)
            nn.init.zeros_(block.outer.bias)
            block.outer.weight.data.mul_(0.3)

    def encode(self, feats: Tensor, state: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """(last hidden, middle hidden, state out)."""
        parts = torch.split(state, self.sizes, dim=1)
        batch = feats.shape[0]
        x = feats.clamp(-7.0, 7.0) * 0.4
        pairs = torch.cat([parts[0].unsqueeze(1), x.reshape(batch, -1, 2 * MELS)], dim=1)
        kept = [pairs[:, -1]]
        x = torch.relu(dense(self.first, torch.cat([pairs[:, :-1], pairs[:, 1:]], dim=2), self.training)).float()
        pairs = torch.cat([parts[1].unsqueeze(1), x.reshape(batch, -1, 2 * self.width)], dim=1)
        kept.append(pairs[:, -1])
        x = dense(self.second, torch.cat([pairs[:, :-1], pairs[:, 1:]], dim=2), self.training).float()
        middle = x
        for k, block in enumerate(self.blocks):
            past = parts[2 + k].reshape(batch, KERNEL - 1, self.dim)
            x, past = block(x, past)
            kept.append(past.reshape(batch, (KERNEL - 1) * self.dim))
            if k == len(self.blocks) // 2 - 1:
                middle = x
        return self.norm(x), middle, torch.cat(kept, dim=1)

    def forward(self, feats: Tensor, state: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Log-probabilities zh [N, T/4, U], en [N, T/4, E], speech [N, T/4], state out."""
        hidden, _, state = self.encode(feats, state)
        zh = F.log_softmax(self.zh(hidden).float(), dim=-1)
        en = F.log_softmax(self.en(hidden).float(), dim=-1)
        return zh, en, torch.sigmoid(self.speech(hidden).float()).squeeze(2), state

    def start(self, batch: int, device: str | torch.device = "cpu") -> Tensor:
        """State of a call that begins."""
        return torch.zeros(batch, sum(self.sizes), device=device)
