package models

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// nouns are the types that have a state, with the file that alone may give it to them: there its table stands in the doc comment.
var nouns = []struct{ district, types, file string }{
	{"agreeing", "Agreement, and with it Claim and Asking", "agreement.go"},
	{"neighbours", "Edge", "edge.go"},
	{"sharing", "Offer", "offer.go"},
	{"sharing", "Mirror, which takes over what its home says", "mirror.go"},
	{"wire", "InboxItem", "inbox.go"},
	{"wire", "Delivery", "delivery.go"},
	// The rows of the wire move many at a time, where SQL says which.
	{"wire", "Delivery, when an activity is posted", "activity.go"},
	{"wire", "InboxItem and Delivery, when a human tries again or drops them", "queue.go"},
	{"wire", "InboxItem, when its purge date comes first", "purge.go"},
}

// TestState_isAssignedOnlyByItsNoun fails when a verb sets a state past the transitions of the noun: that is how a thing comes to be
// promised and withdrawn at once.
func TestState_isAssignedOnlyByItsNoun(t *testing.T) {
	t.Parallel()
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		district, file := filepath.Split(path)
		for _, n := range nouns {
			if n.district == filepath.Clean(district) && n.file == file {
				return nil
			}
		}
		files := token.NewFileSet()
		syntax, err := parser.ParseFile(files, path, nil, 0)
		if err != nil {
			return err
		}
		for _, at := range stateGivenIn(syntax) {
			t.Errorf("%s gives something a state; let its noun do it", files.Position(at))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// stateGivenIn finds assignments to a field State, composite literals with one, and updates of a column state.
func stateGivenIn(file *ast.File) (at []token.Pos) {
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			if slices.ContainsFunc(n.Lhs, isState) {
				at = append(at, n.Pos())
			}
		case *ast.KeyValueExpr:
			if isState(n.Key) {
				at = append(at, n.Pos())
			}
		case *ast.CallExpr:
			if f, ok := n.Fun.(*ast.SelectorExpr); ok && strings.HasPrefix(f.Sel.Name, "Update") && len(n.Args) == 2 && isState(n.Args[0]) {
				at = append(at, n.Pos())
			}
		}
		return true
	})
	return at
}

func isState(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.SelectorExpr:
		return e.Sel.Name == "State"
	case *ast.Ident:
		return e.Name == "State"
	case *ast.BasicLit:
		return e.Value == `"state"`
	}
	return false
}
