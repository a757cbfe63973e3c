"""The network: n-grams of the line beside a small net over its units, three heads."""

from __future__ import annotations

import math

import torch
from torch import nn
from torch.nn import functional as F

DEEP_BUCKETS = 1 << 14
WIDE_BUCKETS = 1 << 16


class Block(nn.Module):
    """A residual convolution over three units."""

    def __init__(self, width: int, dilation: int, drop: float) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.conv = nn.Conv1d(width, 2 * width, 3, padding=dilation, dilation=dilation)
        self.drop = nn.Dropout(drop)

    def forward(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        y = self.norm(x) * mask
        y = F.glu(self.conv(y.transpose(1, 2)).transpose(1, 2), dim=-1)
        return x + self.drop(y)


class Attention(nn.Module):
    """Self-attention over all units of a line."""

    def __init__(self, width: int, heads: int, drop: float) -> None:
        super().__init__()
        self.heads = heads
        self.norm = nn.LayerNorm(width)
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.drop = nn.Dropout(drop)

    def forward(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        n, t, w = x.shape
        q, k, v = self.qkv(self.norm(x)).view(n, t, 3, self.heads, w // self.heads).permute(2, 0, 3, 1, 4)
        scores = q @ k.transpose(-1, -2) / math.sqrt(w // self.heads)
        scores = scores + (mask.transpose(1, 2).unsqueeze(1) - 1) * 1e4
        y = (scores.softmax(-1) @ v).transpose(1, 2).reshape(n, t, w)
        return x + self.drop(self.out(y))


class Network(nn.Module):
    """deep [N, T, SLOTS] and wide [N, M] in; logits of intents, of every intent apart, and of moods out."""

    def __init__(self, classes: int, moods: int, width: int = 64, heads: int = 4, layers: int = 2, drop: float = 0.25) -> None:
        super().__init__()
        self.classes, self.moods, self.drop = classes, moods, drop
        self.units = nn.Embedding(DEEP_BUCKETS, width, padding_idx=0, sparse=True)
        nn.init.normal_(self.units.weight, std=0.1)
        self.grams = nn.Embedding(WIDE_BUCKETS, classes + moods, padding_idx=0, sparse=True)
        nn.init.zeros_(self.grams.weight)
        self.first = nn.LayerNorm(width)
        self.blocks = nn.ModuleList([Block(width, 1 if i == 0 else 2**i, drop) for i in range(layers)])
        self.attention = Attention(width, heads, drop)
        self.look = nn.Linear(width, heads)
        self.hidden = nn.Linear(width * (heads + 1), 2 * width)
        self.heads = nn.Linear(2 * width, 2 * classes + moods)
        self.bias = nn.Parameter(torch.zeros(classes + moods))
        self.every = nn.Parameter(torch.tensor([0.5, -2.0]))

    def forward(self, deep: torch.Tensor, wide: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """Logits of both halves apart: intent and mood of the n-grams; intent, every intent and mood of the units."""
        there = (wide > 0).float()
        if self.training:
            there = there * (torch.rand_like(there) > self.drop)
        rows = self.grams(wide) * there.unsqueeze(-1)
        w = rows.sum(1) / there.sum(1, keepdim=True).clamp(min=1).sqrt() + self.bias
        keep = (deep > 0).float()
        mask = keep.amax(-1, keepdim=True)
        mask[:, 0] = 1
        if self.training:
            keep = keep * (torch.rand_like(keep) > 0.15)
        x = self.first((self.units(deep) * keep.unsqueeze(-1)).sum(2))
        x = F.dropout(x, self.drop, self.training)
        for block in self.blocks:
            x = block(x, mask)
        x = self.attention(x, mask)
        look = (self.look(x) + (mask - 1) * 1e4).softmax(1)
        parts = torch.einsum("nth,ntw->nhw", look, x).flatten(1)
        peak = (x + (mask - 1) * 1e4).amax(1)
        h = F.dropout(F.gelu(self.hidden(torch.cat([parts, peak], 1))), self.drop, self.training)
        d, every, mood = self.heads(h).split([self.classes, self.classes, self.moods], 1)
        return w[:, : self.classes], w[:, self.classes :], d, every + self.every[0] * w[:, : self.classes] + self.every[1], mood


def joined(outputs: tuple[torch.Tensor, ...]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Logits of the intent, of every intent and of the mood, both halves together."""
    w, w_mood, d, every, mood = outputs
    return w + d, every, w_mood + mood
