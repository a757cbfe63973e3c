package understanding

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
)

// rowsOf reads which feature each row of a table is for: base64 of hashes of 32 bits, the lowest byte first, for the
// rows from 1 on.
func rowsOf(text string) (map[uint32]int32, error) {
	data, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, err
	}
	if len(data) == 0 || len(data)%4 != 0 {
		return nil, errors.New("no whole hashes")
	}
	rows := make(map[uint32]int32, len(data)/4)
	for i := 0; i < len(data); i += 4 {
		rows[binary.LittleEndian.Uint32(data[i:])] = int32(i/4) + 1
	}
	return rows, nil
}

// rows finds the rows of a line's features. A feature that nobody trained says nothing: it has row 0 among the units,
// which is none, and is left out of the n-grams, of which one at least stays.
func (m *Model) rows(in Input) (deep, wide []int32) {
	deep = make([]int32, len(in.Deep))
	for i, h := range in.Deep {
		deep[i] = m.deep[h]
	}
	for _, h := range in.Wide {
		if row := m.wide[h]; row > 0 {
			wide = append(wide, row)
		}
	}
	if len(wide) == 0 {
		wide = []int32{0}
	}
	return deep, wide
}
