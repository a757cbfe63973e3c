"""What happens to speech before a recogniser hears it: rooms, noise, lines, voices.

Everything is drawn at random per example.  Tempo is changed by moving the
analysis frames, the vocal tract by warping the mel filters, the line by a gain
curve inside the filters: none of these costs anything.
"""

from __future__ import annotations

import numpy as np
from scipy.ndimage import maximum_filter1d
from scipy.signal import fftconvolve, lfilter

from . import features
from .features import FFT, FLOOR, HANN, HOP, MELS, RATE, WINDOW, Norm

WARPS = np.linspace(0.84, 1.18, 35)


def bent_banks(count: int) -> list[np.ndarray]:
    """Mel filters of imagined vocal tracts: one factor for the whole, smaller ones for single formants."""
    dice = np.random.default_rng(11)
    return [features.mel_bank(float(dice.uniform(0.86, 1.16)), tuple(dice.normal(1, 0.045, 4).clip(0.9, 1.1)) + (1.0,)) for _ in range(count)]


BANKS = [features.mel_bank(float(w)) for w in WARPS] + bent_banks(160)
HERTZ = np.arange(FFT // 2 + 1) * RATE / FFT


def companding(law: str) -> np.ndarray:
    """Table of 65,536 entries: int16 (as unsigned index) through G.711 and back, in +-1."""
    x = np.arange(65536).astype(np.uint16).view(np.int16).astype(np.float64) / 32768
    sign, level = np.sign(x), np.abs(x)
    if law == "mu":
        coded = np.round(np.log1p(255 * level) / np.log(256) * 127) / 127
        return (sign * np.expm1(coded * np.log(256)) / 255).astype(np.float32)
    a, log_a = 87.6, 1 + np.log(87.6)
    coded = np.where(level < 1 / a, a * level / log_a, (1 + np.log(np.maximum(a * level, 1))) / log_a)
    coded = (np.floor(coded * 128) + 0.5) / 128
    back = np.where(coded < 1 / log_a, coded * log_a / a, np.exp(coded * log_a - 1) / a)
    return (np.where(sign == 0, 1, sign) * back).astype(np.float32)


CODECS = {"mu": companding("mu"), "a": companding("a")}


class Augmenter:
    """Turns clean samples into features; one per process, seeded."""

    def __init__(self, norm: Norm, noise: np.ndarray, seed: int) -> None:
        self.norm, self.noise = norm, noise
        self.dice = np.random.default_rng(seed)
        self.ease = 0.0  # 0..1: how far the damage is let off towards the end of training

    def hard(self, p: float) -> bool:
        """Whether to do damage that is done with probability p at first."""
        return self.chance(p * (1 - 0.45 * self.ease))

    def chance(self, p: float) -> bool:
        return bool(self.dice.random() < p)

    def resample(self, x: np.ndarray) -> np.ndarray:
        """Pitch, formants and tempo together, 0.87-1.15."""
        if self.chance(0.3):
            return x
        rate = self.dice.uniform(0.87, 1.15)
        return np.interp(np.arange(0, len(x) - 1, rate), np.arange(len(x)), x).astype(np.float32)

    def room(self, x: np.ndarray) -> np.ndarray:
        """A short reverberation, 0.1-0.45 s."""
        size = int(RATE * self.dice.uniform(0.1, 0.45))
        tail = self.dice.standard_normal(size) * np.exp(-6.9 * np.arange(size) / size)
        tail[: int(self.dice.integers(8, 60))] = 0
        tail *= 10 ** (-self.dice.uniform(2, 14) / 20) / (np.sqrt((tail**2).sum()) + 1e-9)
        tail[0] = 1.0
        return fftconvolve(x, tail.astype(np.float32))[: len(x)].astype(np.float32)

    def made_noise(self, size: int) -> np.ndarray:
        """White, coloured or hum noise at unit power."""
        kind = self.dice.random()
        if kind < 0.2:
            t = np.arange(size) / RATE
            base = self.dice.choice([50.0, 60.0, 100.0, self.dice.uniform(120, 1500)])
            x = sum(self.dice.random() * np.sin(2 * np.pi * base * h * t) for h in (1, 2, 3, 5))
            x = x + 0.05 * self.dice.standard_normal(size)
        else:
            x = self.dice.standard_normal(size)
            if kind < 0.75:
                x = lfilter([1.0], [1.0, -self.dice.uniform(0.3, 0.97)], x)
            if kind > 0.6:
                x = x * (1 + self.dice.uniform(0, 0.9) * np.sin(2 * np.pi * self.dice.uniform(0.2, 6) * np.arange(size) / RATE))
        return (x / (np.sqrt(np.mean(x**2)) + 1e-9)).astype(np.float32)

    def background(self, size: int, babble: np.ndarray | None) -> np.ndarray:
        """Noise of any kind at unit power over its louder parts."""
        pick = self.dice.random()
        if babble is not None and pick < 0.4:
            x = np.resize(babble.astype(np.float32), size)
        elif len(self.noise) > size and pick < 0.75:
            start = int(self.dice.integers(0, len(self.noise) - size))
            x = self.noise[start : start + size].astype(np.float32)
        else:
            return self.made_noise(size)
        power = np.sqrt(np.mean(x**2))
        return x / power if power > 1 else self.made_noise(size)

    def line(self, x: np.ndarray) -> np.ndarray:
        """Lost packets and G.711."""
        if self.hard(0.2):
            x = x.copy()
            rate, repeat = self.dice.uniform(0.01, 0.08), self.chance(0.6)
            for k in np.flatnonzero(self.dice.random(len(x) // 160) < rate):
                piece = x[(k - 1) * 160 : k * 160] if repeat and k > 0 else 0
                x[k * 160 : (k + 1) * 160] = piece * self.dice.uniform(0.3, 1.0) if repeat and k > 0 else 0
        if self.chance(0.65):
            table = CODECS["mu" if self.chance(0.5) else "a"]
            return table[np.clip(x * 32768, -32768, 32767).astype(np.int16).view(np.uint16)]
        return np.round(x * 32768) / np.float32(32768)

    def curve(self) -> np.ndarray:
        """Power gain per FFT bin: microphone tilt, ripple, telephone band."""
        octave = np.log2(np.maximum(HERTZ, 60) / 1000)
        gain = self.dice.normal(0, 1.6) * octave
        gain = gain + self.dice.uniform(0, 2.5) * np.sin(octave * self.dice.uniform(0.8, 3) + self.dice.uniform(0, 6.3))
        if self.chance(0.3):
            low, high = self.dice.uniform(180, 350), self.dice.uniform(3150, 3700)
            gain = gain - 24 * np.maximum(0, np.log2(low / np.maximum(HERTZ, 30))) - 120 * np.maximum(0, np.log2(np.maximum(HERTZ, 1) / high))
        return (10 ** (gain / 10)).astype(np.float32)

    def mask(self, y: np.ndarray, heavy: bool) -> None:
        """Bands and moments wiped out, in place."""
        for _ in range(int(self.dice.integers(0, 3 if heavy else 2))):
            width = int(self.dice.integers(1, 8 if heavy else 5))
            start = int(self.dice.integers(0, MELS - width))
            y[:, start : start + width] = 0
        for _ in range(int(len(y) / 100 * self.dice.uniform(0, 1.2 if heavy else 0.5))):
            width = int(self.dice.integers(2, 13))
            start = int(self.dice.integers(0, max(1, len(y) - width)))
            y[start : start + width] = 0

    def places(self, size: int, tempo: float) -> np.ndarray:
        """Where the frames of size samples begin; now and then the tempo changes within the utterance."""
        count = int((size - WINDOW) / (HOP * tempo)) + 1
        if not self.chance(0.5):
            return (np.arange(count) * (HOP * tempo)).astype(np.int64)
        knots = self.dice.uniform(0.78, 1.28, count // 35 + 2)
        pace = np.interp(np.arange(count), np.linspace(0, count, len(knots)), knots)
        places = np.cumsum(pace) / pace.sum() * (size - WINDOW)
        return places.astype(np.int64)

    def features(self, clean: np.ndarray | None, seconds: float, tempo: float, human: bool, babble: np.ndarray | None, views: int = 1) -> tuple[list[np.ndarray], np.ndarray]:
        """(views of y [T, 40], speech [T] in 0..1) of samples in +-1; clean None is noise alone.

        Views share the timing and nothing else: line, noise, vocal tract and masks are drawn anew.
        """
        lead = int(RATE * (self.dice.uniform(0.05, 0.6) if self.chance(0.85) else self.dice.uniform(0.6, 2)))
        trail = int(RATE * (self.dice.uniform(0.25, 0.7) if self.chance(0.85) else self.dice.uniform(0.7, 2)))
        body = clean if clean is not None else np.zeros(int(RATE * seconds), np.float32)
        x = np.concatenate([np.zeros(lead, np.float32), body, np.zeros(trail, np.float32)])
        places = self.places(len(x), tempo)
        sums = np.concatenate([[0.0], np.cumsum(x.astype(np.float64) ** 2)])
        energy = (sums[places + WINDOW] - sums[places]) / WINDOW
        top = np.percentile(energy, 95) if clean is not None else 1.0
        speech = maximum_filter1d((energy > max(top * 10**-3.2, 1e-9)).astype(np.float32), 9)
        level = np.sqrt(top) + 1e-6
        return [self.view(x, places, level, clean is not None, human, babble) for _ in range(views)], speech

    def view(self, x: np.ndarray, places: np.ndarray, level: float, spoken: bool, human: bool, babble: np.ndarray | None) -> np.ndarray:
        """Features [T, 40] of samples at places, once through a random room, line and vocal tract."""
        if spoken and self.hard(0.25):
            x = self.room(x)
        if not spoken or self.chance(0.8 - 0.2 * self.ease):
            snr = self.ratio() if spoken else 0
            x = x + self.background(len(x), babble if spoken else None) * (level * 10 ** (-snr / 20))
        if spoken and self.hard(0.12):
            top = np.abs(x).max() * 10 ** (-self.dice.uniform(3, 15) / 20)
            x = np.clip(x, -top, top)
        x = x * (10 ** (-self.loudness(spoken) / 20) / level)
        if self.chance(0.75):
            x = x + self.dice.standard_normal(len(x), np.float32) * np.float32(10 ** self.dice.uniform(-4.8, -3.0))
        x = self.line(np.clip(x, -1, 1).astype(np.float32))
        frames = np.lib.stride_tricks.sliding_window_view(x, WINDOW)[places] * HANN
        spectrum = np.fft.rfft(frames, FFT)
        bank = BANKS[int(self.dice.integers(len(BANKS)))] if self.chance(0.8) else features.PLAIN
        if self.chance(0.7):
            bank = bank * self.curve()[:, None]
        mel = np.log(np.maximum((spectrum.real**2 + spectrum.imag**2).astype(np.float32) @ bank, FLOOR))
        y = self.normalise(mel)
        if self.hard(0.7):
            self.mask(y, human)
        return y

    def ratio(self) -> float:
        """Speech over noise in dB: about half of all calls come from the street, a car or a shop."""
        if self.chance(0.5):
            return float(self.dice.uniform(3 + self.ease, 13))
        return float(self.dice.uniform(8, 30))

    def loudness(self, spoken: bool) -> float:
        """dB below full scale; some callers hold the telephone far away."""
        if not spoken:
            return float(self.dice.uniform(6, 60))
        return float(self.dice.uniform(36, 52) if self.chance(0.12) else self.dice.uniform(6, 36))

    def normalise(self, mel: np.ndarray) -> np.ndarray:
        """The running mean, fresh or as found in the middle of a call."""
        if self.chance(0.4):
            return self.norm.apply(mel)
        energy = mel.mean(axis=1)
        top = float(np.percentile(energy, 95))
        mean = mel[energy > top - self.norm.gate].mean(axis=0) + self.dice.normal(0, 0.25, MELS)
        return self.norm.apply(mel, mean, int(self.dice.integers(60, int(self.norm.cap))), top - self.dice.uniform(0, 2))
