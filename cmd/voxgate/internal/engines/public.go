package engines

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"voxgate/cmd/voxgate/internal/catalogue"
)

// OpenPublic is the folder of a public recogniser: that of a name from the catalogue, or one that is given by its path.
// No name is no folder: the shipped recogniser.
func OpenPublic(name string) (fs.FS, error) {
	if name == "" {
		return nil, nil
	}
	return openPublic("recogniser", name, "tokens.txt and one model *.onnx")
}

// OpenVoice is the folder of a public voice: that of a name from the catalogue, or one that is given by its path.
func OpenVoice(name string) (fs.FS, error) {
	return openPublic("voice", name, "one model *.onnx with its *.onnx.json, or with tokens.txt and lexicon.txt")
}

// IsPublicVoice says whether a name means a voice of the catalogue or a folder, rather than a variant of espeak-ng.
func IsPublicVoice(name string) (bool, error) {
	if isPath(name) {
		return true, nil
	}
	entries, err := catalogue.Public()
	if err != nil {
		return false, err
	}
	entry, err := catalogue.Find(entries, name)
	return err == nil && entry.Kind == "voice", nil
}

// isPath says whether a name is written as a folder's path.
func isPath(name string) bool {
	return strings.ContainsRune(name, filepath.Separator) || name == "." || name == ".."
}

// openPublic is the folder of a public model of a kind, which holds what.
func openPublic(kind, name, holds string) (fs.FS, error) {
	if isPath(name) {
		info, err := os.Stat(name)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", kind, err)
		}
		if !info.IsDir() {
			return nil, fmt.Errorf("%s: %s is no folder; it must hold %s", kind, name, holds)
		}
		return os.DirFS(name), nil
	}
	entries, err := catalogue.Public()
	if err != nil {
		return nil, err
	}
	entry, err := catalogue.Find(entries, name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w; a folder is written with a slash, as ./%s", kind, err, name)
	}
	if entry.Kind != kind {
		return nil, fmt.Errorf("%s: %s is a %s", kind, name, entry.Kind)
	}
	dir, err := catalogue.DefaultDir()
	if err != nil {
		return nil, err
	}
	if state := catalogue.Installed(dir, entry); state != catalogue.Complete {
		return nil, fmt.Errorf("%s: %s is %s: run 'voxgate models get %s'", kind, name, state, name)
	}
	return os.DirFS(filepath.Join(dir, entry.Name)), nil
}
