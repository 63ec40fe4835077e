package store_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/store/storetest"
)

func opened(t *testing.T, c store.Config) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func enclose(t *testing.T, s *store.Store, what, secret string) (kept string) {
	t.Helper()
	view(t, s, func(v *store.View) (err error) {
		kept, err = v.Enclose(what, secret)
		return err
	})
	return kept
}

func disclose(t *testing.T, s *store.Store, what, kept string) (secret string, err error) {
	t.Helper()
	view(t, s, func(v *store.View) error {
		secret, err = v.Disclose(what, kept)
		return nil
	})
	return secret, err
}

func TestEnclose_opensInItsPlaceWithItsNodeKeyAndNowhereElse(t *testing.T) {
	c := storetest.Config(t, "sqlite")
	s, path := opened(t, c), filepath.Join(c.Dir, store.NodeKeyFile)
	if _, err := disclose(t, s, "a", "enclosed:1:AAAA"); err == nil {
		t.Error("it opens without a node key")
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("a node key was made to open what it cannot have closed")
	}
	kept := enclose(t, s, "a", "the secret")
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the node key is %v, %v", info, err)
	}
	if strings.Contains(kept, "the secret") || !store.Enclosed(kept) || kept == enclose(t, s, "a", "the secret") {
		t.Errorf("it is kept as %s", kept)
	}
	again := opened(t, c)
	if got, err := disclose(t, again, "a", kept); got != "the secret" || err != nil {
		t.Errorf("the next start reads %q, %v", got, err)
	}
	c.NodeKey = filepath.Join(t.TempDir(), store.NodeKeyFile)
	if err := os.WriteFile(c.NodeKey, []byte(strings.Repeat("ab", 32)), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, wrong := range map[string]struct {
		s          *store.Store
		what, kept string
	}{
		"another place":         {s, "b", kept},
		"another node":          {opened(t, c), "a", kept},
		"a letter is changed":   {s, "a", kept[:20] + string(kept[20]^1) + kept[21:]},
		"it is cut":             {s, "a", kept[:20]},
		"there is nothing left": {s, "a", "enclosed:1:"},
	} {
		if got, err := disclose(t, wrong.s, wrong.what, wrong.kept); err == nil {
			t.Errorf("%s: it reads %q", name, got)
		}
	}
	if err := os.WriteFile(c.NodeKey, []byte("abab"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := opened(t, c).MakeNodeKey(); err == nil {
		t.Error("a short node key is taken")
	}
}

func TestNodeKey_ofProcessesThatStartAtOnceIsOne(t *testing.T) {
	c := storetest.Config(t, "sqlite")
	var all sync.WaitGroup
	var stores []*store.Store
	for range 8 {
		stores = append(stores, opened(t, c))
	}
	for _, s := range stores {
		all.Go(func() {
			if err := s.MakeNodeKey(); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	kept := enclose(t, stores[0], "a", "the secret")
	for _, s := range stores {
		if got, err := disclose(t, s, "a", kept); got != "the secret" {
			t.Errorf("one reads %q, %v", got, err)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(c.Dir, store.NodeKeyFile+"-*")); len(left) > 0 {
		t.Errorf("there is %v", left)
	}
}
