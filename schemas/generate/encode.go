package main

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
	"strings"
)

const (
	magic         = 0x534d4c50 // "PLMS" in little-endian order
	tableVersion  = 2
	lengthBits    = 10 // of a packed name
	headerWords   = 16
	requiredBit   = 1 << 31
	flagServed    = 1 // has a collection of its own
	flagNamespace = 2
	flagSub       = 4 // a subresource only
	flagScope     = 8 // the scope is known
)

func sortedKeys[V any](from map[string]V) []string {
	return slices.Sorted(maps.Keys(from))
}

// classes numbers the nodes by structure: equal numbers, equal types. It starts
// from what each node holds itself and refines by the classes of the children
// until nothing splits any more, which also settles types that hold themselves.
func (c *catalog) classes() []int {
	class := make([]int, len(c.nodes))
	count := 0
	for {
		seen := map[string]int{}
		next := make([]int, len(c.nodes))
		for i := range c.nodes {
			one := &c.nodes[i]
			var sign strings.Builder
			fmt.Fprintf(&sign, "%d|%q|%d|%q|%q|", one.kind, one.name, one.list, one.words, one.patchKey)
			if one.hasElement() {
				fmt.Fprintf(&sign, "%d", class[one.element])
			}
			for _, field := range one.fields {
				fmt.Fprintf(&sign, "%q %d %t %q,", field.name, class[field.node], field.required, field.value)
			}
			id, found := seen[sign.String()]
			if !found {
				id = len(seen)
				seen[sign.String()] = id
			}
			next[i] = id
		}
		class = next
		if len(seen) == count {
			return class
		}
		count = len(seen)
	}
}

func (n *node) hasElement() bool {
	switch n.kind {
	case kindMap, kindList, kindSchemaOrBool, kindSchemaOrArray, kindSchemaOrStrings:
		return true
	}
	return false
}

// writer gathers the sections of the table.
type writer struct {
	ids   map[string]uint32 // packed names
	pool  []uint32
	lists map[string]uint32
}

// list puts strings into the pool once and gives where they start.
func (w *writer) list(words []string) uint32 {
	key := strings.Join(words, "\x00")
	if at, found := w.lists[key]; found {
		return at
	}
	at := uint32(len(w.pool))
	for _, word := range words {
		w.pool = append(w.pool, w.ids[word])
	}
	w.lists[key] = at
	return at
}

// encode gives the table and a line of figures.
func (c *catalog) encode() ([]byte, string) {
	c.complete()
	class := c.classes()
	var kept []int // the first node of each class, in class order
	for i := range c.nodes {
		if class[i] == len(kept) {
			kept = append(kept, i)
		}
	}
	names := c.sortedKinds()
	out := &writer{ids: map[string]uint32{}, lists: map[string]uint32{}}
	texts := c.strings(kept, names)
	var blob strings.Builder
	for _, text := range texts {
		out.ids[text] = pack(blob.Len(), len(text))
		blob.WriteString(text)
	}
	types, fields := c.typeSection(out, kept, class)
	kinds := c.kindSection(out, names, class)
	header := []uint32{magic, tableVersion, uint32(c.releases[0].minor), uint32(len(c.releases)),
		uint32(len(kept)), uint32(len(fields) / 3), uint32(len(out.pool)), uint32(len(names))}
	at := uint32(headerWords)
	for _, section := range [][]uint32{types, fields, out.pool, kinds} {
		header = append(header, at)
		at += uint32(len(section))
	}
	header = append(header, at*4)
	header = append(header, make([]uint32, headerWords-len(header))...)
	var table []byte
	for _, section := range [][]uint32{header, types, fields, out.pool, kinds} {
		for _, word := range section {
			table = binary.LittleEndian.AppendUint32(table, word)
		}
	}
	table = append(table, blob.String()...)
	rows := 0
	for _, name := range names {
		for _, node := range c.kinds[name].nodes {
			if node >= 0 {
				rows++
			}
		}
	}
	return table, fmt.Sprintf("Kubernetes 1.%d to 1.%d: %d kinds (%d over all minors), %d types of %d, %d fields, %d names, %d bytes",
		c.releases[0].minor, c.releases[len(c.releases)-1].minor, len(names), rows, len(kept), len(c.nodes), len(fields)/3, len(texts), len(table))
}

func (c *catalog) sortedKinds() []groupVersionKind {
	return slices.SortedFunc(maps.Keys(c.kinds), func(a, b groupVersionKind) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Group, b.Group), cmp.Compare(a.Version, b.Version))
	})
}

// pack puts the place of a name in the text and its length into one word.
func pack(offset, length int) uint32 {
	if length >= 1<<lengthBits || offset >= 1<<(32-lengthBits) {
		panic("a name does not fit into a word")
	}
	return uint32(offset)<<lengthBits | uint32(length)
}

// strings gives every string of the table once, in byte order.
func (c *catalog) strings(kept []int, names []groupVersionKind) []string {
	all := map[string]bool{"": true}
	for _, at := range kept {
		one := c.nodes[at]
		all[one.name], all[one.patchKey] = true, true
		for _, word := range one.words {
			all[word] = true
		}
		for _, field := range one.fields {
			all[field.name], all[field.value] = true, true
		}
	}
	for _, name := range names {
		one := c.kinds[name]
		for _, text := range append(one.replacement[:], name.Group, name.Version, name.Kind, one.plural) {
			all[text] = true
		}
	}
	return sortedKeys(all)
}

func (c *catalog) typeSection(out *writer, kept []int, class []int) (types, fields []uint32) {
	for _, at := range kept {
		one := c.nodes[at]
		head := uint32(one.kind) | one.list<<8
		switch {
		case one.kind == kindObject:
			types = append(types, head, out.ids[one.name], uint32(len(fields)/3), uint32(len(one.fields)))
			for _, field := range one.fields {
				node := uint32(class[field.node])
				if field.required {
					node |= requiredBit
				}
				fields = append(fields, out.ids[field.name], node, out.ids[field.value])
			}
		case one.hasElement():
			count := uint32(len(one.words))
			words := slices.Clone(one.words)
			if one.patchKey != "" {
				words = append(words, one.patchKey)
				count |= 1 << 16
			}
			types = append(types, head, uint32(class[one.element]), out.list(words), count)
		default:
			types = append(types, head, 0, out.list(one.words), uint32(len(one.words)))
		}
	}
	return types, fields
}

func (c *catalog) kindSection(out *writer, names []groupVersionKind, class []int) (rows []uint32) {
	for _, name := range names {
		one := c.kinds[name]
		flags := uint32(0)
		if one.plural != "" && !one.subresource {
			flags |= flagServed
		}
		if one.namespaced {
			flags |= flagNamespace
		}
		if one.subresource {
			flags |= flagSub
		}
		if one.scoped {
			flags |= flagScope
		}
		replacement := uint32(0)
		if one.replacement[2] != "" {
			replacement = out.list(one.replacement[:]) + 1
		}
		lifecycle := uint32(one.introduced) | uint32(one.deprecated)<<8 | uint32(one.removed)<<16
		rows = append(rows, out.ids[name.Kind], out.ids[name.Group], out.ids[name.Version], out.ids[one.plural],
			flags, lifecycle, replacement)
		for _, node := range one.nodes {
			if node < 0 {
				rows = append(rows, 0)
			} else {
				rows = append(rows, uint32(class[node])+1)
			}
		}
	}
	return rows
}
