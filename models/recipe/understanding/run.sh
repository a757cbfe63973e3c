#!/bin/sh
# Trains the understanding model from the lines beside this script to models/understanding/understanding.onnx.
#
#   models/recipe/understanding/run.sh --work DIR [--epochs N] [--seed N] [--heard FILE]
#
# Needs (Debian 12): python3-torch python3-scipy python3-onnx golang. One thread, some three minutes of a processor.
# The first network leaves out the sources that the probabilities are calibrated on; the second one sees all lines and
# ships with that calibration. --heard names what the recogniser made of the lines (heard.sh makes it): such errors are
# trained on beside the made ones.
set -eu
cd "$(dirname "$0")/../../.."

work= epochs=14 seed=1 heard=
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
apart="heldout.zh heldout.en test.zh test.en upset.zh misheard.zh native.en"

go run ./models/recipe/understanding -o "$work" -seed "$seed" ${heard:+-heard "$heard"}
"$python" -m $recipe.train --data "$work" --leave $apart --epochs "$epochs" --seed "$seed" --out "$work/apart.pt"
"$python" -m $recipe.calibrate --data "$work" --leave $apart --out "$work/calibration.json" -- "$work/apart.pt"
"$python" -m $recipe.train --data "$work" --epochs "$epochs" --seed "$seed" --out "$work/all.pt"
"$python" -m $recipe.export --data "$work" --calibration "$work/calibration.json" --out models/understanding/understanding.onnx "$work/all.pt"
go run ./models/recipe/manifest
