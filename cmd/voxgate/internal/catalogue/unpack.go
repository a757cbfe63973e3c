package catalogue

import (
	"archive/tar"
	"compress/bzip2"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
)

// Bounds of an archive, far above any public model's: a small file may unfold to no more than this.
const (
	mostMember  = 2 << 30 // bytes of a member of which no size is listed
	mostArchive = 8 << 30 // bytes of all members, those included that are not kept
	mostEntries = 10_000
)

// unpack takes the members of a tar.bz2 into the folder dir. Only what is listed is written, under the name that the
// list gives it, so that no path in the archive can lead elsewhere; a member gets its name when all are there and right.
func unpack(archive, dir string, members []Member) error {
	file, err := os.Open(archive)
	if err != nil {
		return err
	}
	defer file.Close()
	wanted := map[string]Member{}
	for _, m := range members {
		wanted[path.Clean(m.Path)] = m
	}
	defer func() {
		for _, m := range members {
			os.Remove(filepath.Join(dir, m.Name+partSuffix)) // there is one only after a failure
		}
	}()
	source := &io.LimitedReader{R: bzip2.NewReader(file), N: mostArchive}
	tape := tar.NewReader(source)
	for count := 0; len(wanted) > 0; count++ {
		header, err := tape.Next()
		if errors.Is(err, io.EOF) {
			for _, m := range wanted {
				return fmt.Errorf("%w: the archive holds no %s", ErrWrongContent, m.Path)
			}
		}
		if err == nil && (source.N <= 0 || count >= mostEntries) {
			err = errors.New("it unfolds to too much")
		}
		if err != nil {
			return fmt.Errorf("%w: archive: %w", ErrWrongContent, err)
		}
		m, ok := wanted[path.Clean(header.Name)]
		if !ok {
			continue
		}
		if header.Typeflag != tar.TypeReg {
			return fmt.Errorf("%w: %s in the archive is no plain file", ErrWrongContent, m.Path)
		}
		if err := takeMember(tape, filepath.Join(dir, m.Name+partSuffix), m); err != nil {
			return err
		}
		delete(wanted, path.Clean(header.Name))
	}
	for _, m := range members {
		name := filepath.Join(dir, m.Name)
		if err := os.Rename(name+partSuffix, name); err != nil {
			return err
		}
	}
	return nil
}

// takeMember writes one member and checks it.
func takeMember(from io.Reader, to string, m Member) error {
	most := m.Size
	if most == 0 {
		most = mostMember
	}
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	defer out.Close()
	size, err := io.Copy(out, io.LimitReader(from, most+1))
	if err != nil {
		return fmt.Errorf("%w: %s in the archive: %w", ErrWrongContent, m.Path, err)
	}
	if err := out.Close(); err != nil {
		return err
	}
	sum, _, err := digest(to)
	if err != nil {
		return err
	}
	if size > most || !(kept{m.Name, m.Size, m.SHA256}).matches(size, sum) {
		return fmt.Errorf("%w: %s in the archive has %d bytes, sha256 %s", ErrWrongContent, m.Path, size, sum)
	}
	return nil
}
