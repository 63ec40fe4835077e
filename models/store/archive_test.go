package store_test

import (
	"archive/tar"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"

	"codeberg.org/manypots/manypots/models/store"
)

const photoPart = "media/0123456789abcdefghjkmnpqrs.jpg"

func archived(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	a, err := store.NewArchive(&b, store.Head{Schema: 12, MadeAt: noon, BaseURL: "https://alder.example"})
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string]string{"tables/pots/000001.jsonl": "{}\n", photoPart: strings.Repeat("light", 1000)} {
		if err := a.Add(name, []byte(data)); err != nil {
			t.Fatal(err)
		}
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func read(b []byte) (head store.Head, parts int, err error) {
	a, err := store.ReadArchive(bytes.NewReader(b))
	if err != nil {
		return head, parts, err
	}
	err = a.Each(func(string, []byte) error { parts++; return nil })
	return a.Head, parts, err
}

func TestArchive_isReadAsItWasWritten(t *testing.T) {
	head, parts, err := read(archived(t))
	if err != nil || parts != 2 || head.Schema != 12 || !head.MadeAt.Equal(noon) || head.BaseURL != "https://alder.example" {
		t.Errorf("got %+v, %d parts, %v", head, parts, err)
	}
}

func TestArchive_isDamagedWhereverItIsCutOrChanged(t *testing.T) {
	whole := archived(t)
	for cut := 0; cut < len(whole)-3*512; cut += 97 { // the end is zeroes
		if _, _, err := read(whole[:cut]); err == nil {
			t.Fatalf("cut after %d of %d bytes it is still believed", cut, len(whole))
		}
	}
	at := bytes.Index(whole, []byte("light"))
	changed := bytes.Clone(whole)
	changed[at] ^= 1
	if _, _, err := read(changed); err == nil {
		t.Error("a changed photo is still believed")
	}
	if _, _, err := read(append(bytes.Clone(whole), bytes.Repeat([]byte("more"), 1<<19)...)); err == nil {
		t.Error("what comes after the end is believed")
	}
}

func TestArchive_hasNoPartThatLeadsElsewhere(t *testing.T) {
	for _, header := range []tar.Header{
		{Name: "../manypots.sqlite"}, {Name: "/etc/passwd"}, {Name: "media/../../x.jpg"}, {Name: "media/short.jpg"}, {Name: "tables/a/b/c.jsonl"},
		{Name: photoPart, Typeflag: tar.TypeSymlink, Linkname: "/etc/passwd"}, {Name: photoPart, Typeflag: tar.TypeDir}, {Name: "manypots.json"},
	} {
		var b bytes.Buffer
		w := tar.NewWriter(&b)
		head, err := json.Marshal(store.Head{Format: 1})
		if err != nil {
			t.Fatal(err)
		}
		err = errors.Join(w.WriteHeader(&tar.Header{Name: "manypots.json", Size: int64(len(head)), Mode: 0o600}), second(w.Write(head)),
			w.WriteHeader(&header), w.Close())
		if err != nil {
			t.Fatal(err)
		}
		if _, parts, err := read(b.Bytes()); err == nil || parts > 0 || !strings.Contains(err.Error(), "this is no backup") {
			t.Errorf("%s: %d parts, %v", header.Name, parts, err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

func TestSeal_isOpenedByItsKeyAlone(t *testing.T) {
	key, to, err := store.NewSealKey()
	if err != nil {
		t.Fatal(err)
	}
	other, _, err := store.NewSealKey()
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	w, err := store.Seal(&b, to)
	if err == nil {
		err = errors.Join(second(io.WriteString(w, "soup")), w.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(b.Bytes(), []byte("soup")) {
		t.Error("it can be read by anybody")
	}
	text := strings.ToLower(string(key))
	for _, typed := range []string{string(key), text, " " + text[:20] + " " + text[20:40] + "\n" + text[40:] + "\n", "# public key: " + string(to) + "\n" + string(key)} {
		r, err := store.Unseal(bytes.NewReader(b.Bytes()), store.SealKey(typed))
		if err != nil {
			t.Errorf("typed as %q: %v", typed, err)
			continue
		}
		if got, err := io.ReadAll(r); string(got) != "soup" || err != nil {
			t.Errorf("got %q %v", got, err)
		}
	}
	for typed, says := range map[string]string{string(other): "another one", text[1:]: "slip of the pen", "": "slip of the pen"} {
		if _, err := store.Unseal(bytes.NewReader(b.Bytes()), store.SealKey(typed)); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("with %q: %v", typed, err)
		}
	}
	r, err := store.Unseal(bytes.NewReader(b.Bytes()[:b.Len()-1]), key)
	if err == nil {
		_, err = io.ReadAll(r)
	}
	if err == nil {
		t.Error("cut short it is still believed")
	}
}

// Whatever bytes a backup is made of, reading it ends, takes nothing under another name than a part's, and does not panic.
func FuzzBackupManifest(f *testing.F) {
	whole := archived(f)
	f.Add(whole)
	f.Add(whole[:1500])
	f.Fuzz(func(t *testing.T, b []byte) {
		a, err := store.ReadArchive(bytes.NewReader(b))
		if err != nil {
			return
		}
		_ = a.Each(func(name string, data []byte) error {
			if strings.Contains(name, "..") || strings.HasPrefix(name, "/") || len(data) > len(b) {
				t.Errorf("%q with %d bytes", name, len(data))
			}
			return nil
		})
	})
}
