"""How well the sentences of the language model foretell what callers say.

Counts the words of a held-out text that no sentence holds, and the perplexity of a word trigram with interpolated
Kneser-Ney smoothing (Chen and Goodman 1999) over the same tokens as the recogniser's: words, classes such as
<product>, single digits as one token and longer digit strings as another.

    python3 -m models.recipe.perplexity [--sentences FOLDER] [--words]
"""

from __future__ import annotations

import argparse
import math
from collections import Counter, defaultdict
from pathlib import Path

HEARING = Path(__file__).parent.parent / "hearing"
CLASSES = ("product", "courier", "city", "name")
DIGITS = set("零一二三四五六七八九幺洞拐勾")
DISCOUNT = 0.7
# What a character costs that is spelled out for want of a word, in bits: one of 3,000 hanzi or of 27 letters.
SPELL = {"zh": math.log2(3000), "en": math.log2(27)}

Gram = tuple[str, ...]


def members(folder: Path, lang: str) -> dict[Gram, str]:
    """The words of the classes, each as its parts, with their tokens."""
    suffix = "" if lang == "zh" else ".en"
    out: dict[Gram, str] = {}
    for name in CLASSES:
        for line in (folder / f"words.{name}{suffix}.txt").read_text().splitlines():
            out.setdefault(tuple(line.split()), f"<{name}>")
    return out


def tokens(line: str, known: dict[Gram, str], lang: str) -> list[str]:
    """A segmented line as tokens of the language model."""
    words, out, at = line.split(), [], 0
    longest = max(map(len, known), default=1)
    while at < len(words):
        run = at
        while lang == "zh" and run < len(words) and words[run] in DIGITS:
            run += 1
        if run - at >= 3:
            out.append("<digits>")
            at = run
            continue
        for size in range(min(longest, len(words) - at), 0, -1):
            if token := known.get(tuple(words[at : at + size])):
                break
        else:
            size, token = 1, "<number>" if run > at and words[at] != "幺" else words[at]
        out.append(token)
        at += size
    return out


class Trigram:
    """Interpolated Kneser-Ney with one discount."""

    def __init__(self, sentences: list[list[str]]) -> None:
        self.counts: list[Counter[Gram]] = [Counter(), Counter(), Counter()]
        for sentence in sentences:
            padded = ["<s>", "<s>", *sentence, "</s>"]
            for i in range(2, len(padded)):
                self.counts[2][tuple(padded[i - 2 : i + 1])] += 1
        for order in (1, 0):
            for gram in self.counts[order + 1]:
                self.counts[order][gram[1:]] += 1
        self.total: list[defaultdict[Gram, int]] = [defaultdict(int) for _ in range(3)]
        self.kinds: list[defaultdict[Gram, int]] = [defaultdict(int) for _ in range(3)]
        for order in range(3):
            for gram, count in self.counts[order].items():
                self.total[order][gram[:-1]] += count
                self.kinds[order][gram[:-1]] += 1

    def probability(self, gram: Gram) -> float:
        """P(last token | those before it); 0.03 of the unigrams is shared by all tokens and the unknown one."""
        if len(gram) == 1:
            return 0.97 * self.counts[0][gram] / self.total[0][()] + 0.03 / (len(self.counts[0]) + 1)
        lower, order = self.probability(gram[1:]), len(gram) - 1
        total = self.total[order][gram[:-1]]
        if total == 0:
            return lower
        seen = max(self.counts[order][gram] - DISCOUNT, 0) / total
        return seen + DISCOUNT * self.kinds[order][gram[:-1]] / total * lower


def measure(folder: Path, lang: str) -> tuple[dict[str, float], Counter[str]]:
    """The figures of one language and the unknown words."""
    known = members(folder, lang)
    model = Trigram([tokens(line, known, lang) for line in (folder / f"sentences.{lang}.txt").read_text().splitlines()])
    lines = [line.split("\t")[0] for line in (HEARING / f"testdata/heldout.{lang}.txt").read_text().splitlines()]
    unknown: Counter[str] = Counter()
    words = characters = 0
    told = spelled = 0.0
    for line in lines:
        characters += len(line.replace(" ", "") if lang == "zh" else line)
        history: Gram = ("<s>", "<s>")
        for token in [*tokens(line, known, lang), "</s>"]:
            words += 1
            bits = -math.log2(model.probability((*history, token)))
            if model.counts[0][(token,)] == 0:
                unknown[token] += 1
                spelled += bits + len(token) * SPELL[lang]
            else:
                told += bits
            history = (history[1], token)
    missing = unknown.total()
    return {
        "lines": len(lines),
        "unknown words, %": 100 * missing / words,
        "perplexity of known words": 2 ** (told / (words - missing)),
        "bits a character, all words": (told + spelled) / characters,
    }, unknown


def main() -> None:
    """Print the figures of both languages."""
    args = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    args.add_argument("--sentences", type=Path, default=HEARING, help="folder with sentences.LANG.txt and words.CLASS.txt")
    args.add_argument("--words", action="store_true", help="list the unknown words")
    opts = args.parse_args()
    for lang in ("zh", "en"):
        figures, unknown = measure(opts.sentences, lang)
        print(lang, *(f"{name}: {value:.4g}" for name, value in figures.items()), sep="  ")
        if opts.words:
            print(" ".join(f"{word}:{count}" for word, count in unknown.most_common()))


if __name__ == "__main__":
    main()
