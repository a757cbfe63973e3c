"""The network: n-grams of the line beside a small net over its units, three heads."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional as F

SPANS = (1, 2, 3)  # units that a filter sees


class Network(nn.Module):
    """deep [N, T, SLOTS] and wide [N, M] in; logits of intents, of every intent apart, and of moods out."""

    def __init__(self, classes: int, moods: int, units: int, grams: int, width: int = 96, drop: float = 0.3) -> None:
        super().__init__()
        self.classes, self.moods, self.drop = classes, moods, drop
        self.units = nn.Embedding(units + 1, width, padding_idx=0, sparse=True)
        nn.init.normal_(self.units.weight, std=0.1)
        self.grams = nn.Embedding(grams + 1, classes + moods, padding_idx=0, sparse=True)
        nn.init.zeros_(self.grams.weight)
        self.spans = nn.ModuleList([nn.Conv1d(width, 2 * width, k, padding=k) for k in SPANS])
        self.heads = nn.Linear(2 * width * len(SPANS) + width, 2 * classes)
        self.mood_spans = nn.ModuleList([nn.Conv1d(width, width // 2, k, padding=k) for k in SPANS])
        self.mood_head = nn.Linear(width // 2 * len(SPANS) + width, moods)
        self.bias = nn.Parameter(torch.zeros(classes + moods))
        self.every = nn.Parameter(torch.tensor([0.5, -2.0]))

    def wide_half(self, wide: torch.Tensor) -> torch.Tensor:
        """Logits of intent and mood from n-grams [N, M]. Linear in the table, so the mean of tables is the mean of networks."""
        there = (wide > 0).float()
        if self.training:
            there = there * (torch.rand_like(there) > self.drop)
        rows = self.grams(wide) * there.unsqueeze(-1)
        return rows.sum(1) / there.sum(1, keepdim=True).clamp(min=1).sqrt() + self.bias

    def deep_half(self, deep: torch.Tensor) -> torch.Tensor:
        """Logits of intent, of every intent apart and of mood from units [N, T, SLOTS]."""
        keep = (deep > 0).float()
        count = keep.amax(-1).sum(1, keepdim=True).clamp(min=1)
        if self.training:
            keep = keep * (torch.rand_like(keep) > 0.2)
        x = (self.units(deep) * keep.unsqueeze(-1)).sum(2).transpose(1, 2)
        # Padding is zero and every line has room for a whole span of it, so that it means the same in any batch.
        total = x.sum(2) / count.sqrt()
        out = []
        for spans, head in ((self.spans, self.heads), (self.mood_spans, self.mood_head)):
            parts = [F.relu(span(x)).amax(2) for span in spans] + [total]
            out.append(head(F.dropout(torch.cat(parts, 1), self.drop, self.training)))
        return torch.cat(out, 1)

    def forward(self, deep: torch.Tensor, wide: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """Logits of both halves apart: intent and mood of the n-grams; intent, every intent and mood of the units."""
        w = self.wide_half(wide)
        d, every, mood = self.deep_half(deep).split([self.classes, self.classes, self.moods], 1)
        return w[:, : self.classes], w[:, self.classes :], d, every + self.every[0] * w[:, : self.classes] + self.every[1], mood


def joined(outputs: tuple[torch.Tensor, ...]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Logits of the intent, of every intent and of the mood, both halves together."""
    w, w_mood, d, every, mood = outputs
    return w + d, every, w_mood + mood
