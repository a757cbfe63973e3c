package decode

import "math"

// Exponential and logarithm by table, relative error below 0.0005: a step takes some hundreds of each, and the scores
// are not that exact.

const tableBits = 10

var logTable, expTable = func() (logs, exps [1 << tableBits]float32) {
	for i := range logs {
		middle := (float64(i) + 0.5) / (1 << tableBits)
		logs[i] = float32(math.Log1p(middle))
		exps[i] = float32(math.Exp2(middle))
	}
	return logs, exps
}()

// quickLog is the natural logarithm of a positive normal number.
func quickLog(x float32) float32 {
	bits := math.Float32bits(x)
	return float32(int32(bits>>23)-127)*math.Ln2 + logTable[bits>>(23-tableBits)&(1<<tableBits-1)]
}

// quickExp is e to the power of x, for x from -80 to 80.
func quickExp(x float32) float32 {
	scaled := int32(math.Floor(float64(x) * (math.Log2E * (1 << tableBits))))
	return expTable[scaled&(1<<tableBits-1)] * math.Float32frombits(uint32(scaled>>tableBits+127)<<23)
}
