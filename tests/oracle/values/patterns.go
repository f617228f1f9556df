package main

import "regexp"

// patterns are regular expressions, whether Go takes them and why not, and which
// of some texts they match.
func patterns() recorder {
	return recorder{
		file:    "patterns.jsonl",
		columns: []string{"pattern", "error", "texts", "matches"},
		rows:    4000,
		row: func(r *random, _ *texts) []any {
			text := patternText(r, 3)
			if r.oneIn(4) {
				text = r.spoil(text, `\()[]{}?*+|^-:,<>=!PQEpxdU&~01 `)
			}
			compiled, err := regexp.Compile(text)
			if err != nil {
				return []any{text, err.Error()}
			}
			var subjects []string
			var found []bool
			for range 6 {
				subject := subjectText(r)
				subjects = append(subjects, subject)
				found = append(found, compiled.MatchString(subject))
			}
			return []any{text, nil, subjects, found}
		},
	}
}

func subjectText(r *random) string {
	return r.join("", 0, 4, func() string {
		return r.pick("a", "b", "ab", "A", "K", "k", "\u212a", "é", "É", "0", "12", "_", "-", " ", "\t", "\n", "\v", "[", "]", "^", "&",
			"~", "\\", "/", "%", "\"", "<", ">", "{", "}", "λ", "Λ", "中", "\u00a0", "\u0301", "!", ":", ".", "x", "\x00", "\x07", "ſ")
	})
}

func patternText(r *random, depth int) string {
	part := func() string { return patternPart(r, depth) }
	text := r.join("", 1, 3, part)
	if r.oneIn(5) {
		text += "|" + r.join("", 0, 2, part)
	}
	return text
}

func patternPart(r *random, depth int) string {
	text := patternAtom(r, depth)
	if r.oneIn(3) {
		text += r.pick("*", "+", "?", "*?", "+?", "??", "{2}", "{1,2}", "{0,}", "{,2}", "{2,1}", "{1000}", "{1001}", "{33}", "{0}", "{02}",
			"{2}?", "{a}", "{", "**", "*+", "(?i)*", "{2}{3}", "{99999999999}", "}", "{0,0}")
	}
	return text
}

func patternAtom(r *random, depth int) string {
	kinds := 9
	if depth == 0 {
		kinds = 7
	}
	switch r.Intn(kinds) {
	case 0, 1:
		return r.pick("a", "b", "k", "K", "é", "λ", "0", "x", " ", "_", "-", "/", "<", "&", "#", "~", "]", "}", ",", "\n", "中")
	case 2:
		return r.pick(".", "^", "$", `\A`, `\z`, `\b`, `\B`, `\Z`, `\G`, `\C`, `\Qa.b\E`, `\Q`, `\Q\E`, `\E`, `\Q[*`, "(?i)", "(?s)", "(?m)", "(?U)")
	case 3:
		return patternEscape(r)
	case 4, 5:
		return patternClass(r)
	case 6:
		return r.pick("(?=a)", "(?!a)", "(?<=a)", "(?<!a)", "(?x)", "(?i-s)", "(?-i)", "(?-)", "(?--i)", "(?)", "(?i", "(?", "(?P<n", "(?P>n)",
			"(?u)", "(?R)", "(?>a)", "(?#a)", "(?|a)", "(?sm-iU)", "()", "(", ")", "(?P=n)", "(?P<>a)", "(?P<a-b>a)", "(?'n'a)", "(?i-:", "(|a)", "(?:)")
	default:
		open := r.pick("(", "(", "(?:", "(?:", "(?i:", "(?s:", "(?m:", "(?P<n>", "(?<name>", "(?U:", "(?-i:", "(?is-m:", "(?P<1>")
		return open + patternText(r, depth-1) + ")"
	}
}

func patternEscape(r *random) string {
	if r.oneIn(3) {
		return `\` + r.text(" !\"#%&',-/:;<=>@_`~.+*?()|[]{}^$\\", 1, 1)
	}
	return `\` + r.pick("d", "D", "s", "S", "w", "W", "n", "t", "r", "f", "v", "a", "e", "c", "h", "H", "R", "K", "X", "u0041", "U", "N", "l",
		"0", "1", "12", "141", "01", "7", "8", "777", "x41", "x4", "x", "x{41}", "x{e9}", "x{}", "x{110000}", "x{D800}", "x{g}", "x{4",
		"é", "q", "z", patternName(r))
}

// patternName is a class of Unicode.
func patternName(r *random) string {
	return r.pick("p", "P") + r.pick("L", "N", "Z", "M", "X", "l", "", "{L}", "{Lu}", "{^Lu}", "{Greek}", "{greek}", "{Grek}", "{Han}", "{Letter}",
		"{LC}", "{Any}", "{ASCII}", "{Assigned}", "{Cn}", "{Cs}", "{C}", "{digit}", "{cntrl}", "{punct}", "{Alphabetic}", "{Old_Italic}",
		"{sc=Greek}", "{gc=Lu}", "{White_Space}", "{uppercase letter}", "{IsGreek}", "{", "{}", "{Thai}", "{Common}", "{Emoji}", "{Decimal_Number}")
}

func patternClass(r *random) string {
	inner := r.join("", 1, 4, func() string {
		switch r.Intn(6) {
		case 0:
			return r.pick("a", "b", "K", "é", "λ", "-", "^", "[", "]", "&&", "&", "~~", "--", "&&[b]", "#", " ", "(", "_", "/")
		case 1:
			return r.pick("a-z", "A-Z", "0-9", "z-a", "+--", "!-/", "a-", "-a", `\t-\n`, `\x00-\x{10ffff}`, `a-\d`, `\d-a`, `\x{D7FF}-\x{E000}`,
				`\x{D800}-\x{DFFF}`, "a-z-9", "é-λ", "[-a", "a-[")
		case 2:
			return patternEscape(r)
		case 3:
			return "[:" + r.pick("alpha", "^alpha", "word", "^word", "digit", "space", "blank", "xdigit", "punct", "cntrl", "graph", "print", "ascii",
				"lower", "upper", "alnum", "foo", "Alpha", "", "^") + r.pick(":]", ":]", ":]", ":]", "]")
		case 4:
			return r.pick("[=a=]", "[.a.]", "[a]", `\b`, `\B`, `\A`, `\Qa\E`, `\]`, `\-`, `\[`, `\\`, `\^`)
		default:
			return r.pick("a", "b", "0", "-", "_")
		}
	})
	return r.pick("[", "[", "[^", "[]", "[^]", "[-") + inner + r.pick("]", "]", "]", "]", "]", "]", "]", "")
}
