#!/bin/sh
# Trains the understanding model from the lines beside this script to models/understanding/understanding.onnx.
#
#   models/recipe/understanding/run.sh --work DIR [--epochs N] [--seed N] [--heard FILE]
#
# Needs (Debian 12): python3-torch python3-scipy python3-onnx golang. One thread, some eight minutes of a processor.
# The first network leaves out the sources that the probabilities are calibrated on; two more see all lines, and their
# mean ships with that calibration. --heard names what the recogniser made of the lines (heard.sh makes it): such errors are
# trained on beside the made ones.
set -eu
cd "$(dirname "$0")/../../.."

work= epochs=12 seed=1 heard=
while [ $# -gt 0 ]; do
  case "$1" in
    --work) work=$2 ;;
    --epochs) epochs=$2 ;;
    --seed) seed=$2 ;;
    --heard) heard=$2 ;;
    *) sed -n '2,10p' "$0"; exit 2 ;;
  esac
  shift 2
done
[ -n "$work" ] || { sed -n '2,10p' "$0"; exit 2; }
python=${PYTHON:-/usr/bin/python3}
"$python" -c 'import torch, scipy, onnx' || { echo "missing: python3-torch python3-scipy python3-onnx" >&2; exit 1; }
recipe=models.recipe.understanding
apart="cast.zh cast_first.en ways.zh ways.en told.zh told.en beside.zh beside.en daily.zh daily.en"

go run ./models/recipe/understanding -o "$work" -seed "$seed" ${heard:+-heard "$heard"}
"$python" -m $recipe.train --data "$work" --leave $apart --epochs 8 --seed "$seed" --out "$work/apart.pt"
"$python" -m $recipe.calibrate --data "$work" --leave $apart --out "$work/calibration.json" -- "$work/apart.pt"
for k in 1 2; do
  "$python" -m $recipe.train --data "$work" --epochs "$epochs" --seed $((seed * 10 + k)) --out "$work/all$k.pt"
done
"$python" -m $recipe.export --data "$work" --calibration "$work/calibration.json" --out models/understanding/understanding.onnx "$work"/all[12].pt
go run ./models/recipe/manifest
