package shape

import "math"

// biquad is a second-order filter (coefficients after the Audio EQ Cookbook by R. Bristow-Johnson, W3C note).
type biquad struct{ b0, b1, b2, a1, a2 float64 }

// highPass passes what is above hertz.
func highPass(rate, hertz, q float64) biquad {
	w := 2 * math.Pi * hertz / rate
	alpha, c := math.Sin(w)/(2*q), math.Cos(w)
	a0 := 1 + alpha
	return biquad{(1 + c) / 2 / a0, -(1 + c) / a0, (1 + c) / 2 / a0, -2 * c / a0, (1 - alpha) / a0}
}

// peak lifts the band around hertz by db.
func peak(rate, hertz, q, db float64) biquad {
	w := 2 * math.Pi * hertz / rate
	a := math.Pow(10, db/40)
	alpha, c := math.Sin(w)/(2*q), math.Cos(w)
	a0 := 1 + alpha/a
	return biquad{(1 + alpha*a) / a0, -2 * c / a0, (1 - alpha*a) / a0, -2 * c / a0, (1 - alpha/a) / a0}
}

// run filters x in place, from rest.
func (f biquad) run(x []float64) {
	var z1, z2 float64
	for i, v := range x {
		y := f.b0*v + z1
		z1 = f.b1*v - f.a1*y + z2
		z2 = f.b2*v - f.a2*y
		x[i] = y
	}
}
