package wav

import (
	"encoding/binary"
	"fmt"
	"io"
)

// Encodings (the format tags of WAVE).
const (
	pcm        = 1
	float      = 3
	aLaw       = 6
	muLaw      = 7
	extensible = 0xFFFE
)

// header is what is needed to read the samples.
type header struct {
	encoding uint16
	channels uint16
	rate     uint32
	bits     uint16
	at       int64 // of the data
	length   int64 // of the data that is there
	missing  int64 // octets that the data chunk claims beyond the file's end
}

// readHeader walks the chunks up to the data. Every size is checked against the file.
func readHeader(r io.ReaderAt, size int64) (header, error) {
	var h header
	var head [12]byte
	if size == 0 {
		return h, fmt.Errorf("%w: the file is empty", ErrNotWAV)
	}
	if _, err := r.ReadAt(head[:], 0); err != nil || string(head[:4]) != "RIFF" || string(head[8:]) != "WAVE" {
		return h, fmt.Errorf("%w: it does not begin with RIFF and WAVE", ErrNotWAV)
	}
	known := false
	for at := int64(12); ; {
		var chunk [8]byte
		if _, err := r.ReadAt(chunk[:], at); err != nil {
			return h, fmt.Errorf("%w: it has no data chunk", ErrHeader)
		}
		at += 8
		length := int64(binary.LittleEndian.Uint32(chunk[4:]))
		switch string(chunk[:4]) {
		case "fmt ":
			if err := h.readFormat(r, at, length); err != nil {
				return h, err
			}
			known = true
		case "data":
			if !known {
				return h, fmt.Errorf("%w: data before format", ErrHeader)
			}
			return h, h.setData(at, length, size)
		}
		at += length + length%2
	}
}

// setData bounds the data by the file. A size of all ones is what programs write that stream to a pipe.
func (h *header) setData(at, length, size int64) error {
	there := size - at
	h.at, h.length = at, min(length, there)
	if length > there && length < 0x7FFFFF00 {
		h.missing = length - there
	}
	if h.length > maxData {
		return fmt.Errorf("%w: %d MiB of samples, at most %d are read", ErrFormat, h.length>>20, maxData>>20)
	}
	h.length -= h.length % int64(h.bits/8*h.channels)
	return nil
}

func (h *header) readFormat(r io.ReaderAt, at, length int64) error {
	var b [40]byte
	if length < 16 || length > 1<<10 {
		return fmt.Errorf("%w: format chunk of %d octets", ErrHeader, length)
	}
	if _, err := r.ReadAt(b[:min(length, 40)], at); err != nil {
		return fmt.Errorf("%w: it ends within the format chunk", ErrHeader)
	}
	h.encoding = binary.LittleEndian.Uint16(b[0:])
	h.channels = binary.LittleEndian.Uint16(b[2:])
	h.rate = binary.LittleEndian.Uint32(b[4:])
	h.bits = binary.LittleEndian.Uint16(b[14:])
	if h.encoding == extensible && length >= 40 {
		h.encoding = binary.LittleEndian.Uint16(b[24:]) // the sub-format's GUID begins with the plain tag
	}
	if h.channels < 1 || h.channels > 16 {
		return fmt.Errorf("%w: %d channels", ErrHeader, h.channels)
	}
	if h.rate < 1000 || h.rate > 768000 {
		return fmt.Errorf("%w: %d samples a second", ErrHeader, h.rate)
	}
	for _, ok := range supported {
		if ok == [2]uint16{h.encoding, h.bits} {
			return nil
		}
	}
	return fmt.Errorf("%w: format tag %d with %d bits; convert it to 16-bit PCM", ErrFormat, h.encoding, h.bits)
}

// supported encodings with their bits.
var supported = [][2]uint16{{pcm, 8}, {pcm, 16}, {pcm, 24}, {pcm, 32}, {float, 32}, {float, 64}, {aLaw, 8}, {muLaw, 8}}
