package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
)

// handDefault is a default that a SetDefaults function gives without a condition
// other than that the field is empty.
type handDefault struct {
	owner goName
	json  string
	value string
}

// readDefaults reads the SetDefaults functions of k8s.io/kubernetes. It knows
// `if obj.A.B == nil { obj.A.B = <constant> }` and its usual spellings; what is
// worked out from other fields is no constant of a type and is left out.
func readDefaults(root string, packages map[string]*goPackage) ([]handDefault, error) {
	files, err := filepath.Glob(filepath.Join(root, "pkg/apis/*/v*/defaults.go"))
	if err != nil {
		return nil, err
	}
	var found []handDefault
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			return nil, err
		}
		reader := &defaultsReader{imports: importNames(file), packages: packages}
		for _, decl := range file.Decls {
			if function, ok := decl.(*ast.FuncDecl); ok && strings.HasPrefix(function.Name.Name, "SetDefaults_") {
				found = append(found, reader.function(function)...)
			}
		}
	}
	return found, nil
}

type defaultsReader struct {
	imports  map[string]string
	packages map[string]*goPackage
	owner    goName
	// Of the function being read: what each local name stands for.
	paths  map[string][]string
	values map[string]string
}

func (r *defaultsReader) function(function *ast.FuncDecl) (found []handDefault) {
	parameter := function.Type.Params.List[0]
	owner, ok := (&goPackage{}).baseType(parameter.Type, r.imports)
	if !ok || len(parameter.Names) != 1 {
		return nil
	}
	r.owner = owner
	r.paths = map[string][]string{parameter.Names[0].Name: {}}
	r.values = map[string]string{}
	for _, statement := range function.Body.List {
		switch statement := statement.(type) {
		case *ast.AssignStmt:
			r.remember(statement)
		case *ast.IfStmt:
			found = append(found, r.condition(statement)...)
		}
	}
	return found
}

// remember keeps `name := &obj.Spec.Strategy` and `name := constant`.
func (r *defaultsReader) remember(statement *ast.AssignStmt) {
	name, ok := statement.Lhs[0].(*ast.Ident)
	if !ok || statement.Tok != token.DEFINE || len(statement.Rhs) != 1 {
		return
	}
	if address, ok := statement.Rhs[0].(*ast.UnaryExpr); ok && address.Op == token.AND {
		if path, ok := r.path(address.X); ok {
			r.paths[name.Name] = path
		}
		return
	}
	if value, ok := r.constant(statement.Rhs[0]); ok {
		r.values[name.Name] = value
	}
}

// condition reads `if path == nil { … }`.
func (r *defaultsReader) condition(statement *ast.IfStmt) (found []handDefault) {
	test, ok := statement.Cond.(*ast.BinaryExpr)
	if !ok || test.Op != token.EQL || statement.Else != nil || statement.Init != nil {
		return nil
	}
	guarded, ok := r.path(test.X)
	if !ok || !isZero(test.Y) || slices.Contains(guarded, "Template") {
		return nil
	}
	for _, inner := range statement.Body.List {
		assign, ok := inner.(*ast.AssignStmt)
		if !ok {
			continue
		}
		r.remember(assign)
		target := assign.Lhs[0]
		if star, ok := target.(*ast.StarExpr); ok {
			target = star.X
		}
		path, isPath := r.path(target)
		value, isConstant := r.constant(assign.Rhs[0])
		if !isPath || !isConstant || !slices.Equal(path, guarded) {
			continue
		}
		if owner, json, ok := r.resolve(path); ok {
			found = append(found, handDefault{owner, json, value})
		}
	}
	return found
}

func isZero(expr ast.Expr) bool {
	switch expr := expr.(type) {
	case *ast.Ident:
		return expr.Name == "nil"
	case *ast.BasicLit:
		return expr.Value == `""` || expr.Value == "0"
	}
	return false
}

// path gives the Go field names from the function's parameter to expr.
func (r *defaultsReader) path(expr ast.Expr) ([]string, bool) {
	switch expr := expr.(type) {
	case *ast.Ident:
		path, ok := r.paths[expr.Name]
		return path, ok
	case *ast.SelectorExpr:
		before, ok := r.path(expr.X)
		return append(slices.Clone(before), expr.Sel.Name), ok
	}
	return nil, false
}

// constant gives the JSON of an expression that is one, however it is wrapped.
func (r *defaultsReader) constant(expr ast.Expr) (string, bool) {
	switch expr := expr.(type) {
	case *ast.BasicLit:
		return literalJSON(expr), expr.Kind == token.INT || expr.Kind == token.STRING
	case *ast.Ident:
		if expr.Name == "true" || expr.Name == "false" {
			return expr.Name, true
		}
		value, ok := r.values[expr.Name]
		return value, ok
	case *ast.SelectorExpr:
		from, ok := expr.X.(*ast.Ident)
		if !ok || r.packages[r.imports[from.Name]] == nil {
			return "", false
		}
		value, ok := r.packages[r.imports[from.Name]].constants[expr.Sel.Name]
		return value, ok
	case *ast.UnaryExpr:
		return r.constant(expr.X)
	case *ast.CallExpr:
		// ptr.To(x), int32(x), intstr.FromInt32(x), …: the one argument is the value.
		if len(expr.Args) == 1 {
			return r.constant(expr.Args[0])
		}
	}
	return "", false
}

// resolve gives the struct that holds the last field of a path, and its JSON name.
func (r *defaultsReader) resolve(path []string) (goName, string, bool) {
	owner := r.owner
	for i, name := range path {
		fields := flatten(r.packages, owner, 0)
		at := slices.IndexFunc(fields, func(field goField) bool { return field.name == name })
		if at < 0 {
			return owner, "", false
		}
		if i == len(path)-1 {
			return owner, fields[at].json, true
		}
		owner = fields[at].base
	}
	return owner, "", false
}
