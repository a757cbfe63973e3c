package decode

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"unicode/utf8"
)

// eachLine hands on the lines of a text file, without those that are empty. Errors carry the file and the line.
func eachLine(files fs.FS, name string, take func(line string) error) error {
	f, err := files.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	scan := bufio.NewScanner(f)
	n := 0
	for scan.Scan() {
		n++
		line := scan.Text()
		if n == 1 {
			line = strings.TrimPrefix(line, "\uFEFF")
		}
		if !utf8.ValidString(line) {
			return fmt.Errorf("%s:%d: not UTF-8; save the file as UTF-8", name, n)
		}
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		if err := take(line); err != nil {
			return fmt.Errorf("%s:%d: %w", name, n, err)
		}
	}
	if err := scan.Err(); errors.Is(err, bufio.ErrTooLong) {
		return fmt.Errorf("%s:%d: a line of more than %d bytes; is it the right file?", name, n+1, bufio.MaxScanTokenSize)
	} else if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// eachPair hands on the lines of a file in two parts: what is before the first TAB and what is behind it.
func eachPair(files fs.FS, name string, take func(first, rest string) error) error {
	return eachLine(files, name, func(line string) error {
		first, rest, ok := strings.Cut(line, "\t")
		if !ok {
			return fmt.Errorf("no TAB in %q; write a word, a TAB and its reading", cut(line))
		}
		return take(first, rest)
	})
}

// readLines reads a text file, without its empty lines.
func readLines(files fs.FS, name string) (out []string, err error) {
	err = eachLine(files, name, func(line string) error {
		out = append(out, line)
		return nil
	})
	return out, err
}
