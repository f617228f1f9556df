package main

import (
	"math/big"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"
)

func quantities() recorder {
	return recorder{
		file:    "quantity.jsonl",
		columns: []string{"text", "error", "format", "nano", "printed", "value", "milli"},
		rows:    1500,
		row: func(r *random, _ *texts) []any {
			text := quantityText(r)
			q, err := resource.ParseQuantity(text)
			if err != nil {
				return []any{text, err.Error()}
			}
			printed := q.DeepCopy()
			nano := nanoOf(q)
			if nano == nil {
				return []any{text, nil, string(q.Format), nil, nil, nil, nil}
			}
			return []any{
				text, nil, string(q.Format), nano.String(), printed.String(),
				scaled(q, nano, resource.Scale(0)), scaled(q, nano, resource.Milli),
			}
		},
	}
}

func quantityPairs() recorder {
	return recorder{
		file:    "quantity_pairs.jsonl",
		columns: []string{"left", "right", "cmp", "sum", "difference"},
		rows:    600,
		row: func(r *random, _ *texts) []any {
			for {
				a, b := quantityText(r), quantityText(r)
				if r.oneIn(4) {
					b = a + r.pick("", "0", "m", "i")
				}
				left, err := resource.ParseQuantity(a)
				if err != nil || nanoOf(left) == nil {
					continue
				}
				right, err := resource.ParseQuantity(b)
				if err != nil || nanoOf(right) == nil {
					continue
				}
				sum, difference := left.DeepCopy(), left.DeepCopy()
				sum.Add(right)
				difference.Sub(right)
				return []any{a, b, left.Cmp(right), sum.String(), difference.String()}
			}
		},
	}
}

// nanoOf is the amount in billionths, or nil beyond what the replay can hold (and
// Go can add up in reasonable time).
func nanoOf(q resource.Quantity) *big.Int {
	dec := q.AsDec()
	power := 9 - int64(dec.Scale())
	if power > 30 || power < -30 {
		return nil
	}
	nano := new(big.Int).Set(dec.UnscaledBig())
	ten := big.NewInt(10)
	if power >= 0 {
		nano.Mul(nano, new(big.Int).Exp(ten, big.NewInt(power), nil))
	} else {
		nano.Quo(nano, new(big.Int).Exp(ten, big.NewInt(-power), nil))
	}
	if nano.BitLen() > 126 {
		return nil
	}
	return nano
}

// scaled is the rounded amount where Go calculates it without overflow. Below
// zero Go rounds towards or away from zero as the number happens to be stored,
// and forgets the bits above 64, so only small exact amounts are recorded there.
func scaled(q resource.Quantity, nano *big.Int, scale resource.Scale) any {
	unit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(9+scale)), nil)
	whole, rest := new(big.Int).QuoRem(nano, unit, new(big.Int))
	if whole.BitLen() > 62 || (nano.Sign() < 0 && (rest.Sign() != 0 || !nano.IsInt64())) {
		return nil
	}
	return q.ScaledValue(scale)
}

func quantityText(r *random) string {
	const digits, nearly = "0123456789", "0123456789.+-eEinumkKMGTP gb_,٣"
	if r.oneIn(40) {
		return r.pick("", "-", "+", ".", "-.", "0", "00", "-0", "+0", "0.0", "Ki", "m", "e5", "e-10", ".e-10",
			"E", "1E", "1e", "1E5", "1Ei", "3Ei", "7Ei", "8Ei", "9Ei", "-8Ei", "9223372036854775807",
			"9223372036854775808", "1000E", "1.500", "1.0000", "0.5Ki", "0.0001Ki", "1e4294967296", "1e-4294967296",
			"1e9223372036854775808", "+5Ki", "005Ki", "1Ki1", "1KiKi", "1e+", "1e-", "1e 3", " 1", "1 ", "1\n")
	}
	number := r.text(digits, 0, 3)
	switch r.Intn(8) {
	case 0:
		number = r.text(digits, 10, 30)
	case 1:
		number = r.text(digits, 1, 4) + r.pick("000", "0000", "00", "024", "000000")
	case 2:
		number = r.pick("1024", "2048", "512", "1048576", "1000", "8", "16", "1")
	}
	if r.oneIn(2) {
		fraction := r.text(digits, 0, 4)
		if r.oneIn(5) {
			fraction = r.text("0001259", 5, 30)
		}
		number += "." + fraction
	}
	suffix := r.pick("", "n", "u", "m", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei")
	switch r.Intn(8) {
	case 0:
		suffix = r.pick("e", "E") + r.pick("", "+", "-") + r.text(digits, 1, 1)
	case 1:
		suffix = r.pick("e", "E") + r.pick("", "+", "-") + r.pick("10", "12", "18", "20", "21", "03", "007", "40", "300")
	}
	text := r.pick("", "", "", "", "-", "+") + number + suffix
	if r.oneIn(6) {
		text = r.spoil(text, nearly)
	}
	// Go would take hours to round a number with such an exponent.
	if at := strings.LastIndexAny(text, "eE"); at >= 0 && len(text)-at > 6 {
		text = text[:at+6]
	}
	return text
}
