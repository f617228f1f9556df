package main

import (
	_ "crypto/sha256"
	_ "crypto/sha512"
	"strings"

	"github.com/distribution/reference"
)

func images() recorder {
	return recorder{
		file:    "image.jsonl",
		columns: []string{"text", "error", "name", "domain", "familiar", "tag", "digest"},
		rows:    1500,
		row: func(r *random, _ *texts) []any {
			text := imageText(r)
			named, err := reference.ParseNormalizedNamed(text)
			if err != nil {
				return []any{text, err.Error()}
			}
			var tag, digest any
			if tagged, ok := named.(reference.Tagged); ok {
				tag = tagged.Tag()
			}
			if digested, ok := named.(reference.Digested); ok {
				digest = digested.Digest().String()
			}
			return []any{text, nil, named.Name(), reference.Domain(named), reference.FamiliarName(named), tag, digest}
		},
	}
}

func imageText(r *random) string {
	const hex = "0123456789abcdef"
	if r.oneIn(30) {
		return r.pick("", ":", "@", "/", "a/", "/a", "a//b", "nginx:", "nginx@", ":latest", "https://ghcr.io/a", "a b", " nginx", "nginx ",
			"localhost", "localhost/a", "localhost:5000", "localhost:5000/a", "[::1]/a", "[::1]:5000/a", "[]/a", "[::1/a", "[::1]x/a", "[::1]:/a",
			"docker.io/a", "index.docker.io/a", "docker.io/library/a", "index.docker.io/library/a/b", "library/a", "docker.io/", "docker.io",
			"sha256:"+r.text(hex, 64, 64), r.text(hex, 64, 64), r.text(hex, 63, 65), "${REGISTRY}/app:1", "{{ .Values.image }}", "É/a", "é", "a:É",
			strings.Repeat("a", 247), strings.Repeat("a", 248), "x/"+strings.Repeat("a", 253), "x/"+strings.Repeat("a", 254),
			"docker.io/"+strings.Repeat("a", 247), "docker.io/"+strings.Repeat("a", 248), "my_host.local/"+strings.Repeat("a", 241),
			"my_host.local/"+strings.Repeat("a", 242), "my_host.local/a:1", "my__host.local/a", "A_b/c", "a_B.c/d")
	}
	component := func() string {
		return r.text("abc019", 1, 4) + r.pick("", "", "", "-", "_", "__", "___", ".", "..", "--", "---", "-_") + r.text("abc019", 0, 3)
	}
	var text string
	switch r.Intn(4) {
	case 0:
		text = r.pick("ghcr.io/", "docker.io/", "index.docker.io/", "localhost/", "registry:5000/", "10.0.0.1:80/", "REG.example.com/", "Reg/", "a-b.c/",
			"-a.b/", "a-.b/", "a..b/", "a.b:/", "a.b:x/", "a.b:5000:1/", "[fe80::1]:443/", "my_reg.io/", "localhost.localdomain:5000/", "Localhost/")
	case 1:
		text = r.text("abcABC01.-:_[]", 1, 10) + "/"
	}
	text += r.join("/", 1, 3, component)
	switch r.Intn(4) {
	case 0:
		text += ":" + r.pick("latest", "1", "v1.2.3", "1.2-alpine", "_x", ".x", "-x", "LATEST", "a+b", "1/2", "", r.text("aA0_.-", 1, 8), r.text("a", 127, 129))
	case 1:
		text += ":" + r.pick("latest", "1.25")
	}
	if r.oneIn(4) {
		text += "@" + r.pick("sha256", "sha512", "sha384", "sha1", "SHA256", "md5", "sha256+b64", "a.b_c", "1a", "a-", "", "multihash+Base58") + ":" +
			r.pick(r.text(hex, 64, 64), r.text(hex, 64, 64), r.text(hex, 64, 64), r.text(hex, 128, 128), r.text(hex, 96, 96), r.text(hex, 31, 33), r.text(hex+"ABCDEF", 64, 64), r.text(hex+"g", 64, 64), "")
	}
	if r.oneIn(6) {
		text = r.spoil(text, "abzABZ019:/@._- []")
	}
	return text
}
