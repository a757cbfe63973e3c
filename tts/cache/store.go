package cache

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// ErrForeign says that a file is no clause of ours: broken, cut short, or another program's.
var ErrForeign = errors.New("not a kept clause")

const (
	storeMagic  = "voxgate clause 1\n"
	storeSuffix = ".clause"
	freshUse    = time.Hour // a file is marked as used at most this often
)

// Store keeps the clauses of fixed prompts in files of a folder. What was not used for the longest time leaves when the
// bound is reached; several processes may share a folder. A nil Store keeps nothing.
type Store struct {
	folder string
	bound  int64 // bytes of files

	mu    sync.Mutex
	files map[string]storedFile // by name
	bytes int64
}

type storedFile struct {
	size int64
	used time.Time
}

// OpenStore opens a folder, made where it is not there, with at most bound bytes in it. Files of other kinds are left
// alone. It fails where the folder cannot be made or read.
func OpenStore(folder string, bound int64) (*Store, error) {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, fmt.Errorf("prompts: %w; name another folder in tts.folder", err)
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, fmt.Errorf("prompts: %w; name another folder in tts.folder", err)
	}
	s := &Store{folder: folder, bound: bound, files: map[string]storedFile{}}
	for _, entry := range entries {
		if info, err := entry.Info(); err == nil && info.Mode().IsRegular() && filepath.Ext(entry.Name()) == storeSuffix {
			s.files[entry.Name()] = storedFile{info.Size(), info.ModTime()}
			s.bytes += info.Size()
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.makeRoom(0)
	return s, nil
}

// fileName is where the sound of a key lies.
func fileName(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:16]) + storeSuffix
}

// has says whether a key is there, as far as names tell.
func (s *Store) has(key string) bool {
	if s == nil {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	_, ok := s.files[fileName(key)]
	return ok
}

// load is the sound of a key; nil where there is none. A file that cannot be used is told to the log and forgotten, so
// that the clause is made again.
func (s *Store) load(key string) []int16 {
	if !s.has(key) {
		return nil
	}
	name := fileName(key)
	path := filepath.Join(s.folder, name)
	data, err := os.ReadFile(path)
	var pcm []int16
	if err == nil {
		pcm, err = decodeClause(data, key)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil {
		s.forget(name)
		if !errors.Is(err, fs.ErrNotExist) {
			slog.Warn("kept prompt not used: it is made again", "file", path, "error", err)
		}
		return nil
	}
	if file := s.files[name]; time.Since(file.used) > freshUse {
		file.used = time.Now()
		s.files[name] = file
		_ = os.Chtimes(path, file.used, file.used) // it leaves sooner than it should, no more
	}
	return pcm
}

// save keeps a sound. Where that fails the log says so, and the prompt is made again next time.
func (s *Store) save(key string, pcm []int16) {
	if s == nil {
		return
	}
	data := encodeClause(key, pcm)
	if int64(len(data)) > s.bound/maxShare {
		return
	}
	name := fileName(key)
	if err := writeWhole(filepath.Join(s.folder, name), data); err != nil {
		slog.Warn("prompt not kept on disk", "folder", s.folder, "error", err)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.forget(name)
	s.makeRoom(int64(len(data)))
	s.files[name] = storedFile{int64(len(data)), time.Now()}
	s.bytes += int64(len(data))
}

// forget takes a file out of the books; s.mu is held.
func (s *Store) forget(name string) {
	s.bytes -= s.files[name].size
	delete(s.files, name)
}

// makeRoom lets go what was not used for the longest time until size more bytes fit; s.mu is held.
func (s *Store) makeRoom(size int64) {
	for len(s.files) > 0 && s.bytes+size > s.bound {
		oldest := ""
		for name, file := range s.files {
			if oldest == "" || file.used.Before(s.files[oldest].used) {
				oldest = name
			}
		}
		if err := os.Remove(filepath.Join(s.folder, oldest)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			slog.Warn("kept prompt not removed", "folder", s.folder, "error", err)
		}
		s.forget(oldest)
	}
}

// writeWhole writes a file so that whoever opens it sees all of it or the one before.
func writeWhole(path string, data []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".clause-*")
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	err = errors.Join(err, f.Chmod(0o644), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}

// encodeClause is a file: the magic, the key's length and the key, the samples (little-endian), and the SHA-256 of all that.
func encodeClause(key string, pcm []int16) []byte {
	out := append([]byte(storeMagic), binary.LittleEndian.AppendUint32(nil, uint32(len(key)))...)
	out = append(out, key...)
	for _, sample := range pcm {
		out = binary.LittleEndian.AppendUint16(out, uint16(sample))
	}
	sum := sha256.Sum256(out)
	return append(out, sum[:]...)
}

// decodeClause reads what encodeClause wrote for a key. Errors wrap ErrForeign.
func decodeClause(data []byte, key string) ([]int16, error) {
	head := len(storeMagic) + 4
	if len(data) < head+sha256.Size || string(data[:len(storeMagic)]) != storeMagic {
		return nil, fmt.Errorf("%w: no head", ErrForeign)
	}
	body := data[:len(data)-sha256.Size]
	if sum := sha256.Sum256(body); string(sum[:]) != string(data[len(body):]) {
		return nil, fmt.Errorf("%w: its checksum is wrong", ErrForeign)
	}
	length := binary.LittleEndian.Uint32(body[len(storeMagic):])
	rest := body[head:]
	if uint64(length) > uint64(len(rest)) || string(rest[:length]) != key {
		return nil, fmt.Errorf("%w: it holds something else", ErrForeign)
	}
	if rest = rest[length:]; len(rest)%2 != 0 || len(rest) == 0 {
		return nil, fmt.Errorf("%w: %d bytes of sound", ErrForeign, len(rest))
	}
	pcm := make([]int16, len(rest)/2)
	for i := range pcm {
		pcm[i] = int16(binary.LittleEndian.Uint16(rest[2*i:]))
	}
	return pcm, nil
}
