package main

import (
	"math/rand"
	"strings"
)

type random struct{ *rand.Rand }

func newRandom(seed int64) *random {
	return &random{rand.New(rand.NewSource(seed))}
}

// oneIn is true that rarely.
func (r *random) oneIn(n int) bool { return r.Intn(n) == 0 }

// between is a number of the range, both ends included.
func (r *random) between(low, high int) int { return low + r.Intn(high-low+1) }

// pick is one of the choices.
func (r *random) pick(choices ...string) string { return choices[r.Intn(len(choices))] }

// text is that many characters of the alphabet.
func (r *random) text(alphabet string, low, high int) string {
	letters := []rune(alphabet)
	var b strings.Builder
	for range r.between(low, high) {
		b.WriteRune(letters[r.Intn(len(letters))])
	}
	return b.String()
}

// join strings some parts together.
func (r *random) join(separator string, low, high int, part func() string) string {
	var parts []string
	for range r.between(low, high) {
		parts = append(parts, part())
	}
	return strings.Join(parts, separator)
}

// spoil changes a character or two, most of the time into something close.
func (r *random) spoil(text, alphabet string) string {
	letters, runes := []rune(alphabet), []rune(text)
	for range r.between(1, 2) {
		letter := letters[r.Intn(len(letters))]
		if len(runes) == 0 {
			return string(letter)
		}
		at := r.Intn(len(runes))
		switch r.Intn(4) {
		case 0:
			runes = append(runes[:at:at], runes[at+1:]...)
		case 1:
			runes[at] = letter
		case 2:
			runes = append(runes[:at:at], append([]rune{letter}, runes[at:]...)...)
		case 3:
			runes = append(runes[:at:at], append([]rune{runes[at]}, runes[at:]...)...)
		}
	}
	return string(runes)
}
