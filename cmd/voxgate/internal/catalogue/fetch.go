package catalogue

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

const (
	// partSuffix marks a file that is still coming; a later Get goes on where it stops.
	partSuffix = ".part"
	// tagSuffix marks what the server called the version that is coming, so that no two versions are joined.
	tagSuffix = ".tag"
)

// errStalled is the cause of a download that was given up because nothing came any more.
var errStalled = errors.New("nothing came for too long")

// Fetcher brings entries to a directory.
type Fetcher struct {
	Dir    string        // entries lie in Dir/NAME/FILE
	Mirror string        // scheme and host to ask instead of those listed, e.g. https://hf-mirror.com; empty: as listed
	Stall  time.Duration // give up when no byte came for so long
	// Progress is told how many bytes of a file are there, of how many (0: not known); may be nil.
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

// Get brings every file of an entry that is not there yet, takes archives apart and records what came. What a broken
// download left is kept and gone on with; a file of another size or sha256 than listed is refused and deleted.
func (f *Fetcher) Get(ctx context.Context, entry Entry) error {
	dir := filepath.Join(f.Dir, entry.Name)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("place for %s: %w; make it writable or set XDG_DATA_HOME", entry.Name, err)
	}
	there := map[string]bool{}
	for _, k := range expected(f.Dir, entry) {
		sum, size, err := digest(filepath.Join(dir, k.Name))
		there[k.Name] = err == nil && k.matches(size, sum)
	}
	for _, file := range entry.Files {
		if file.complete(there) {
			f.report(file, file.Size, file.Size)
			continue
		}
		path := filepath.Join(dir, file.Name)
		err := f.getFile(ctx, file, path)
		if err == nil && len(file.Members) > 0 {
			err = errors.Join(unpack(path, dir, file.Members), os.Remove(path))
		}
		if err != nil {
			return fmt.Errorf("%s of %s: %w", file.Name, entry.Name, err)
		}
	}
	return writeRecord(f.Dir, entry)
}

// complete says whether all that is kept of a file is there.
func (file File) complete(there map[string]bool) bool {
	for _, m := range file.Members {
		if !there[m.Name] {
			return false
		}
	}
	return len(file.Members) > 0 || there[file.Name]
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
	if err := os.Remove(part + tagSuffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if !(kept{file.Name, file.Size, file.SHA256}).matches(size, sum) {
		if err := os.Remove(part); err != nil {
			return err
		}
		return fmt.Errorf("%w: got %d bytes with sha256 %s, listed are %d with %s; it was deleted, try again or use another --mirror",
			ErrWrongContent, size, sum, file.Size, file.SHA256)
	}
	return os.Rename(part, path)
}

// download brings part to its whole size, from where it stops.
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
	tag, err := os.ReadFile(part + tagSuffix)
	if err != nil && file.SHA256 == "" {
		have = 0 // nothing would tell that the rest is of another version
	}
	if file.Size > 0 && have > file.Size {
		have = 0
	}
	if file.Size > 0 && have == file.Size {
		return nil
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	reply, err := f.request(ctx, file, have, string(tag))
	if err != nil || reply.body == nil {
		return err
	}
	defer reply.body.Close()
	if err := os.WriteFile(part+tagSuffix, []byte(reply.tag), 0o644); err != nil {
		return err
	}
	if err := out.Truncate(reply.from); err != nil {
		return err
	}
	if _, err := out.Seek(reply.from, io.SeekStart); err != nil {
		return err
	}
	watch := time.AfterFunc(f.Stall, func() { cancel(errStalled) })
	defer watch.Stop()
	counted := &countedReader{src: reply.body, tick: func(n int64) {
		watch.Reset(f.Stall)
		f.report(file, reply.from+n, max(reply.size, 0))
	}}
	most := reply.size
	if most < 0 {
		most = mostMember
	}
	// One byte more than is wanted shows a file that is too long without reading all of it.
	written, err := io.Copy(out, io.LimitReader(counted, most-reply.from+1))
	if err == nil && reply.size >= 0 && reply.from+written < reply.size {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		if cause := context.Cause(ctx); cause != nil {
			err = cause
		}
		return fmt.Errorf("broken off at %d of %d bytes: %w; run the same command again to go on", reply.from+written, max(reply.size, 0), err)
	}
	return out.Close()
}

// reply is a server's answer.
type reply struct {
	body io.ReadCloser // nil: all is there already
	from int64         // where the answer really begins
	size int64         // of the whole file, -1 where neither the list nor the server says
	tag  string        // what the server calls this version
}

// request asks for a file from byte have on, if it is still the version of that tag.
func (f *Fetcher) request(ctx context.Context, file File, have int64, tag string) (reply, error) {
	address, err := f.address(file)
	if err != nil {
		return reply{}, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return reply{}, err
	}
	req.Header.Set("User-Agent", "voxgate")
	if have > 0 {
		req.Header.Set("Range", fmt.Sprintf("bytes=%d-", have))
		if tag != "" {
			req.Header.Set("If-Range", tag)
		}
	}
	resp, err := f.client.Do(req)
	if err != nil {
		return reply{}, fmt.Errorf("cannot reach %s: %w; without a network copy the files by hand into %s, or name a --mirror", req.URL.Host, err, f.Dir)
	}
	r := reply{body: resp.Body, size: resp.ContentLength, tag: versionOf(resp.Header)}
	switch resp.StatusCode {
	case http.StatusOK:
	case http.StatusPartialContent:
		if r.from, err = rangeStart(resp.Header.Get("Content-Range")); err == nil && r.from != have {
			err = fmt.Errorf("asked for bytes from %d, got from %d", have, r.from)
		}
		if r.size >= 0 {
			r.size += r.from
		}
	case http.StatusRequestedRangeNotSatisfiable:
		if resp.Header.Get("Content-Range") == fmt.Sprintf("bytes */%d", have) {
			return reply{}, resp.Body.Close() // the last answer broke off after its last byte
		}
		err = fmt.Errorf("%w: %s has fewer bytes than came before; delete %s and try again", ErrWrongContent, address, file.Name+partSuffix)
	default:
		err = fmt.Errorf("%s answered %s", address, resp.Status)
	}
	if err == nil && r.size >= 0 && file.Size > 0 && r.size != file.Size {
		err = fmt.Errorf("%w: %s has %d bytes, listed are %d", ErrWrongContent, address, r.size, file.Size)
	}
	if err != nil {
		resp.Body.Close()
		return reply{}, err
	}
	if file.Size > 0 {
		r.size = file.Size
	}
	return r, nil
}

// versionOf is what tells one version of a file from another (RFC 9110 section 13.1.5): a strong entity tag or a date.
func versionOf(h http.Header) string {
	if tag := h.Get("ETag"); tag != "" && !strings.HasPrefix(tag, "W/") {
		return tag
	}
	return h.Get("Last-Modified")
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

func (f *Fetcher) report(file File, done, size int64) {
	if f.Progress != nil {
		f.Progress(file.Name, done, size)
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
