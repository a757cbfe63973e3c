"""What the whole recogniser hears: every checking set through `voxgate eval asr`, as a table of measures and goals.

    go build -o bin/voxgate ./cmd/voxgate
    python3 -m models.recipe.measures --sets DIR [--noise FILE] [--card models/hearing/CARD.md]

DIR is what checkset.py made; sets that are absent are left out.  With --noise the
noise of the noisy conditions is that recording, and the words heard in it alone
are counted; else it is made.  --limit takes a part of every set, for a quick look.
With --keep every result is kept in a file as it comes, and those in it are not
measured again: remove it after any change to the recogniser.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

MAIN = ["clean", "noise10", "loss5"]
REST = ["wait2+noise10", "alaw", "opus", "narrow", "room", "level-30", "clip12"]
# Conditions of each set; of the second list a part of the rows is enough.
SETS = {
    "domain": (MAIN, REST),
    "digits": ([*MAIN, "expect", "noise10+expect", "known", "noise10+known"], REST),
    "pauses": (["clean", "expect", "known"], []),
    "waybill": (["clean", "noise10", "expect", "known", "noise10+known"], []),
    "english": (["clean", "noise10", "expect"], []),
    "people": (["clean"], []),
}
PART = 120
MARKS = ("<!-- measures -->", "<!-- /measures -->")


@dataclass
class Measured:
    """Results by set and condition, as eval asr --json gives them."""

    results: dict[tuple[str, str], dict]

    def get(self, name: str, condition: str) -> dict | None:
        return self.results.get((name, condition))

    def rate(self, name: str, condition: str, metric: str) -> str:
        """A rate in per cent with its interval; a dash where it was not measured."""
        found = self.get(name, condition)
        rate = found and found["rates"].get(metric)
        return percent(rate) if rate else "–"


def percent(rate: dict) -> str:
    """12.3 (10.1-14.8), per cent."""
    return f"{100 * rate['rate']:.1f} ({100 * rate['low']:.1f}-{100 * rate['high']:.1f})"


def evaluate(voxgate: str, manifest: Path, conditions: list[str], extra: list[str]) -> list[dict]:
    """One result for each condition."""
    command = [voxgate, "eval", "asr", str(manifest), "--json", "--conditions", ",".join(conditions), *extra]
    print(" ".join(command), file=sys.stderr, flush=True)
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def measure(opts: argparse.Namespace) -> Measured:
    """Runs every set that is there."""
    out = Measured({})
    keep = Path(opts.keep) if opts.keep else None
    if keep and keep.exists():
        out.results = {tuple(k["measured"]): k["result"] for k in map(json.loads, keep.read_text().splitlines())}

    def run(name: str, manifest: str, conditions: list[str], extra: list[str]) -> None:
        wanted = [c for c in conditions if (name, c) not in out.results]
        path = Path(opts.sets) / f"{manifest}.tsv"
        if not wanted or not path.exists():
            return
        for result in evaluate(opts.voxgate, path, wanted, extra):
            out.results[name, result["condition"]] = result
            if keep:
                with open(keep, "a") as kept:
                    kept.write(json.dumps({"measured": [name, result["condition"]], "result": result}, ensure_ascii=False) + "\n")

    noise = ["--noise", opts.noise] if opts.noise else []
    for name, (whole, part) in SETS.items():
        if not (Path(opts.sets) / f"{name}.tsv").exists():
            print(f"{name}: not in {opts.sets}, left out", file=sys.stderr)
        run(name, name, whole, [*noise, "--limit", str(opts.limit)])
        run(name, name, part, [*noise, "--limit", str(min(opts.limit or PART, PART))])
    if opts.noise:
        run("noise", "digits", ["clean"], ["--limit", "1", "--false-words", opts.noise])
    return out


def goals(m: Measured) -> list[str]:
    """The table of measures and goals."""
    rate: Callable[..., str] = m.rate

    def three(name: str, metric: str) -> str:
        return " / ".join(rate(name, c, metric) for c in MAIN)

    lines = [
        f"| unit error, held-out voices, new sentences | ≤ 5 % | {rate('domain', 'clean', 'unit_error')} |",
        f"| the same without tones | ≤ 2 % | {rate('domain', 'clean', 'toneless_error')} |",
        f"| character error, clean / noise 10 dB / 5 % loss | | {three('domain', 'character_error')} |",
        f"| intent agreement of recognised and written text, clean / noise 10 dB / 5 % loss | ≥ 98 / 95 / 95 % | {three('domain', 'intent_right')} |",
        f"| intent as labelled, the same; as written {rate('domain', 'clean', 'written_intent')} | | {three('domain', 'labelled_intent')} |",
        f"| digit strings wrong (11 and 18 digits, tails of 4 and 6), clean / noise 10 dB / 5 % loss | ≤ 2 / 7 % | {three('digits', 'digit_string_error')} |",
        f"| the same, length expected, clean / noise 10 dB | | {rate('digits', 'expect', 'digit_string_error')} / {rate('digits', 'noise10+expect', 'digit_string_error')} |",
        f"| the same, number among three known ones, clean / noise 10 dB | ≤ 0.5 % | {rate('digits', 'known', 'digit_string_error')} / {rate('digits', 'noise10+known', 'digit_string_error')} |",
        f"| waybills wrong, clean / noise 10 dB / known / known in noise | | {' / '.join(rate('waybill', c, 'digit_string_error') for c in ('clean', 'noise10', 'known', 'noise10+known'))} |",
        f"| numbers in chunks with pauses of 0.4-1.2 s wrong, clean / expected / known | | {' / '.join(rate('pauses', c, 'digit_string_error') for c in ('clean', 'expect', 'known'))} |",
        f"| turn ended within such a number, clean / expected | ≤ 1 % | {early(m, 'clean')} / {early(m, 'expect')} |",
        f"| end of turn after a sentence, p50 / p95 | ≤ 300 / 600 ms | {delay(m)} |",
        f"| calibration error, utterances / words, clean | < 0.05 | {ece(m, 'clean')} |",
        f"| the same, noise 10 dB | < 0.05 | {ece(m, 'noise10')} |",
        f"| English sentences, words wrong: clean / noise 10 dB / known to be English | | {' / '.join(rate('english', c, 'character_error') for c in ('clean', 'noise10', 'expect'))} |",
        f"| people not heard in training, open-domain sentences, toneless unit error | | {rate('people', 'clean', 'toneless_error')} |",
        f"| words heard in an hour of noise | ≤ 5 | {false_words(m)} |",
    ]
    head = ["| measure | goal | measured |", "|---|---|---|"]
    return head + [line for line in lines if not set(line.split("|")[3]) <= set(" –/")]


def early(m: Measured, condition: str) -> str:
    found = m.get("pauses", condition)
    turns = found and found["end_of_turn"].get("numbers")
    return percent(turns["early"]) if turns else "–"


def delay(m: Measured) -> str:
    found = m.get("domain", "clean")
    turns = found and found["end_of_turn"].get("sentences")
    return f"{turns['p50_ms']} / {turns['p95_ms']} ms" if turns and "p50_ms" in turns else "–"


def ece(m: Measured, condition: str) -> str:
    found = m.get("domain", condition)
    curves = found["calibration"] if found else {}
    return " / ".join(f"{curves[k]['ece']:.3f}" if k in curves else "–" for k in ("utterance", "word"))


def false_words(m: Measured) -> str:
    found = m.get("noise", "clean")
    if not found:
        return "–"
    f = found["false_words"]
    return f"{f['per_hour']:.1f} ({f['low']:.1f}-{f['high']:.1f}), in {60 * f['hours']:.0f} minutes"


def by_condition(m: Measured) -> list[str]:
    """The table of line conditions."""
    lines = [
        "| condition | unit error | toneless | characters | digit strings wrong | intent agreement |",
        "|---|---|---|---|---|---|",
    ]
    for c in MAIN + REST:
        if m.get("domain", c):
            figures = [m.rate("domain", c, k) for k in ("unit_error", "toneless_error", "character_error")]
            figures += [m.rate("digits", c, "digit_string_error"), m.rate("domain", c, "intent_right")]
            lines.append(f"| {c} | {' | '.join(figures)} |")
    return lines


def voices(m: Measured) -> str:
    """Toneless unit error of every voice, in one line."""
    found = m.get("domain", "clean") or {}
    parts = [f"{s['speaker']} {100 * s['rates']['toneless_error']['rate']:.1f}" for s in found.get("speakers", [])]
    return f"Toneless unit error by voice, clean: {', '.join(parts)}." if parts else ""


def report(m: Measured) -> list[str]:
    """Everything for the card."""
    sizes = []
    for name in SETS:
        found = m.get(name, "clean")
        if found:
            sizes.append(f"{name} {found['utterances']} utterances, {found['seconds']:.0f} s")
    model = next(iter(m.results.values()), {}).get("model", "")
    return [
        f"Weights {model}; sets: {'; '.join(sizes)}. Per cent, 95 % intervals in brackets.", "",
        *goals(m), "", *by_condition(m), "", voices(m),
    ]


def fill(card: Path, lines: list[str]) -> None:
    """Puts the lines between the card's marks."""
    text = card.read_text()
    head, rest = text.split(MARKS[0], 1)
    tail = rest.split(MARKS[1], 1)[1]
    card.write_text("\n".join((head + MARKS[0], *lines, MARKS[1] + tail)))


def main() -> None:
    """Print the tables, and write them into the card when one is named."""
    args = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    args.add_argument("--sets", required=True)
    args.add_argument("--voxgate", default="bin/voxgate")
    args.add_argument("--noise")
    args.add_argument("--card")
    args.add_argument("--keep", help="file of results, so that a run that is stopped goes on where it was")
    args.add_argument("--limit", type=int, default=0, help="rows of a set; 0: all")
    opts = args.parse_args()
    lines = report(measure(opts))
    print("\n".join(lines))
    if opts.card:
        fill(Path(opts.card), lines)


if __name__ == "__main__":
    main()
