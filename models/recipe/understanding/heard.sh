#!/bin/sh
# Has the recogniser hear the labelled lines, read by espeak-ng in voices that its training knows, a third of them in
# noise of 12 dB, and keeps what it heard in WORK/heard.jsonl, for run.sh --heard.
#
#   models/recipe/understanding/heard.sh --work DIR
#
# Needs what models/recipe/run.sh needs; its folder --work serves as DIR here (pinyin-pro stands in it). Some 20 minutes of
# a processor.
set -eu
cd "$(dirname "$0")/../../.."
[ "${1:-}" = --work ] && [ -n "${2:-}" ] || { sed -n '2,9p' "$0"; exit 2; }
work=$(cd "$2" && pwd) root=$PWD
python=${PYTHON:-/usr/bin/python3}

"$python" -m models.recipe.understanding.heard lines --out "$work/labelled.lines.tsv"
(cd "$work" && node "$root/models/recipe/pinyin.mjs" <labelled.lines.tsv >labelled.lines.pinyin.tsv)
mkdir -p "$work/labelled"
"$python" -m models.recipe.synth --lines "$work/labelled.lines.pinyin.tsv" --work "$work/labelled" --name labelled --seed 77
"$python" -m models.recipe.understanding.heard sound --folder "$work/labelled"
go build -o "$work/voxgate" ./cmd/voxgate
for condition in clean noise12; do
  "$work/voxgate" eval asr "$work/labelled/$condition.tsv" --conditions $condition --utterances "$work/labelled/$condition.jsonl"
done
cat "$work/labelled/clean.jsonl" "$work/labelled/noise12.jsonl" >"$work/heard.jsonl"
