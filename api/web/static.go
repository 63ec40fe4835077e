package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
)

// StaticPrefix is where ServeStatic must be mounted.
const StaticPrefix = "/static/"

// styles are the style sheets in the order in which they are joined: the
// tokens own every colour, later blocks may rely on earlier ones.
func styles() []string {
	return []string{"tokens", "base", "frame", "text", "button", "form", "card", "offer", "steps", "claim", "list", "print"}
}

// static holds the embedded files under names that change with their content,
// so that a browser may keep them for ever.
type static struct {
	paths map[string]string // "app.css": "/static/app-1a2b3c4d.css"
	files map[string]staticFile
}

type staticFile struct {
	kind        string
	body        []byte
	compressed  []byte
	fingerprint string
}

func readStatic(files fs.FS) (*static, error) {
	s := &static{paths: map[string]string{}, files: map[string]staticFile{}}
	var css bytes.Buffer
	for _, name := range styles() {
		text, err := fs.ReadFile(files, "static/css/"+name+".css")
		if err != nil {
			return nil, fmt.Errorf("read styles: %w", err)
		}
		css.Write(text)
	}
	if err := s.add("app.css", css.Bytes()); err != nil {
		return nil, err
	}
	entries, err := fs.ReadDir(files, "static")
	if err != nil {
		return nil, err
	}
	for _, entry := range entries {
		if entry.IsDir() {
			continue
		}
		body, err := fs.ReadFile(files, "static/"+entry.Name())
		if err != nil {
			return nil, err
		}
		if err := s.add(entry.Name(), body); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func (s *static) add(name string, body []byte) error {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := z.Write(body); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	sum := sha256.Sum256(body)
	fingerprint := hex.EncodeToString(sum[:6])
	ext := path.Ext(name)
	hashed := strings.TrimSuffix(name, ext) + "-" + fingerprint + ext
	s.paths[name] = StaticPrefix + hashed
	s.files[hashed] = staticFile{kind: mime.TypeByExtension(ext), body: body, compressed: packed.Bytes(), fingerprint: fingerprint}
	return nil
}

// Static is the path of an embedded file: "app.css", "app.js" or "icon.svg".
func (e *Engine) Static(name string) (string, error) {
	p, ok := e.static.paths[name]
	if !ok {
		return "", fmt.Errorf("no static file %q", name)
	}
	return p, nil
}

// ServeStatic answers for everything under StaticPrefix.
func (e *Engine) ServeStatic() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		file, ok := e.static.files[strings.TrimPrefix(r.URL.Path, StaticPrefix)]
		if !ok {
			http.NotFound(w, r)
			return
		}
		h := w.Header()
		h.Set("Content-Type", file.kind)
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
		h.Set("Vary", "Accept-Encoding")
		h.Set("ETag", `"`+file.fingerprint+`"`)
		h.Set("X-Content-Type-Options", "nosniff")
		body := file.body
		if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			h.Set("Content-Encoding", "gzip")
			h.Set("ETag", `"`+file.fingerprint+`-gz"`)
			body = file.compressed
		}
		if strings.Contains(r.Header.Get("If-None-Match"), h.Get("ETag")) {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		h.Set("Content-Length", fmt.Sprint(len(body)))
		if r.Method != http.MethodHead {
			_, _ = w.Write(body)
		}
	})
}
