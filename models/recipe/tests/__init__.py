"""Tests of the recipe, one file for each of its parts; recipe_test.go runs them.

    python3 -m unittest discover -s models/recipe -t .

A part whose libraries (numpy, scipy, torch, onnx) are not installed is skipped with a note.
"""
