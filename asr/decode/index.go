package decode

// indexSize is the number of slots of a tokenIndex, a power of two well above the tokens of a step.
const indexSize = 1 << 13

// tokenIndex finds the token of a position among those of a step: a hash table that empties at no cost.
type tokenIndex struct {
	round uint32
	slots [indexSize]struct {
		round uint32
		at    int32
	}
}

func (x *tokenIndex) reset() {
	x.round++
	if x.round == 0 { // after 2^32 steps old marks would look new
		x.slots = [indexSize]struct {
			round uint32
			at    int32
		}{}
		x.round = 1
	}
}

// find returns where the token with t's position is in list; if there is none it notes that t comes at the end of it.
func (x *tokenIndex) find(t token, list []token) (int32, bool) {
	h := uint64(t.place)*0x9E3779B97F4A7C15 ^ uint64(t.node)*0xC2B2AE3D27D4EB4F ^ uint64(t.last)*0x165667B19E3779F9
	h ^= h >> 29
	h *= 0xBF58476D1CE4E5B9
	for i := h >> 40; ; i++ {
		slot := &x.slots[i%indexSize]
		if slot.round != x.round {
			if len(list) < indexSize*3/4 {
				slot.round, slot.at = x.round, int32(len(list))
			}
			return 0, false
		}
		if o := &list[slot.at]; o.place == t.place && o.node == t.node && o.last == t.last {
			return slot.at, true
		}
	}
}
