"""A very small streaming network with the layers and the state of a zipformer2 (Yao et al. 2023, arXiv 2310.11230).

Time runs at 100 frames a second in the input, 50 after the embedding, 25 in the output. The embedding looks at 13 frames
beyond its chunk. Two stacks follow, the second at half the rate; every layer computes its attention weights once and
uses them for a non-linear attention and two plain ones, with causal convolutions between.
`whole` computes an utterance at once for training, `chunk` the same numbers in pieces with state.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

CHUNK = 16  # frames after the embedding
PAD = 13  # input frames beyond a chunk
DIM = 32
LEFT = (32, 16)  # frames of left context of each stack
FACTORS = (1, 2)
HEADS, QUERY, VALUE = 2, 8, 8
KERNEL = 15
CHANNELS, BANDS = 128, 19  # of the embedding


def heads(x: Tensor, size: int) -> Tensor:
    """[T, N, heads * size] -> [N, heads, T, size]."""
    return x.reshape(x.size(0), x.size(1), -1, size).permute(1, 2, 0, 3)


def pairs(x: Tensor, factor: int) -> Tensor:
    """[factor * T, N, D] -> [T, N, D], means."""
    return x if factor == 1 else x.reshape(-1, factor, x.size(1), x.size(2)).mean(dim=1)


class Embedding(nn.Module):
    """80 mels at 100 Hz to DIM numbers at 50 Hz."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv2d(1, 4, 3, padding=(0, 1))
        self.second = nn.Conv2d(4, 8, 3, stride=2)
        self.third = nn.Conv2d(8, CHANNELS, 3, stride=(1, 2), groups=4)
        self.depthwise = nn.Conv2d(CHANNELS, CHANNELS, (7, 1), groups=CHANNELS)
        self.wide = nn.Conv2d(CHANNELS, 24, 1)
        self.narrow = nn.Conv2d(24, CHANNELS, 1)
        self.out = nn.Linear(CHANNELS * BANDS, DIM)
        self.norm = nn.LayerNorm(DIM)

    def forward(self, x: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        """[N, T, 80] and [N, 128, 3, 19] -> [N, (T - 7) // 2 - 3, DIM] and the new state."""
        x = F.silu(self.first(x.unsqueeze(1) / 8))
        x = F.silu(self.second(x))
        x = F.silu(self.third(x))
        inner = x[:, :, :-3]
        mixed = self.depthwise(torch.cat([state, x], dim=2))
        y = inner + self.narrow(F.silu(self.wide(mixed)))
        y = y.permute(0, 2, 1, 3).flatten(2)
        return self.norm(self.out(y)), torch.cat([state, inner], dim=2)[:, :, -3:]


class Convolution(nn.Module):
    """Gated causal depthwise convolution; the state are the KERNEL // 2 frames before."""

    def __init__(self) -> None:
        super().__init__()
        self.into = nn.Linear(DIM, 2 * DIM)
        self.depthwise = nn.Conv1d(DIM, DIM, KERNEL // 2 + 1, groups=DIM)
        self.out = nn.Linear(DIM, DIM)

    def forward(self, x: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        """[T, N, DIM] and [N, DIM, KERNEL // 2]."""
        values, gates = self.into(x).chunk(2, dim=2)
        padded = torch.cat([state, (values * torch.sigmoid(gates)).permute(1, 2, 0)], dim=2)
        y = self.depthwise(padded).permute(2, 0, 1)
        return self.out(F.silu(y)), padded[:, :, -(KERNEL // 2):]


class Feedforward(nn.Sequential):
    def __init__(self) -> None:
        super().__init__(nn.Linear(DIM, 2 * DIM), nn.SiLU(), nn.Linear(2 * DIM, DIM))


class Layer(nn.Module):
    """One layer; its state are six tensors in the order of the public form."""

    def __init__(self, left: int, chunk: int) -> None:
        super().__init__()
        self.left, self.chunk = left, chunk
        self.query, self.key = nn.Linear(DIM, HEADS * QUERY), nn.Linear(DIM, HEADS * QUERY)
        self.distance = nn.Parameter(torch.zeros(HEADS, left + 2 * chunk))
        self.gates, self.merge = nn.Linear(DIM, 3 * (3 * DIM // 4)), nn.Linear(3 * DIM // 4, DIM)
        self.values = nn.ModuleList(nn.Linear(DIM, HEADS * VALUE) for _ in range(2))
        self.joins = nn.ModuleList(nn.Linear(HEADS * VALUE, DIM) for _ in range(2))
        self.convolutions = nn.ModuleList(Convolution() for _ in range(2))
        self.forwards = nn.ModuleList(Feedforward() for _ in range(3))
        self.norm = nn.LayerNorm(DIM)

    def attention(self, x: Tensor, keys: Tensor, mask: Tensor, gap: Tensor) -> Tensor:
        """[N, HEADS, T, K] weights of x over keys; mask [N or 1, T, K] is true where nothing may be seen."""
        scores = heads(self.query(x), QUERY) @ heads(keys, QUERY).transpose(2, 3) * QUERY**-0.5 + self.distance[:, gap]
        return scores.masked_fill(mask.unsqueeze(1), -1000.0).softmax(dim=3)

    def attend(self, weights: Tensor, values: Tensor, size: int) -> Tensor:
        """[T, N, DIM-like]: weights over [K, N, heads * size]."""
        return (weights @ heads(values, size)).permute(2, 0, 1, 3).flatten(2)

    def forward(self, x: Tensor, state: list[Tensor], mask: Tensor, gap: Tensor) -> tuple[Tensor, list[Tensor]]:
        """x [T, N, DIM]; gap [T, K] is how far a key lies behind a frame, counted from the farthest ahead."""
        key, shaped, first, second, near, far = state
        keys = torch.cat([key, self.key(x)])
        weights = self.attention(x, keys, mask, gap)
        x = x + self.forwards[0](x)
        scale, values, gate = self.gates(x).chunk(3, dim=2)
        hidden = torch.cat([shaped[0].transpose(0, 1), values * torch.tanh(scale)])
        x = x + self.merge(self.attend(weights[:, :1], hidden, 3 * DIM // 4) * gate)
        kept = []
        for k, (old, tail) in enumerate(((first, near), (second, far))):
            values = torch.cat([old, self.values[k](x)])
            x = x + self.joins[k](self.attend(weights, values, VALUE))
            y, tail = self.convolutions[k](x, tail)
            x = x + y
            x = x + self.forwards[k + 1](x)
            kept.append((values, tail))
        (one, near), (two, far) = kept
        n = self.left
        new = [keys[-n:], hidden[-n:].transpose(0, 1).unsqueeze(0), one[-n:], two[-n:], near, far]
        return self.norm(x), new


class Network(nn.Module):
    """The whole: `whole` for training, `chunk` for the exported form."""

    def __init__(self, tokens: int) -> None:
        super().__init__()
        self.embedding = Embedding()
        self.layers = nn.ModuleList(Layer(n, CHUNK // f) for n, f in zip(LEFT, FACTORS))
        self.out = nn.Linear(DIM, tokens)

    def states(self, batch: int) -> list[Tensor]:
        """Zeros: six tensors a layer, the embedding's, the number of frames seen."""
        out = []
        for n in LEFT:
            out += [
                torch.zeros(n, batch, HEADS * QUERY), torch.zeros(1, batch, n, 3 * DIM // 4),
                torch.zeros(n, batch, HEADS * VALUE), torch.zeros(n, batch, HEADS * VALUE),
                torch.zeros(batch, DIM, KERNEL // 2), torch.zeros(batch, DIM, KERNEL // 2),
            ]
        return [*out, torch.zeros(batch, CHANNELS, 3, BANDS), torch.zeros(batch, dtype=torch.int64)]

    def encode(self, x: Tensor, states: list[Tensor], masks: list[Tensor], gaps: list[Tensor]) -> tuple[Tensor, list[Tensor]]:
        x, embedded = self.embedding(x, states[-1])
        x, new = x.transpose(0, 1), []
        for i, (layer, factor) in enumerate(zip(self.layers, FACTORS)):
            y, kept = layer(pairs(x, factor), states[6 * i : 6 * i + 6], masks[i], gaps[i])
            new += kept
            x = y if factor == 1 else x + torch.stack([y] * factor, dim=1).flatten(0, 1)
        return self.out(pairs(x, 2)).log_softmax(dim=2).transpose(0, 1), [*new, embedded]

    def chunk(self, x: Tensor, states: list[Tensor]) -> tuple[Tensor, list[Tensor]]:
        """[N, 2 * CHUNK + PAD, 80] -> [N, CHUNK // 2, tokens] and the new states."""
        seen, masks, gaps = states[-1], [], []
        for left, factor in zip(LEFT, FACTORS):
            steps = CHUNK // factor
            # The oldest frames of the context are not there before as many have been seen.
            empty = (torch.arange(left).unsqueeze(0) >= torch.div(seen, factor, rounding_mode="floor").unsqueeze(1)).flip(1)
            empty = torch.cat([empty, torch.zeros(x.size(0), steps, dtype=torch.bool)], dim=1)
            masks.append(empty.unsqueeze(1))
            gaps.append(torch.arange(steps).unsqueeze(1) + left - torch.arange(left + steps).unsqueeze(0) + steps)
        out, new = self.encode(x, states[:-1], masks, gaps)
        return out, [*new, seen + CHUNK]

    def whole(self, x: Tensor) -> Tensor:
        """[N, 2 * CHUNK * chunks + PAD, 80] -> [N, CHUNK // 2 * chunks, tokens], as `chunk` after `chunk` gives it."""
        frames, masks, gaps = (x.size(1) - PAD) // 2, [], []
        states = [s[:0] if i % 6 in (0, 2, 3) else s[:, :, :0] if i % 6 == 1 else s for i, s in enumerate(self.states(x.size(0))[:-2])]
        for left, factor in zip(LEFT, FACTORS):
            steps = CHUNK // factor
            at = torch.arange(frames // factor)
            ahead = at.unsqueeze(0) // steps - at.unsqueeze(1) // steps
            begin = at.unsqueeze(1) // steps * steps - left
            masks.append(((ahead > 0) | (at.unsqueeze(0) < begin)).unsqueeze(0))
            gaps.append((at.unsqueeze(1) - at.unsqueeze(0) + steps).clamp(0, left + 2 * steps - 1))
        return self.encode(x, [*states, self.states(x.size(0))[-2]], masks, gaps)[0]
