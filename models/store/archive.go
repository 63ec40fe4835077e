package store

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"regexp"
	"time"
)

// A backup is a tar of parts: first the head, then rows and photos, last the checksums of all that came before. What it is made of
// can be looked at without this program:
//
//	age --decrypt -i key FILE | tar x && sha256sum -c SHA256SUMS
const (
	headPart = "manypots.json"
	sumsPart = "SHA256SUMS"
)

// Head is what a reader must know before the rest.
type Head struct {
	// Format grows when older programs can no longer read what newer ones write.
	Format int `json:"format"`
	// Schema is the version of the schema that the rows are of.
	Schema int64     `json:"schema"`
	MadeAt time.Time `json:"made_at"`
	// BaseURL is the address that every id in it was made from.
	BaseURL string `json:"base_url"`
}

const backupFormat = 1

// Archive is a backup that is being written.
type Archive struct {
	out    *tar.Writer
	madeAt time.Time
	sums   bytes.Buffer
}

// NewArchive begins a backup with its head.
func NewArchive(w io.Writer, head Head) (*Archive, error) {
	head.Format = backupFormat
	a := &Archive{out: tar.NewWriter(w), madeAt: head.MadeAt}
	doc, err := json.MarshalIndent(head, "", "  ")
	if err != nil {
		return nil, err
	}
	return a, a.Add(headPart, append(doc, '\n'))
}

// Add writes a part.
func (a *Archive) Add(name string, data []byte) error {
	sum := sha256.Sum256(data)
	_, _ = io.WriteString(&a.sums, sumLine(name, sum[:]))
	return a.write(name, data)
}

// Close writes the checksums: a backup without them is not one.
func (a *Archive) Close() error {
	if err := a.write(sumsPart, a.sums.Bytes()); err != nil {
		return err
	}
	return a.out.Close()
}

func (a *Archive) write(name string, data []byte) error {
	header := tar.Header{Typeflag: tar.TypeReg, Name: name, Size: int64(len(data)), Mode: 0o600, ModTime: a.madeAt, Format: tar.FormatPAX}
	if err := a.out.WriteHeader(&header); err != nil {
		return err
	}
	_, err := a.out.Write(data)
	return err
}

func sumLine(name string, sum []byte) string { return hex.EncodeToString(sum) + "  " + name + "\n" }

// Bounds of what is read. Anybody who has seen the public half of the key can seal something for us (security A10).
const (
	partAtMost  = 64 << 20
	partsAtMost = 10_000_000
	totalAtMost = 1 << 40
	tailAtMost  = 1 << 20 // a tar ends in zeroes
)

// partName is what a part after the head may be called: nothing that leads anywhere.
var partName = regexp.MustCompile(`^(tables/[a-z_]{1,60}/[0-9]{6}\.jsonl|media/[0-9a-hjkmnp-tv-z]{26}(-thumb)?\.jpg)$`)

// plainURL is an address that can be shown at a terminal, as part of a command to type. How long it may be is not said here: a count
// of such a class is megabytes of program.
var plainURL = regexp.MustCompile(`^https?://[\pL\pN.:_\[\]-]+/?$`)

const urlAtMost = 300 // bytes

// Reading is a backup that is being read.
type Reading struct {
	Head Head
	r    io.Reader
	in   *tar.Reader
	sums hash.Hash // of the lines that SHA256SUMS has to have
}

// ReadArchive begins to read a backup.
func ReadArchive(r io.Reader) (*Reading, error) {
	a := &Reading{r: r, in: tar.NewReader(r), sums: sha256.New()}
	header, err := a.in.Next()
	if err != nil {
		return nil, cutShort(err)
	}
	if header.Name != headPart {
		return nil, errors.New("this is no backup: it does not begin like one")
	}
	data, err := a.read(header)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(data, &a.Head); err != nil {
		return nil, fmt.Errorf("this is no backup: %w", err)
	}
	if a.Head.Format != backupFormat {
		return nil, fmt.Errorf("the backup has format %d and this program knows %d: use the program that made it, or a newer one", a.Head.Format, backupFormat)
	}
	if len(a.Head.BaseURL) > urlAtMost || !plainURL.MatchString(a.Head.BaseURL) {
		return nil, fmt.Errorf("this is no backup: %q is no address of a node", a.Head.BaseURL)
	}
	return a, nil
}

// Each gives every part after the head to take. Only when it returns nil was the backup whole and every part what had been written;
// until then nothing that was taken is to be relied on.
func (a *Reading) Each(take func(name string, data []byte) error) error {
	total := int64(0)
	for range partsAtMost {
		header, err := a.in.Next()
		if err != nil {
			return cutShort(err)
		}
		if header.Name == sumsPart {
			return a.finish()
		}
		if !partName.MatchString(header.Name) {
			return fmt.Errorf("this is no backup: nothing in one is called %q", header.Name)
		}
		data, err := a.read(header)
		if err != nil {
			return err
		}
		if total += header.Size; total > totalAtMost {
			return tooBig()
		}
		if err := take(header.Name, data); err != nil {
			return err
		}
	}
	return tooBig()
}

func (a *Reading) read(header *tar.Header) ([]byte, error) {
	if header.Typeflag != tar.TypeReg {
		return nil, fmt.Errorf("this is no backup: %q is no plain file", header.Name)
	}
	if header.Size > partAtMost {
		return nil, tooBig()
	}
	data, err := io.ReadAll(a.in)
	if err != nil {
		return nil, cutShort(err)
	}
	sum := sha256.Sum256(data)
	_, err = io.WriteString(a.sums, sumLine(header.Name, sum[:]))
	return data, err
}

func tooBig() error { return errors.New("this is no backup: it is bigger than one can be") }

// finish holds the checksums against what was read, and reads on to the end, where the seal says that nothing was cut off.
func (a *Reading) finish() error {
	said := sha256.New()
	if _, err := io.Copy(said, a.in); err != nil {
		return cutShort(err)
	}
	if !bytes.Equal(said.Sum(nil), a.sums.Sum(nil)) {
		return errors.New("the backup is damaged: its checksums are not those of its parts")
	}
	if _, err := a.in.Next(); !errors.Is(err, io.EOF) {
		return errors.New("the backup is damaged: something comes after its end")
	}
	n, err := io.Copy(io.Discard, io.LimitReader(a.r, tailAtMost))
	if err == nil && n == tailAtMost {
		err = errors.New("something comes after its end")
	}
	if err != nil {
		return fmt.Errorf("the backup is damaged: %w", err)
	}
	return nil
}

func cutShort(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("the backup is damaged: it ends too early")
	}
	return fmt.Errorf("the backup is damaged: %w", err)
}
