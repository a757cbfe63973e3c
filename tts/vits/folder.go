package vits

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// configSuffix is what Piper's description of a model adds to the model's name.
const configSuffix = ".json"

// folder is what a voice's folder holds: a model with its JSON, or with tokens and lexicon.
type folder struct {
	onnx            []byte
	config          []byte // nil in sherpa-onnx's form
	tokens, lexicon []byte
}

// readFolder finds a voice. Errors wrap ErrBadVoice and name the file that is missing or of which there are several.
func readFolder(files fs.FS) (folder, error) {
	v, err := find(files)
	if err != nil {
		return folder{}, fmt.Errorf("%w: %w", ErrBadVoice, err)
	}
	return v, nil
}

func find(files fs.FS) (v folder, err error) {
	if files == nil {
		return v, errors.New("no folder is given")
	}
	names, err := fs.Glob(files, "*.onnx")
	if err != nil {
		return v, err
	}
	described := slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		_, err := fs.Stat(files, name+configSuffix)
		return err != nil
	})
	name, err := choose(names, described)
	if err != nil {
		return v, err
	}
	if v.onnx, err = fs.ReadFile(files, name); err != nil {
		return v, err
	}
	if len(described) > 0 {
		v.config, err = fs.ReadFile(files, name+configSuffix)
		return v, err
	}
	if v.tokens, err = fs.ReadFile(files, "tokens.txt"); err == nil {
		v.lexicon, err = fs.ReadFile(files, "lexicon.txt")
	}
	if err != nil {
		return v, fmt.Errorf("%s: neither %s nor tokens.txt and lexicon.txt lie beside it: %w", name, name+configSuffix, err)
	}
	return v, nil
}

// choose is the model of a folder: the one with a description, else the only one, the one in int8, or model.onnx.
func choose(names, described []string) (string, error) {
	switch {
	case len(names) == 0:
		return "", errors.New("no file *.onnx in the folder")
	case len(described) == 1:
		return described[0], nil
	case len(described) > 1:
		return "", fmt.Errorf("the folder holds %s; keep one voice in a folder", strings.Join(described, ", "))
	case len(names) == 1:
		return names[0], nil
	}
	small := slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		return !strings.HasSuffix(strings.TrimSuffix(path.Base(name), ".onnx"), ".int8")
	})
	switch {
	case len(small) == 1:
		return small[0], nil
	case slices.Contains(names, "model.onnx"):
		return "model.onnx", nil
	}
	return "", fmt.Errorf("the folder holds %s; keep one of them", strings.Join(names, ", "))
}
