package web

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Every refusal in the tree has a sentence: a key without one would reach
// people as an apology for something that is no fault of ours. Keys are read
// from the source: the second argument of fault.New, the Key of a fault.Field,
// and any string that looks like a key beside one.
func TestFaults_haveTheirSentence(t *testing.T) {
	t.Parallel()
	known := engine(t).ErrorKeys()
	root := filepath.Join("..", "..")
	for _, dir := range []string{"models", "api", "federation", "cmd"} {
		err := filepath.WalkDir(filepath.Join(root, dir), func(path string, d fs.DirEntry, err error) error {
			if os.IsNotExist(err) {
				return nil
			}
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			for _, key := range faultKeys(t, path) {
				if !slices.Contains(known, key) {
					t.Errorf("%s refuses with %q, which locales/%s.*.json do not say", path, key, faultWords)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func faultKeys(t *testing.T, path string) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	if err != nil {
		return nil // somebody is in the middle of a line; the compiler will say so
	}
	var keys []string
	add := func(e ast.Expr) {
		if lit, ok := e.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			if s, err := strconv.Unquote(lit.Value); err == nil && strings.Contains(s, ".") {
				keys = append(keys, s)
			}
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch v := n.(type) {
		case *ast.CallExpr:
			switch called(v) {
			case "fault.New":
				if len(v.Args) > 1 {
					add(v.Args[1])
				}
			case "refuse": // the helper of models/sharing/write.go: refuse(bad, name, key, args)
				if len(v.Args) > 2 {
					add(v.Args[2])
				}
			case "in.refuse": // the helper of models/people/line.go: in.refuse(field, key, args)
				if len(v.Args) > 1 {
					add(v.Args[1])
				}
			case "in.line", "in.paragraphs", "in.required": // and what they make of a key
				if lit, ok := v.Args[1].(*ast.BasicLit); ok {
					for _, end := range []string{".long", ".characters"} {
						add(&ast.BasicLit{Kind: token.STRING, Value: strings.TrimSuffix(lit.Value, `"`) + end + `"`})
					}
				}
			case "store.First": // the key of what is not there
				add(v.Args[len(v.Args)-1])
			}
		case *ast.CompositeLit:
			for _, e := range v.Elts {
				if kv, ok := e.(*ast.KeyValueExpr); ok {
					if name, ok := kv.Key.(*ast.Ident); ok && name.Name == "Key" {
						add(kv.Value)
					}
				}
			}
		}
		return true
	})
	return keys
}

// called names a called function, "fault.New" or "refuse".
func called(call *ast.CallExpr) string {
	fun := call.Fun
	if generic, ok := fun.(*ast.IndexExpr); ok {
		fun = generic.X
	}
	switch f := fun.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		if x, ok := f.X.(*ast.Ident); ok {
			return x.Name + "." + f.Sel.Name
		}
	}
	return ""
}
