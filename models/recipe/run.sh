#!/bin/sh
# Trains the recogniser's acoustic model from nothing to models/hearing/acoustic.onnx.
#
#   models/recipe/run.sh --work DIR [--speech DIR] [--minutes N] [--out models/hearing]
#                        [--from models/hearing/acoustic.onnx] [--seed N] [--lines N]
#
# Needs (Debian 12): python3-torch libopenblas0-pthread python3-scipy python3-onnx
# espeak-ng ffmpeg nodejs npm golang.  Every step keeps its result in --work and is
# skipped when that is there, so a stopped run goes on where it was; remove
# DIR/acoustic.pt to train anew.  --speech names the folder of human corpora
# (NAME.opus with NAME.tsv); those absent are skipped with a note.  --from starts with
# the weights of an exported model instead of chance, --seed draws other lines and voices.
set -eu
cd "$(dirname "$0")/../.."

work= speech= minutes=100 out=models/hearing lines=35000 seed=1 from=
while [ $# -gt 0 ]; do
  case "$1" in
    --work) work=$2 ;;
    --speech) speech=$2 ;;
    --minutes) minutes=$2 ;;
    --out) out=$2 ;;
    --lines) lines=$2 ;;
    --seed) seed=$2 ;;
    --from) from=$2 ;;
    *) sed -n '2,13p' "$0"; exit 2 ;;
  esac
  shift 2
done
[ -n "$work" ] || { sed -n '2,13p' "$0"; exit 2; }
mkdir -p "$work"
work=$(cd "$work" && pwd)
root=$PWD
python=${PYTHON:-/usr/bin/python3}

say() { printf '\n== %s\n' "$*"; }
for tool in espeak-ng ffmpeg node npm "$python"; do
  command -v "$tool" >/dev/null || { echo "missing: $tool (see the head of $0)" >&2; exit 1; }
done
"$python" -c 'import torch, scipy, onnx' || { echo "missing: python3-torch python3-scipy python3-onnx" >&2; exit 1; }

say "1/8 dictionary and pronunciations"
if [ ! -f "$work/words.txt" ]; then
  folder=$(cd "$work" && go mod download -json github.com/go-ego/gse@v0.80.3 | sed -n 's/.*"Dir": "\(.*\)".*/\1/p')
  cp "$folder/data/dict/zh/s_1.txt" "$work/words.txt"
fi
[ -d "$work/node_modules/pinyin-pro" ] || (cd "$work" && npm install --no-audit --no-fund --prefix "$work" pinyin-pro@3)
[ -d "$work/node_modules/onnxruntime-node" ] || (cd "$work" && npm install --no-audit --no-fund --ignore-scripts --prefix "$work" onnxruntime-node@1.27.0)

say "2/8 lines to read"
[ -f "$work/lines.tsv" ] || "$python" -m models.recipe.texts --out "$work/lines.tsv" --words "$work/words.txt" \
  --lines "$lines" --english $((lines / 7)) --seed "$seed" --sentences models/hearing
[ -f "$work/heldout.lines.tsv" ] || "$python" -m models.recipe.texts --out "$work/heldout.lines.tsv" --words "$work/words.txt" \
  --lines 1500 --english 250 --seed $((seed + 1000)) --exclude "$work/lines.tsv"
for name in lines heldout.lines; do
  [ -f "$work/$name.pinyin.tsv" ] || (cd "$work" && node "$root/models/recipe/pinyin.mjs" <"$name.tsv" >"$name.pinyin.tsv")
done

say "3/8 synthetic speech"
"$python" -m models.recipe.synth --lines "$work/lines.pinyin.tsv" --work "$work" --name synth --seed "$seed"
"$python" -m models.recipe.synth --lines "$work/heldout.lines.pinyin.tsv" --work "$work" --name heldout --held-out --seed $((seed + 1000))

say "4/8 human speech"
if [ -n "$speech" ]; then
  "$python" -m models.recipe.corpora --speech "$speech" --work "$work"
else
  echo "no --speech: synthetic voices only; such a model hears people badly"
fi

say "5/8 training, $minutes minutes"
OMP_NUM_THREADS=1 "$python" -m models.recipe.train --work "$work" --minutes "$minutes" ${from:+--from "$from"}

say "6/8 export and check"
"$python" -m models.recipe.export --work "$work" --out "$out"
(cd "$work" && node "$root/models/recipe/check.mjs" "$(cd "$root" && cd "$out" && pwd)" "$work/parity.json")

say "7/8 figures"
"$python" -m models.recipe.evaluate --work "$work" --card "$out/CARD.md"

say "8/8 the whole recogniser"
go run ./models/recipe/manifest
go build -o "$work/voxgate" ./cmd/voxgate
"$python" -m models.recipe.checkset --work "$work" --out "$work/sets" ${speech:+--speech "$speech"}
rm -f "$work/measures.json"
"$python" -m models.recipe.measures --sets "$work/sets" --voxgate "$work/voxgate" --keep "$work/measures.json" --card "$out/CARD.md"
