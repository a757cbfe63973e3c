"""The sound units: Mandarin initials and toned finals, English ARPAbet phones.

One table, syllables.tsv, maps every toneless pinyin syllable to its units; the
recipe and the recogniser both read it, so that a label and a lexicon entry can
never be spelled differently.  Run as a program to rewrite the three tables:

    python3 -m models.recipe.units models/hearing
"""

from __future__ import annotations

import sys
from pathlib import Path

BLANK = "<blk>"
INITIALS = "b p m f d t n l g k h j q x zh ch sh r z c s".split()
FINALS = (
    "a o e ai ei ao ou an en ang eng ong er i ir iz ia io ie iao iu ian in iang "
    "ing iong u ua uo uai ui uan un uang ueng v ve van vn"
).split()
TONES = "12345"
PHONES = (
    "AA AE AH AO AW AY B CH D DH EH ER EY F G HH IH IY JH K L M N NG OW OY P R S "
    "SH T TH UH UW V W Y Z ZH"
).split()

# Syllables without an initial are spelled with y and w; the unit is the final.
BARE = {
    "yi": "i", "ya": "ia", "yo": "io", "ye": "ie", "yao": "iao", "you": "iu",
    "yan": "ian", "yin": "in", "yang": "iang", "ying": "ing", "yong": "iong",
    "wu": "u", "wa": "ua", "wo": "uo", "wai": "uai", "wei": "ui", "wan": "uan",
    "wen": "un", "wang": "uang", "weng": "ueng", "yu": "v", "yue": "ve",
    "yuan": "van", "yun": "vn", "yai": "ai",
    "a": "a", "o": "o", "e": "e", "ai": "ai", "ei": "ei", "ao": "ao", "ou": "ou",
    "an": "an", "en": "en", "ang": "ang", "eng": "eng", "er": "er",
    # Hesitations and grunts, heard as the nearest open syllable.
    "n": "en", "ng": "en", "m": "en", "r": "er", "hm": "h en", "hng": "h eng",
}

# Which finals each initial takes, in pinyin spelling.
COMBINATIONS = {
    "b": "a o ai ei ao an en ang eng i ie iao ian in ing u",
    "p": "a o ai ei ao ou an en ang eng i ie iao ian in ing u",
    "m": "a o e ai ei ao ou an en ang eng i ie iao iu ian in ing u",
    "f": "a o ei ou an en ang eng u iao",
    "d": "a e ai ei ao ou an en ang eng ong i ia ie iao iu ian in ing u uo ui uan un",
    "t": "a e ai ei ao ou an ang eng ong i ie iao ian ing u uo ui uan un",
    "n": "a e ai ei ao ou an en ang eng ong i ia ie iao iu ian in iang ing u uo uan un v ve",
    "l": "a o e ai ei ao ou an en ang eng ong i ia ie iao iu ian in iang ing u uo uan un v ve van",
    "g": "a e ai ei ao ou an en ang eng ong u ua uo uai ui uan un uang",
    "k": "a e ai ei ao ou an en ang eng ong iu u ua uo uai ui uan un uang",
    "h": "a e ai ei ao ou an en ang eng ong u ua uo uai ui uan un uang",
    "j": "i ia ie iao iu ian in iang ing iong u ue uan un",
    "q": "i ia ie iao iu ian in iang ing iong u ue uan un",
    "x": "i ia ie iao iu ian in iang ing iong u ue uan un",
    "zh": "a e ai ei ao ou an en ang eng ong i u ua uo uai ui uan un uang",
    "ch": "a e ai ao ou an en ang eng ong i u ua uo uai ui uan un uang",
    "sh": "a e ai ei ao ou an en ang eng i u ua uo uai ui uan un uang",
    "r": "ao ou an en ang eng ong e i u ua uo ui uan un",
    "z": "a e ai ei ao ou an en ang eng ong i u uo ui uan un",
    "c": "a e ai ei ao ou an en ang eng ong i u uo ui uan un",
    "s": "a e ai ei ao ou an en ang eng ong i u uo ui uan un",
}


def final_unit(initial: str, final: str) -> str:
    """The toneless final unit of a syllable spelled initial+final in pinyin."""
    if final == "i" and initial in ("zh", "ch", "sh", "r"):
        return "ir"
    if final == "i" and initial in ("z", "c", "s"):
        return "iz"
    if initial in ("j", "q", "x") and final.startswith("u"):
        return {"u": "v", "ue": "ve", "uan": "van", "un": "vn"}[final]
    return final


def syllable_table() -> dict[str, list[str]]:
    """Every toneless pinyin syllable (u-umlaut written v) and its toneless units."""
    table = {name: units.split() for name, units in BARE.items()}
    for initial, finals in COMBINATIONS.items():
        for final in finals.split():
            table[initial + final] = [initial, final_unit(initial, final)]
    # The two accepted spellings of l/n + ve.
    table["lue"], table["nue"] = ["l", "ve"], ["n", "ve"]
    # Erhua: the syllable and a neutral er; er itself is no erhua syllable.
    for name in [n for n in table if n not in ("r", "er", "n", "ng", "m", "hm", "hng")]:
        table.setdefault(name + "r", [*table[name], "er"])
    return dict(sorted(table.items()))


def mandarin_units() -> list[str]:
    """The Mandarin output inventory, blank first."""
    return [BLANK, *INITIALS, *(f + t for f in FINALS for t in TONES)]


def english_units() -> list[str]:
    """The English output inventory, blank first."""
    return [BLANK, *PHONES]


class Units:
    """Label encoder for both outputs."""

    def __init__(self) -> None:
        self.zh = {u: i for i, u in enumerate(mandarin_units())}
        self.en = {u: i for i, u in enumerate(english_units())}
        self.syllables = syllable_table()

    def syllable(self, toned: str) -> list[int]:
        """Unit numbers of one toned syllable, such as zhuang1; KeyError if unknown."""
        name, tone = (toned[:-1], toned[-1]) if toned[-1].isdigit() else (toned, "5")
        name = name.replace("ü", "v").replace("u:", "v")
        tone = "5" if tone == "0" else tone
        units = self.syllables[name]
        erhua = len(name) > 2 and name.endswith("r") and units[-1] == "er" and name != "er"
        out = []
        for k, unit in enumerate(units):
            if unit in self.zh:
                out.append(self.zh[unit])
            else:
                neutral = erhua and k == len(units) - 1
                out.append(self.zh[unit + ("5" if neutral else tone)])
        return out

    def pinyin(self, text: str) -> list[int]:
        """Unit numbers of a line of toned syllables separated by spaces."""
        return [u for s in text.split() for u in self.syllable(s)]

    def phones(self, text: str) -> list[int]:
        """Unit numbers of a line of ARPAbet phones; stress digits are dropped."""
        return [self.en[p.rstrip("012")] for p in text.split()]


def main(folder: str) -> None:
    """Write units.txt, units.en.txt and syllables.tsv into folder."""
    out = Path(folder)
    out.mkdir(parents=True, exist_ok=True)
    (out / "units.txt").write_text("\n".join(mandarin_units()) + "\n")
    (out / "units.en.txt").write_text("\n".join(english_units()) + "\n")
    lines = [f"{name}\t{' '.join(units)}\n" for name, units in syllable_table().items()]
    (out / "syllables.tsv").write_text("".join(lines))


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "models/hearing")
