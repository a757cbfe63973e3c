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
	if strings.ContainsRune(name, filepath.Separator) || name == "." || name == ".." {
		info, err := os.Stat(name)
		if err != nil {
			return nil, fmt.Errorf("recogniser: %w", err)
		}
		if !info.IsDir() {
			return nil, fmt.Errorf("recogniser: %s is no folder; it must hold tokens.txt and one model *.onnx", name)
		}
		return os.DirFS(name), nil
	}
	entries, err := catalogue.Public()
	if err != nil {
		return nil, err
	}
	entry, err := catalogue.Find(entries, name)
	if err != nil {
		return nil, fmt.Errorf("recogniser: %w; a folder is written with a slash, as ./%s", err, name)
	}
	if entry.Kind != "recogniser" {
		return nil, fmt.Errorf("recogniser: %s is a %s", name, entry.Kind)
	}
	dir, err := catalogue.DefaultDir()
	if err != nil {
		return nil, err
	}
	if state := catalogue.Installed(dir, entry); state != catalogue.Complete {
		return nil, fmt.Errorf("recogniser: %s is %s: run 'voxgate models get %s'", name, state, name)
	}
	return os.DirFS(filepath.Join(dir, entry.Name)), nil
}
