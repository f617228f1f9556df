package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
)

// goPackage is what the types of one API package say beyond the OpenAPI document.
type goPackage struct {
	path      string
	group     string
	types     map[string]*goType
	constants map[string]string   // name -> value, as JSON
	members   map[string][]string // type -> values of its string constants
	pending   []pendingConstant
	lifecycle map[string]lifecycle
}

type goType struct {
	alias         goName // of `type Rule = v1.Rule`
	fields        []goField
	enum          bool
	nonNamespaced bool
	resource      bool
}

type goField struct {
	json     string
	name     string
	base     goName // the type without pointers, lists and map keys
	value    string // a +default= marker, as JSON
	embedded bool
}

// goName is a type of a package.
type goName struct{ pkg, name string }

// definition is its name in the OpenAPI document.
func (n goName) definition() string {
	host, rest, _ := strings.Cut(n.pkg, "/")
	parts := strings.Split(host, ".")
	for i, j := 0, len(parts)-1; i < j; i, j = i+1, j-1 {
		parts[i], parts[j] = parts[j], parts[i]
	}
	return strings.Join(parts, ".") + "." + strings.ReplaceAll(rest, "/", ".") + "." + n.name
}

// readPackages parses every API package below dir (a module's folder).
func readPackages(dir, modulePath string, into map[string]*goPackage) error {
	return filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.Name() != "types.go" {
			return err
		}
		folder := filepath.Dir(path)
		rest, err := filepath.Rel(dir, folder)
		if err != nil {
			return err
		}
		pkg, err := readPackage(folder, modulePath+"/"+filepath.ToSlash(rest))
		if err == nil {
			into[pkg.path] = pkg
		}
		return err
	})
}

func readPackage(folder, path string) (*goPackage, error) {
	pkg := &goPackage{
		path: path, types: map[string]*goType{}, constants: map[string]string{},
		members: map[string][]string{}, lifecycle: map[string]lifecycle{},
	}
	files, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		return nil, err
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		if err != nil {
			return nil, err
		}
		imports := importNames(file)
		end := file.Name.End()
		for _, decl := range file.Decls {
			switch decl := decl.(type) {
			case *ast.GenDecl:
				pkg.readDecl(decl, imports, markersBetween(file, end, decl.Pos()))
			case *ast.FuncDecl:
				pkg.readLifecycle(decl)
			}
			end = decl.End()
		}
	}
	pkg.group, err = strconv.Unquote(pkg.constants["GroupName"])
	return pkg, err
}

// importNames maps the name of each import in a file to its path.
func importNames(file *ast.File) map[string]string {
	names := map[string]string{}
	for _, spec := range file.Imports {
		path, _ := strconv.Unquote(spec.Path.Value)
		name := path[strings.LastIndex(path, "/")+1:]
		if spec.Name != nil {
			name = spec.Name.Name
		}
		names[name] = path
	}
	return names
}

// markersBetween gives the markers of all comments in a range: those of a type
// may stand in a comment of their own, with a blank line before its own comment.
func markersBetween(file *ast.File, from, to token.Pos) (found []string) {
	for _, group := range file.Comments {
		if from <= group.Pos() && group.End() <= to {
			found = append(found, markers(group)...)
		}
	}
	return found
}

func (p *goPackage) readDecl(decl *ast.GenDecl, imports map[string]string, above []string) {
	for _, spec := range decl.Specs {
		switch spec := spec.(type) {
		case *ast.TypeSpec:
			p.readType(spec, append(markers(spec.Doc), above...), imports)
		case *ast.ValueSpec:
			p.readConstant(spec, imports)
		}
	}
}

// pendingConstant is `A = T(other.B)`, which waits for the other package.
type pendingConstant struct {
	name, kind string
	from       goName
}

// readConstant reads `A T = "a"`, `A = T("a")`, `A T = other.B` and `A = T(other.B)`.
func (p *goPackage) readConstant(spec *ast.ValueSpec, imports map[string]string) {
	for i, name := range spec.Names {
		if i >= len(spec.Values) {
			continue
		}
		value, kind := spec.Values[i], ""
		if ident, ok := spec.Type.(*ast.Ident); ok {
			kind = ident.Name
		}
		if call, ok := value.(*ast.CallExpr); ok && len(call.Args) == 1 {
			if ident, ok := call.Fun.(*ast.Ident); ok {
				value, kind = call.Args[0], ident.Name
			}
		}
		switch value := value.(type) {
		case *ast.BasicLit:
			p.addConstant(name.Name, kind, literalJSON(value))
		case *ast.SelectorExpr:
			if from, ok := p.baseType(value, imports); ok {
				p.pending = append(p.pending, pendingConstant{name.Name, kind, from})
			}
		}
	}
}

func (p *goPackage) addConstant(name, kind, value string) {
	p.constants[name] = value
	if text, err := strconv.Unquote(value); err == nil && kind != "" {
		p.members[kind] = append(p.members[kind], text)
	}
}

// literalJSON writes a Go literal as JSON; file modes are octal in Go.
func literalJSON(literal *ast.BasicLit) string {
	switch literal.Kind {
	case token.STRING:
		text, _ := strconv.Unquote(literal.Value)
		return strconv.Quote(text)
	case token.INT:
		number, _ := strconv.ParseInt(literal.Value, 0, 64)
		return strconv.FormatInt(number, 10)
	}
	return literal.Value
}

// resolvePending settles the constants that are those of other packages.
func resolvePending(packages map[string]*goPackage) {
	for _, pkg := range packages {
		for _, one := range pkg.pending {
			if from := packages[one.from.pkg]; from != nil && from.constants[one.from.name] != "" {
				pkg.addConstant(one.name, one.kind, from.constants[one.from.name])
			}
		}
	}
}

// resolveAlias follows `type A = other.A`.
func resolveAlias(packages map[string]*goPackage, name goName) goName {
	for range 4 {
		pkg := packages[name.pkg]
		if pkg == nil || pkg.types[name.name] == nil || pkg.types[name.name].alias.name == "" {
			break
		}
		name = pkg.types[name.name].alias
	}
	return name
}

// markers gives the `+…` lines of a comment.
func markers(doc *ast.CommentGroup) []string {
	var found []string
	if doc == nil {
		return nil
	}
	for _, line := range doc.List {
		text := strings.TrimSpace(strings.TrimPrefix(line.Text, "//"))
		if strings.HasPrefix(text, "+") {
			found = append(found, text[1:])
		}
	}
	return found
}

func (p *goPackage) readType(spec *ast.TypeSpec, doc []string, imports map[string]string) {
	one := &goType{}
	for _, marker := range doc {
		one.enum = one.enum || marker == "enum"
		one.resource = one.resource || strings.HasPrefix(marker, "genclient")
		one.nonNamespaced = one.nonNamespaced || marker == "genclient:nonNamespaced"
	}
	p.types[spec.Name.Name] = one
	if spec.Assign.IsValid() {
		one.alias, _ = p.baseType(spec.Type, imports)
	}
	structure, ok := spec.Type.(*ast.StructType)
	if !ok {
		return
	}
	for _, field := range structure.Fields.List {
		tag := ""
		if field.Tag != nil {
			text, _ := strconv.Unquote(field.Tag.Value)
			tag = reflect.StructTag(text).Get("json")
		}
		name, _, _ := strings.Cut(tag, ",")
		base, ok := p.baseType(field.Type, imports)
		if !ok || name == "-" {
			continue
		}
		entry := goField{json: name, base: base, value: defaultMarker(markers(field.Doc)), embedded: name == ""}
		if len(field.Names) == 1 {
			entry.name = field.Names[0].Name
		}
		one.fields = append(one.fields, entry)
	}
}

func defaultMarker(markers []string) string {
	for _, marker := range markers {
		if value, found := strings.CutPrefix(marker, "default="); found {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

func (p *goPackage) baseType(expr ast.Expr, imports map[string]string) (goName, bool) {
	switch expr := expr.(type) {
	case *ast.StarExpr:
		return p.baseType(expr.X, imports)
	case *ast.ArrayType:
		return p.baseType(expr.Elt, imports)
	case *ast.MapType:
		return p.baseType(expr.Value, imports)
	case *ast.Ident:
		return goName{p.path, expr.Name}, true
	case *ast.SelectorExpr:
		if from, ok := expr.X.(*ast.Ident); ok {
			return goName{imports[from.Name], expr.Sel.Name}, true
		}
	}
	return goName{}, false
}

// lifecycle is what the generated methods of a kind say of its versions;
// minors of Kubernetes 1, 0 where nothing is said.
type lifecycle struct {
	introduced, deprecated, removed int
	replacement                     [3]string // group, version, kind
}

// readLifecycle reads the methods of zz_generated.prerelease-lifecycle.go,
// which return literals only.
func (p *goPackage) readLifecycle(decl *ast.FuncDecl) {
	name, found := strings.CutPrefix(decl.Name.Name, "APILifecycle")
	if !found || decl.Recv == nil || len(decl.Body.List) != 1 {
		return
	}
	kind, ok := p.baseType(decl.Recv.List[0].Type, nil)
	answer, isReturn := decl.Body.List[0].(*ast.ReturnStmt)
	if !ok || !isReturn {
		return
	}
	one := p.lifecycle[kind.name]
	if name == "Replacement" {
		literal, _ := answer.Results[0].(*ast.CompositeLit)
		for _, element := range literal.Elts {
			pair := element.(*ast.KeyValueExpr)
			text, _ := strconv.Unquote(pair.Value.(*ast.BasicLit).Value)
			switch pair.Key.(*ast.Ident).Name {
			case "Group":
				one.replacement[0] = text
			case "Version":
				one.replacement[1] = text
			case "Kind":
				one.replacement[2] = text
			}
		}
	} else if len(answer.Results) == 2 {
		literal, _ := answer.Results[1].(*ast.BasicLit)
		minor, _ := strconv.Atoi(literal.Value)
		switch name {
		case "Introduced":
			one.introduced = minor
		case "Deprecated":
			one.deprecated = minor
		case "Removed":
			one.removed = minor
		}
	}
	p.lifecycle[kind.name] = one
}
