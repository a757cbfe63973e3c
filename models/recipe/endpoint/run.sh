#!/bin/sh
# Makes models/endpoint/weights.json anew from the shipped recogniser and sentences, by one command at the top of the
# repository. What was heard is kept in the folder given (default: models/recipe/work/endpoint); a step whose result lies
# there is not repeated, so that a broken run goes on where it stopped.
set -eu
work=${1:-models/recipe/work/endpoint}
# Voices that the recogniser was trained on: those of eval turns must stay unheard.
voices=f1,f2,f3,f5,m1,m2,m3,m4,m6,m7,m8,Annie,Andy,Alex,adam,belinda,steph,paul,rob,robert,john,Hugo,pablo,max,anika,klatt,klatt2,grandpa,shelby
mkdir -p "$work"
go build -o "$work/voxgate" ./cmd/voxgate
[ -f "$work/turns.tsv" ] || go run ./models/recipe/endpoint scripts "$work"
hear() { # name, condition, turns (0: all)
	[ -f "$work/$1.jsonl" ] && return
	echo "hearing turns: $1" >&2
	"$work/voxgate" eval turns "$work/turns.tsv" --voices "$voices" --models "$work" --conditions "$2" --limit "$3" --steps "$work/$1.part"
	mv "$work/$1.part" "$work/$1.jsonl"
}
hear clean clean 0
hear noise noise12 1500
go run ./models/recipe/endpoint fit "$work/clean.jsonl" "$work/noise.jsonl"
go run ./models/recipe/manifest
