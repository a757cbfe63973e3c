"""The mean of two trainings' weights, the second begun from the first (Wortsman et al. 2022, model soups).

What a further training on other damage gains, the mean keeps for the most part, and it loses less of what was heard well before.

    python3 -m models.recipe.average --work DIR FIRST.pt SECOND.pt --name acoustic
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch


def mean(first: dict[str, torch.Tensor], second: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Half of each weight."""
    if {k: v.shape for k, v in first.items()} != {k: v.shape for k, v in second.items()}:
        raise SystemExit("the checkpoints are of networks of different shape: take two of one recipe")
    return {k: (first[k] + second[k]) / 2 for k in first}


def main() -> None:
    """Writes the checkpoint WORK/NAME.pt."""
    args = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    args.add_argument("--work", required=True)
    args.add_argument("--name", default="acoustic")
    args.add_argument("checkpoints", nargs=2)
    opts = args.parse_args()
    first, second = (torch.load(path, map_location="cpu") for path in opts.checkpoints)
    second["ema"] = mean(first["ema"], second["ema"])
    torch.save(second, Path(opts.work) / f"{opts.name}.pt")


if __name__ == "__main__":
    main()
