"""The lines that the synthetic voices read.

Templates (texts/*.txt) are expanded at random: (a|b) chooses, [a] is optional,
<slot> is filled by a generator below.  Mandarin lines are hanzi; whatever must
be read in one way only (digit strings, spoken letters) is already written in
toned pinyin between braces, which the pinyin step leaves alone.

    python3 -m models.recipe.texts --out lines.tsv --words s_1.txt --lines 24000
"""

from __future__ import annotations

import argparse
import random
import re
from pathlib import Path

HERE = Path(__file__).parent / "texts"
DIGITS = "ling2 yi1 er4 san1 si4 wu3 liu4 qi1 ba1 jiu3".split()
# Letters as Mandarin speakers say them on the telephone.
LETTERS = {
    "A": "ei1", "B": "bi4", "C": "sei1", "D": "di4", "E": "yi4", "F": "ai2 fu5",
    "G": "ji4", "H": "ei2 chi5", "I": "ai4", "J": "zhei4", "K": "kei4",
    "L": "ai2 lou5", "M": "ai2 mu5", "N": "en1", "O": "ou1", "P": "pi4", "Q": "kiu1",
    "R": "a4", "S": "ai2 si5", "T": "ti4", "U": "you1", "V": "wei1",
    "W": "da2 bu5 liu5", "X": "ai2 ke5 si5", "Y": "wai1", "Z": "zei4",
}
HAN = "零一二三四五六七八九"
ENGLISH_DIGITS = "zero one two three four five six seven eight nine".split()


def word_lists() -> dict[str, list[str]]:
    """The slot fillers of texts/words.txt by name."""
    lists = {}
    for line in (HERE / "words.txt").read_text().splitlines():
        name, words = line.split("\t")
        lists[name] = [w.replace("_", " ") for w in words.split(" ")]
    return lists


def templates(name: str) -> list[str]:
    """The lines of one template file without comments."""
    lines = (HERE / name).read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def spoken_number(value: int) -> str:
    """value (below 100 million) as hanzi in the usual reading: 3721 -> 三千七百二十一."""
    if value == 0:
        return "零"
    if value >= 10000:
        high, low = divmod(value, 10000)
        joint = "零" if 0 < low < 1000 else ""
        return spoken_number(high) + "万" + joint + (spoken_number(low) if low else "")
    out, gap = "", False
    for power, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, value = divmod(value, power)
        if digit == 0:
            gap = bool(out) and value > 0
            continue
        out += ("零" if gap else "") + HAN[digit] + unit
        gap = False
    return out[1:] if out.startswith("一十") else out


class Speaker:
    """Random expansion of templates; one per seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.lists = word_lists()

    def pick(self, name: str) -> str:
        return self.random.choice(self.lists[name])

    def expand(self, template: str) -> str:
        """One random sentence of a template."""
        text = template
        while True:
            found = re.search(r"\(([^()\[\]]*)\)|\[([^()\[\]]*)\]", text)
            if not found:
                break
            body = found.group(1) if found.group(1) is not None else found.group(2)
            chosen = self.random.choice(body.split("|"))
            if found.group(2) is not None and self.random.random() < 0.5:
                chosen = ""
            text = text[: found.start()] + chosen + text[found.end() :]
        return re.sub(r"<(\w+)>", lambda m: getattr(self, m.group(1))(), text).strip("， ,")

    def widen(self, folder: Path | None) -> None:
        """Adds the words of folder/words.CLASS.txt to the fillers of the same name."""
        for name in ("product", "city", "courier", "fullname"):
            path = folder / f"words.{name.replace('fullname', 'name')}.txt" if folder else None
            words = path.read_text().split() if path and path.exists() else []
            chinese = [w for w in words if re.fullmatch(r"[\u4e00-\u9fff]+", w)]
            self.lists[name] = self.lists.get(name, []) + chinese

    # Slots, Mandarin.
    def product(self) -> str: return self.pick("product")
    def courier(self) -> str: return self.pick("courier")
    def city(self) -> str: return self.pick("city")
    def place(self) -> str: return self.pick("place")
    def shop(self) -> str: return self.pick("shop")
    def surname(self) -> str: return self.pick("surname")
    def weekday(self) -> str: return self.pick("weekday")
    def name(self) -> str:
        full = self.lists.get("fullname")
        if full and self.random.random() < 0.4:
            return self.random.choice(full)
        return self.pick("surname") + self.pick("given")

    def heard(self) -> str: return self.random.choice([self.tail, self.few, self.phone, self.order, self.chunks])()
    def count(self) -> str: return self.random.choice(["两", *HAN[3:], "十", "十二", "十五"])

    def say_digits(self, digits: str, pauses: float = 0.35) -> str:
        """A digit string in braces: 1 as yao or yi, doubles, pauses between groups."""
        yao = self.random.random() < 0.7
        size = self.random.choice([3, 4, 4, 4, 5, 6])
        slow = self.random.random() < 0.1
        out, k = [], 0
        while k < len(digits):
            digit = digits[k]
            double = digits[k : k + 2] == digit * 2 and self.random.random() < 0.12
            if double:
                out.append("shuang1")
            if digit == "1" and (yao or self.random.random() < 0.1):
                out.append("yao1")
            elif digit == "7" and self.random.random() < 0.03:
                out.append("guai3")
            elif digit == "0" and self.random.random() < 0.04:
                out.append("dong4")
            else:
                out.append(DIGITS[int(digit)])
            k += 2 if double else 1
            if k < len(digits) and (slow or (k % size == 0 and self.random.random() < pauses * 2)):
                out.append(",")
        return "{" + " ".join(out) + "}"

    def digits_of(self, count: int) -> str:
        return "".join(self.random.choice("0123456789") for _ in range(count))

    def tail(self) -> str:
        if self.random.random() < 0.08:
            return spoken_number(self.random.randrange(1000, 10000))
        return self.say_digits(self.digits_of(4), 0.1)

    def few(self) -> str: return self.say_digits(self.digits_of(self.random.choice([1, 1, 2, 3, 3, 4, 5, 6])))
    def order(self) -> str: return self.say_digits(self.digits_of(self.random.choice([10, 12, 15, 16, 18, 18, 18])))

    def phone(self) -> str:
        return self.say_digits("1" + self.random.choice("3578956") + self.digits_of(9))

    def waybill(self) -> str:
        head = self.random.choice(["SF", "YT", "JD", "JT", "JDV", "", "", "".join(self.random.sample(sorted(LETTERS), 2))])
        tail = self.digits_of(self.random.choice([10, 12, 13, 13, 14, 15]))
        comma = self.random.choice([" ,", ""])
        return "{" + " ".join(LETTERS[c] for c in head) + (comma if head else "") + "}" + self.say_digits(tail)

    def chunks(self) -> str:
        """Digits of any length, or a run of letters and digits."""
        if self.random.random() < 0.2:
            letters = self.random.choices(sorted(LETTERS), k=self.random.randint(1, 6))
            return "{" + " ".join(LETTERS[c] for c in letters) + "}"
        return self.say_digits(self.digits_of(self.random.choice([4, 6, 8, 11, 11, 12, 13, 15, 18])), 0.5)

    def spoken(self) -> str: return spoken_number(self.random.choice([99, 1000, 10000, 100000]) and self.random.randrange(10 ** self.random.randint(1, 6)))
    def number(self) -> str: return spoken_number(self.random.randrange(1, 200))
    def date(self) -> str: return spoken_number(self.random.randint(1, 12)) + "月" + spoken_number(self.random.randint(1, 31)) + self.random.choice("号号日")

    def clock(self) -> str:
        hour = self.random.randint(1, 23)
        text = ("两" if hour == 2 else spoken_number(hour)) + "点"
        return text + self.random.choice(["", "", "半", "一刻", "钟", "二十", "四十五分", "十分"])

    def money(self) -> str:
        whole = spoken_number(self.random.randrange(1, 10 ** self.random.randint(1, 5)))
        cents = self.random.choice(["", "", "点" + self.random.choice(HAN), self.random.choice(HAN[1:]) + "毛"])
        if cents.startswith("点"):
            return whole + cents + self.random.choice(HAN[1:]) + "元"
        return whole + self.random.choice("块元") + (cents if cents else self.random.choice(["", "钱"]))

    # Slots, English.
    def ename(self) -> str: return self.pick("ename")
    def ecity(self) -> str: return self.pick("ecity")
    def ecourier(self) -> str: return self.pick("ecourier")
    def emoney(self) -> str: return f"{self.random.randint(2, 300)} dollars"
    def edigits(self, count: int) -> str: return " ".join(ENGLISH_DIGITS[int(c)] for c in self.digits_of(count))
    def digits(self) -> str: return self.edigits(self.random.choice([4, 6, 8, 10, 11]))


def english(speaker: Speaker, count: int, given: list[str]) -> list[str]:
    """count English lines: the hotline's and strings of common words."""
    forms = [f.replace("<product>", "<eproduct>").replace("<tail>", "<etail>") for f in templates("callers.en.txt")]
    speaker.eproduct = lambda: speaker.pick("eproduct")
    speaker.etail = lambda: speaker.edigits(4)
    words = speaker.lists["english"]
    lines = []
    for k in range(count):
        if k % 3 == 0:
            lines.append(" ".join(speaker.random.choices(words, k=speaker.random.randint(2, 7))))
        else:
            lines.append(speaker.expand(speaker.random.choice(given if given and k % 3 == 1 else forms)))
    return lines


def given_sentences(path: str, chinese: bool) -> list[str]:
    """The lines of a sentence file (words split by spaces, <class> for a word of a class) as templates."""
    if not path or not Path(path).exists():
        return []
    out = []
    for line in Path(path).read_text().splitlines():
        line = re.sub(r"[()\[\]|]", "", line.split("\t")[0]).strip()
        if not line or line.startswith("#"):
            continue
        if not chinese:
            out.append(re.sub(r"<(city|product|name|courier)>", r"<e\1>", line))
            continue
        line = line.replace("<digits>", "<heard>").replace(" ", "")
        spelled = re.split(r"(<\w+>)", line)
        out.append("".join(p if p.startswith("<") else re.sub(r"[A-Z]+", spell, p) for p in spelled))
    return out


def spell(found: re.Match) -> str:
    """Capital letters as braced pinyin."""
    return "{" + " ".join(LETTERS[c] for c in found.group(0)) + "}"


def frequent_words(path: str) -> tuple[list[str], list[float]]:
    """Common Chinese words and sampling weights (root of frequency) of a gse dictionary."""
    words, weights = [], []
    for line in Path(path).read_text().splitlines():
        parts = line.split(" ")
        if len(parts) >= 2 and re.fullmatch(r"[\u4e00-\u9fff]{1,4}", parts[0]) and float(parts[1]) >= 60:
            words.append(parts[0])
            weights.append(float(parts[1]) ** 0.4)
    return words, weights


def mandarin(speaker: Speaker, count: int, words_path: str | None, given: list[str]) -> list[tuple[str, str]]:
    """count Mandarin lines as (kind, text): callers, digits, bot, random words."""
    callers, bot = templates("callers.zh.txt"), templates("bot.zh.txt")
    words, weights = frequent_words(words_path) if words_path else (None, None)
    lines = []
    for k in range(count):
        part = k % 20
        if part < 6 and given:
            lines.append(("caller", speaker.expand(speaker.random.choice(given))))
        elif part < 10:
            lines.append(("caller", speaker.expand(speaker.random.choice(callers))))
        elif part < 14:
            digits = speaker.random.choice([speaker.phone, speaker.order, speaker.waybill, speaker.tail, speaker.chunks])
            lines.append(("digits", digits()))
        elif part < 16 or words is None:
            lines.append(("bot", speaker.expand(speaker.random.choice(bot))))
        else:
            some = speaker.random.choices(words, weights, k=speaker.random.randint(2, 7))
            lines.append(("words", "".join(some)))
    return lines


def main() -> None:
    """Write kind TAB language TAB text lines."""
    args = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    args.add_argument("--out", required=True)
    args.add_argument("--words", help="dictionary with frequencies for random words")
    args.add_argument("--sentences", help="folder with sentences.zh.txt, sentences.en.txt and words.CLASS.txt, used where present")
    args.add_argument("--exclude", help="an earlier output whose lines must not come again")
    args.add_argument("--lines", type=int, default=24000)
    args.add_argument("--english", type=int, default=3000)
    args.add_argument("--seed", type=int, default=1)
    opts = args.parse_args()
    speaker = Speaker(opts.seed)
    folder = Path(opts.sentences) if opts.sentences else None
    speaker.widen(folder)
    zh = given_sentences(folder / "sentences.zh.txt", True) if folder else []
    en = given_sentences(folder / "sentences.en.txt", False) if folder else []
    rows = [f"{kind}\tzh\t{text}\n" for kind, text in mandarin(speaker, opts.lines, opts.words, zh)]
    rows += [f"english\ten\t{text}\n" for text in english(speaker, opts.english, en)]
    known = set(Path(opts.exclude).read_text().splitlines(True)) if opts.exclude else set()
    with open(opts.out, "w") as out:
        out.writelines(row for row in rows if row not in known)
    print(f"{len(rows)} lines for {opts.out}; {len(zh) + len(en)} given sentences to choose from")


if __name__ == "__main__":
    main()
