"""Training: as many processes as cores, one thread each, gradients averaged.

The learning rate follows the wall clock and ends with it, so that --minutes is
the whole cost; a run that is stopped goes on from its last checkpoint.  With a
GPU one process trains and the others prepare batches.

    python3 -m models.recipe.train --work DIR --minutes 100
"""

from __future__ import annotations

import argparse
import math
import os
import time
from pathlib import Path

import numpy as np
import torch
import torch.distributed as dist
import torch.multiprocessing as mp
import torch.nn.functional as F

from . import corpora, features
from .batches import Batch, Clock, Mixture
from .features import Norm
from .network import Acoustic
from .restore import keep_norm, restore, weights
from .units import english_units, mandarin_units

SAVE_EVERY = 150.0
# Weight of the agreement between two views of an utterance.
AGREE = 0.2


class Stream(torch.utils.data.IterableDataset):
    """Mixture for loader processes: each draws its own random examples."""

    def __init__(self, work: Path, norm: Norm, seconds: float, seed: int, clock: Clock) -> None:
        self.args = (work, norm, seconds, seed, clock)

    def __iter__(self):
        work, norm, seconds, seed, clock = self.args
        info = torch.utils.data.get_worker_info()
        torch.set_num_threads(1)
        return iter(Mixture(work, norm, seconds, seed * 101 + (info.id if info else 0), clock))


def measured_norm(work: Path) -> Norm:
    """The running mean's constants, measured once over the training speech and kept in work/norm.npz."""
    path = work / "norm.npz"
    if not path.exists():
        dice = np.random.default_rng(3)
        sets = [*corpora.training_sets(work).values(), corpora.load(work, "synth")]
        clips = [c.audio for s in sets for c in (s[int(i)] for i in dice.integers(0, len(s), 120))]
        prior, peak = features.measure(clips)
        np.savez(path, prior=prior, peak=peak)
    with np.load(path) as kept:
        # Calls are quieter than corpora on the whole; the tracker starts a little low.
        return Norm(prior=kept["prior"] - 2.0, peak=float(kept["peak"]) - 3.0)


def consistency(scores: torch.Tensor, twins: list[tuple[int, int]], steps: torch.Tensor) -> torch.Tensor:
    """How far two views of one utterance disagree, both ways, summed over steps (CR-CTC, Yao et al. 2024).

    scores are log-probabilities [N, T, U]; each view learns from the other held fixed.
    """
    if not twins:
        return scores.new_zeros(())
    left, right = (scores[[t[side] for t in twins]] for side in (0, 1))
    mask = (torch.arange(scores.shape[1])[None] < steps[[a for a, _ in twins]][:, None]).to(scores.device)
    apart = F.kl_div(left, right.detach(), reduction="none", log_target=True) + F.kl_div(right, left.detach(), reduction="none", log_target=True)
    return (apart.sum(dim=2) * mask).sum()


def losses(model: Acoustic, batch: Batch, smooth: float = 0.02) -> tuple[torch.Tensor, dict[str, float]]:
    """Sum of CTC losses per unit of time, both languages, middle layer, and speech."""
    device = next(model.parameters()).device
    feats = batch.feats.to(device)
    hidden, middle, _ = model.encode(feats, model.start(len(feats), device))
    shares, total = {}, hidden.new_zeros(())
    heads = ((~batch.english, model.zh, hidden, 1.0, "zh"), (~batch.english, model.middle, middle, 0.3, "mid"), (batch.english, model.en, hidden, 1.0, "en"))
    for rows, head, source, weight, name in heads:
        index = rows.nonzero().squeeze(1)
        if len(index) == 0:
            continue
        with torch.autocast(device.type, dtype=torch.bfloat16):
            scores = head(source[index.to(device)])
        scores = F.log_softmax(scores.float(), dim=-1)
        labels = [batch.labels[int(i)] for i in index]
        sizes = torch.tensor([len(x) for x in labels])
        loss = F.ctc_loss(scores.transpose(0, 1), torch.cat(labels).to(device), batch.steps[index], sizes, reduction="sum", zero_infinity=True)
        if smooth and weight == 1.0:
            mask = (torch.arange(scores.shape[1])[None] < batch.steps[index][:, None]).to(device)
            loss = (1 - smooth) * loss - smooth * (scores.mean(dim=2) * mask).sum()
        if weight == 1.0:
            twins = [(k, k + 1) for k in range(len(index) - 1) if 0 < batch.twins[int(index[k])] == batch.twins[int(index[k + 1])]]
            apart = consistency(scores, twins, batch.steps[index])
            loss = loss + AGREE * apart
            shares[name + " twins"] = float(apart.detach()) / max(1, int(sum(batch.steps[index[a]] for a, _ in twins)))
        units = max(1, int(sizes.sum()))
        shares[name] = float(loss.detach()) / units
        total = total + weight * loss
    mask = (torch.arange(batch.speech.shape[1])[None] < batch.steps[:, None]).float().to(device)
    active = F.binary_cross_entropy_with_logits(model.speech(hidden).squeeze(2), batch.speech.to(device), weight=mask, reduction="sum")
    shares["speech"] = float(active.detach()) / float(mask.sum())
    total = total + 0.5 * active
    return total / float(mask.sum()) * 4, shares


def rate(progress: float, peak: float) -> float:
    """One cycle over the wall clock: warm-up of 3 %, cosine to nearly nothing."""
    if progress < 0.03:
        return peak * (0.05 + 0.95 * progress / 0.03)
    return peak * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * min(1.0, (progress - 0.03) / 0.97))))


def average(parameters: list[torch.nn.Parameter], world: int) -> None:
    """Gradients averaged over the processes in one message."""
    flat = torch.cat([p.grad.reshape(-1) if p.grad is not None else torch.zeros(p.numel()) for p in parameters])
    dist.all_reduce(flat)
    start = 0
    for p in parameters:
        p.grad = flat[start : start + p.numel()].view_as(p) / world
        start += p.numel()


class Run:
    """Model, averaged weights, optimiser and the clock of one training."""

    def __init__(self, work: Path, opts: argparse.Namespace, device: str) -> None:
        torch.manual_seed(1)
        self.path, self.opts, self.device = work / f"{opts.name}.pt", opts, device
        self.model = Acoustic(len(mandarin_units()), len(english_units()), opts.dim, opts.hidden, opts.blocks, opts.dropout).to(device)
        plain = [p for p in self.model.parameters() if p.dim() < 2]
        heavy = [p for p in self.model.parameters() if p.dim() >= 2]
        groups = [{"params": heavy, "weight_decay": 0.02}, {"params": plain, "weight_decay": 0.0}]
        self.optimiser = torch.optim.AdamW(groups, lr=opts.peak, betas=(0.9, 0.98))
        self.ema = {k: v.clone() for k, v in self.model.state_dict().items()}
        self.spent, self.step = 0.0, 0
        if opts.start and not self.path.exists():
            restore(self.model, Path(opts.start))
            self.ema = {k: v.clone() for k, v in self.model.state_dict().items()}
        if self.path.exists():
            kept = torch.load(self.path, map_location=device)
            self.model.load_state_dict(kept["model"])
            self.ema = kept["ema"]
            self.optimiser.load_state_dict(kept["optimiser"])
            self.spent, self.step = kept["spent"], kept["step"]

    def save(self) -> None:
        """Checkpoint, replaced in one go."""
        part = self.path.with_suffix(".part")
        torch.save({"model": self.model.state_dict(), "ema": self.ema, "optimiser": self.optimiser.state_dict(),
                    "spent": self.spent, "step": self.step, "shape": self.model.shape}, part)
        part.rename(self.path)

    def follow(self) -> None:
        """Moves the averaged weights; quicker in the beginning."""
        keep = min(0.998, (1 + self.step) / (20 + self.step))
        for k, v in self.model.state_dict().items():
            self.ema[k].lerp_(v, 1 - keep)


def train(rank: int, world: int, opts: argparse.Namespace) -> None:
    """One process of the training."""
    torch.set_num_threads(max(1, opts.threads))
    work, device = Path(opts.work), "cuda" if torch.cuda.is_available() else "cpu"
    if world > 1:
        os.environ.setdefault("MASTER_ADDR", "127.0.0.1")
        os.environ.setdefault("MASTER_PORT", "29517")
        dist.init_process_group("gloo", rank=rank, world_size=world)
    norm, run = measured_norm(work), Run(work, opts, device)
    run.model.train()
    parameters = list(run.model.parameters())
    seed = 1 + rank * 1000 + run.step
    clock = Clock(run.spent / 60, opts.minutes, time.time())
    stream = Stream(work, norm, opts.seconds, seed, clock)
    workers = max(1, (os.cpu_count() or 2) - 1) if device == "cuda" else 0
    loader = torch.utils.data.DataLoader(stream, batch_size=None, num_workers=workers)
    began, spent, saved, heard = clock.began, run.spent, time.time(), 0.0
    sums: dict[str, list[float]] = {}
    for batch in loader:
        run.spent = spent + time.time() - began
        shared = torch.tensor([clock.progress()])
        if world > 1:
            dist.broadcast(shared, 0)
        progress = float(shared)
        if progress >= 1:
            break
        for block in run.model.blocks:
            block.dropout = opts.dropout * (1 - 0.8 * clock.ease())
        loss, shares = losses(run.model, batch)
        run.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        if world > 1:
            average(parameters, world)
        torch.nn.utils.clip_grad_norm_(parameters, 4.0)
        for group in run.optimiser.param_groups:
            group["lr"] = rate(progress, opts.peak)
        run.optimiser.step()
        run.step += 1
        run.follow()
        heard += float(batch.steps.sum()) * 0.04 * world
        for key, value in shares.items():
            sums.setdefault(key, []).append(value)
        if rank == 0 and run.step % 50 == 0:
            means = "  ".join(f"{k} {np.mean(v):.3f}" for k, v in sums.items())
            speed = heard / (time.time() - began)
            print(f"step {run.step}  {100 * progress:.1f} %  {heard / 3600:.1f} h heard, {speed:.0f} x real time  {means}", flush=True)
            sums = {}
        if rank == 0 and time.time() - saved > SAVE_EVERY:
            run.save()
            saved = time.time()
    if rank == 0:
        run.save()


def options() -> argparse.Namespace:
    """Command line."""
    args = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    args.add_argument("--work", required=True)
    args.add_argument("--name", default="acoustic")
    args.add_argument("--minutes", type=float, default=100)
    args.add_argument("--seconds", type=float, default=80, help="audio per batch and process")
    args.add_argument("--from", dest="start", help="begin with the weights of this exported model")
    args.add_argument("--peak", type=float, default=0, help="highest learning rate; 0: 2e-3 from chance, 1.2e-3 from given weights")
    args.add_argument("--dim", type=int, default=256)
    args.add_argument("--hidden", type=int, default=768)
    args.add_argument("--blocks", type=int, default=10)
    args.add_argument("--dropout", type=float, default=0.12)
    args.add_argument("--procs", type=int, default=0, help="0: one per core, or one with a GPU")
    args.add_argument("--threads", type=int, default=1)
    opts = args.parse_args()
    opts.peak = opts.peak or (1.2e-3 if opts.start else 2e-3)
    return opts


def main() -> None:
    """Start the processes."""
    opts = options()
    constants = Path(opts.work) / "norm.npz"
    if opts.start and not constants.exists():
        keep_norm(weights(Path(opts.start))[1], constants)
    measured_norm(Path(opts.work))
    world = opts.procs or (1 if torch.cuda.is_available() else os.cpu_count() or 1)
    if world == 1:
        train(0, 1, opts)
    else:
        mp.spawn(train, args=(world, opts), nprocs=world)


if __name__ == "__main__":
    main()
