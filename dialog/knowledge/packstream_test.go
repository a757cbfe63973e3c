package knowledge

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// structure is one of PackStream 1, the encoding of Bolt. The test server knows null, booleans, integers, texts, lists,
// maps and structures.
type structure struct {
	tag    byte
	fields []any
}

var errPacked = errors.New("bytes that are no PackStream")

func encode(out *bytes.Buffer, v any) {
	switch v := v.(type) {
	case nil:
		out.WriteByte(0xC0)
	case bool:
		out.WriteByte(map[bool]byte{false: 0xC2, true: 0xC3}[v])
	case int64:
		out.WriteByte(0xCB)
		_ = binary.Write(out, binary.BigEndian, v)
	case string:
		header(out, 0x80, 0xD0, len(v))
		out.WriteString(v)
	case []any:
		header(out, 0x90, 0xD4, len(v))
		for _, item := range v {
			encode(out, item)
		}
	case map[string]any:
		header(out, 0xA0, 0xD8, len(v))
		for key, item := range v {
			encode(out, key)
			encode(out, item)
		}
	case structure:
		out.Write([]byte{0xB0 | byte(len(v.fields)), v.tag})
		for _, field := range v.fields {
			encode(out, field)
		}
	}
}

// header writes a length: in the marker itself below 16, else in four bytes behind the longest of the long markers.
func header(out *bytes.Buffer, short, long byte, n int) {
	if n < 16 {
		out.WriteByte(short | byte(n))
		return
	}
	out.WriteByte(long + 2)
	_ = binary.Write(out, binary.BigEndian, uint32(n))
}

func unpack(in *bytes.Reader) (any, error) {
	marker, err := in.ReadByte()
	if err != nil {
		return nil, err
	}
	switch {
	case marker < 0x80 || marker >= 0xF0:
		return int64(int8(marker)), nil
	case marker == 0xC0:
		return nil, nil
	case marker == 0xC2, marker == 0xC3:
		return marker == 0xC3, nil
	case marker >= 0xC8 && marker <= 0xCB:
		return number(in, 1<<(marker-0xC8))
	case marker>>4 == 0xB:
		return unpackStructure(in, int(marker&15))
	}
	kind, n := marker&0xF0, int64(marker&15)
	for _, long := range []struct{ first, kind byte }{{0xD0, 0x80}, {0xD4, 0x90}, {0xD8, 0xA0}} {
		if marker >= long.first && marker < long.first+3 {
			kind = long.kind
			if n, err = number(in, 1<<(marker-long.first)); err != nil {
				return nil, err
			}
			if size := int64(1) << (8 << (marker - long.first)); n < 0 {
				n += size
			}
		}
	}
	if n < 0 || n > int64(in.Len()) {
		return nil, errPacked
	}
	return sized(in, kind, int(n))
}

func sized(in *bytes.Reader, kind byte, n int) (any, error) {
	switch kind {
	case 0x80:
		text := make([]byte, n)
		_, err := io.ReadFull(in, text)
		return string(text), err
	case 0x90:
		list := make([]any, n)
		for i := range list {
			var err error
			if list[i], err = unpack(in); err != nil {
				return nil, err
			}
		}
		return list, nil
	case 0xA0:
		m := map[string]any{}
		for range n {
			key, err := unpack(in)
			if err != nil {
				return nil, err
			}
			if m[fmt.Sprint(key)], err = unpack(in); err != nil {
				return nil, err
			}
		}
		return m, nil
	}
	return nil, errPacked
}

// number reads a signed integer of so many bytes.
func number(in *bytes.Reader, size int) (int64, error) {
	var raw [8]byte
	if _, err := io.ReadFull(in, raw[8-size:]); err != nil {
		return 0, err
	}
	return int64(binary.BigEndian.Uint64(raw[:])) << (64 - 8*size) >> (64 - 8*size), nil
}

func unpackStructure(in *bytes.Reader, n int) (any, error) {
	tag, err := in.ReadByte()
	s := structure{tag: tag, fields: make([]any, n)}
	for i := range s.fields {
		if err == nil {
			s.fields[i], err = unpack(in)
		}
	}
	return s, err
}
