package catalogue

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// partSuffix marks a file that is still coming; a later Get goes on where it stops.
const partSuffix = ".part"

// errStalled is the cause of a download that was given up because nothing came any more.
var errStalled = errors.New("nothing came for too long")

// Fetcher brings entries to a directory.
type Fetcher struct {
	Dir    string        // entries lie in Dir/NAME/FILE
	Mirror string        // scheme and host to ask instead of those listed, e.g. https://hf-mirror.com; empty: as listed
	Stall  time.Duration // give up when no byte came for so long
	// Progress is told how many bytes of a file are there; may be nil.
	Progress func(file string, done, size int64)

	client *http.Client
}

// NewFetcher is a Fetcher with time-outs that suit a slow line: 20 s to connect, 60 s without a byte.
func NewFetcher(dir string) *Fetcher {
	dialer := &net.Dialer{Timeout: 20 * time.Second}
	return &Fetcher{
		Dir:   dir,
		Stall: time.Minute,
		client: &http.Client{Transport: &http.Transport{
			Proxy:                 http.ProxyFromEnvironment,
			DialContext:           dialer.DialContext,
			TLSHandshakeTimeout:   20 * time.Second,
			ResponseHeaderTimeout: time.Minute,
			ForceAttemptHTTP2:     true,
		}},
	}
}

// Close gives idle connections back.
func (f *Fetcher) Close() { f.client.CloseIdleConnections() }

// Get brings every file of an entry that is not there yet. What a broken download left is kept and gone on with;
// a file of the wrong size or sha256 is refused and deleted.
func (f *Fetcher) Get(ctx context.Context, entry Entry) error {
	dir := filepath.Join(f.Dir, entry.Name)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("place for %s: %w; make it writable or set XDG_DATA_HOME", entry.Name, err)
	}
	for _, file := range entry.Files {
		path := filepath.Join(dir, file.Name)
		if sum, size, err := digest(path); err == nil && size == file.Size && sum == file.SHA256 {
			f.report(file, size)
			continue
		}
		if err := f.getFile(ctx, file, path); err != nil {
			return fmt.Errorf("%s of %s: %w", file.Name, entry.Name, err)
		}
	}
	return nil
}

// getFile downloads to path.part, checks it there and only then gives it its name.
func (f *Fetcher) getFile(ctx context.Context, file File, path string) error {
	part := path + partSuffix
	if err := f.download(ctx, file, part); err != nil {
		return err
	}
	sum, size, err := digest(part)
	if err != nil {
		return err
	}
	if size != file.Size || sum != file.SHA256 {
		if err := os.Remove(part); err != nil {
			return err
		}
		return fmt.Errorf("%w: got %d bytes with sha256 %s, listed are %d with %s; it was deleted, try again or use another --mirror",
			ErrWrongContent, size, sum, file.Size, file.SHA256)
	}
	return os.Rename(part, path)
}

// download brings part to its listed size, from where it stops.
func (f *Fetcher) download(ctx context.Context, file File, part string) error {
	out, err := os.OpenFile(part, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return err
	}
	defer out.Close()
	have, err := out.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	if have > file.Size {
		have = 0
	}
	if have == file.Size {
		return nil
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	body, from, err := f.request(ctx, file, have)
	if err != nil {
		return err
	}
	defer body.Close()
	if err := out.Truncate(from); err != nil {
		return err
	}
	if _, err := out.Seek(from, io.SeekStart); err != nil {
		return err
	}
	watch := time.AfterFunc(f.Stall, func() { cancel(errStalled) })
	defer watch.Stop()
	counted := &countedReader{src: body, tick: func(n int64) {
		watch.Reset(f.Stall)
		f.report(file, from+n)
	}}
	// One byte more than is wanted shows a file that is too long without reading all of it.
	written, err := io.Copy(out, io.LimitReader(counted, file.Size-from+1))
	if err == nil && from+written < file.Size {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		if cause := context.Cause(ctx); cause != nil {
			err = cause
		}
		return fmt.Errorf("broken off at %d of %d bytes: %w; run the same command again to go on", from+written, file.Size, err)
	}
	return out.Close()
}

// request asks for a file from byte have on; from is where the answer really begins.
func (f *Fetcher) request(ctx context.Context, file File, have int64) (body io.ReadCloser, from int64, err error) {
	address, err := f.address(file)
	if err != nil {
		return nil, 0, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, 0, err
	}
	req.Header.Set("User-Agent", "voxgate")
	if have > 0 {
		req.Header.Set("Range", fmt.Sprintf("bytes=%d-", have))
	}
	resp, err := f.client.Do(req)
	if err != nil {
		return nil, 0, fmt.Errorf("cannot reach %s: %w; without a network copy the files by hand into %s, or name a --mirror", req.URL.Host, err, f.Dir)
	}
	size := resp.ContentLength
	switch resp.StatusCode {
	case http.StatusOK:
		from = 0
	case http.StatusPartialContent:
		if from, err = rangeStart(resp.Header.Get("Content-Range")); err == nil && from != have {
			err = fmt.Errorf("asked for bytes from %d, got from %d", have, from)
		}
		if size >= 0 {
			size += from
		}
	default:
		err = fmt.Errorf("%s answered %s", address, resp.Status)
	}
	if err == nil && size >= 0 && size != file.Size {
		err = fmt.Errorf("%w: %s has %d bytes, listed are %d", ErrWrongContent, address, size, file.Size)
	}
	if err != nil {
		resp.Body.Close()
		return nil, 0, err
	}
	return resp.Body, from, nil
}

// address is where a file is asked for: as listed, or the same path at the mirror.
func (f *Fetcher) address(file File) (string, error) {
	if f.Mirror == "" {
		return file.URL, nil
	}
	mirror, err := url.Parse(f.Mirror)
	if err != nil || mirror.Host == "" || (mirror.Scheme != "https" && mirror.Scheme != "http") {
		return "", fmt.Errorf("mirror %q is not a web address like https://hf-mirror.com", f.Mirror)
	}
	listed, err := url.Parse(file.URL)
	if err != nil {
		return "", err
	}
	return mirror.JoinPath(listed.Path).String(), nil
}

func (f *Fetcher) report(file File, done int64) {
	if f.Progress != nil {
		f.Progress(file.Name, done, file.Size)
	}
}

// rangeStart reads the first byte's position from a Content-Range header (RFC 9110 section 14.4): "bytes 5-9/10".
func rangeStart(header string) (int64, error) {
	span, ok := strings.CutPrefix(header, "bytes ")
	first, _, found := strings.Cut(span, "-")
	start, err := strconv.ParseInt(first, 10, 64)
	if !ok || !found || err != nil || start < 0 {
		return 0, fmt.Errorf("the server's Content-Range %q makes no sense", header)
	}
	return start, nil
}

// countedReader tells how many bytes have passed in all.
type countedReader struct {
	src  io.Reader
	n    int64
	tick func(n int64)
}

func (c *countedReader) Read(p []byte) (int, error) {
	n, err := c.src.Read(p)
	c.n += int64(n)
	if n > 0 {
		c.tick(c.n)
	}
	return n, err
}
