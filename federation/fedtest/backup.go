package fedtest

import (
	"bytes"
	"context"

	"codeberg.org/manypots/manypots/models"
	"codeberg.org/manypots/manypots/models/media"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/store/storetest"
	"codeberg.org/manypots/manypots/models/wire"
)

// Backup is the node as it is now.
func (n *Node) Backup() []byte {
	n.World.Helper()
	album, err := media.OpenAlbum(n.World.TempDir()) // stories with pictures keep none
	if err != nil {
		n.World.Fatal(err)
	}
	defer album.Close()
	var b bytes.Buffer
	if err := models.Backup(context.Background(), n.Store, album, n.World.Now(), &b); err != nil {
		n.World.Fatal(err)
	}
	return b.Bytes()
}

// LosesItsDisk takes the node off the network for good; what it knew is gone.
func (n *Node) LosesItsDisk() { n.down = true }

// IsRestored starts the node again on another machine, from a backup, with a database of the given dialect.
func (n *Node) IsRestored(backup []byte, dialect string) {
	n.World.Helper()
	c := storetest.Config(n.World, dialect)
	c.Dir = n.World.TempDir()
	if _, err := models.Restore(context.Background(), c, n.World.Now(), bytes.NewReader(backup)); err != nil {
		n.World.Fatal(err)
	}
	s, err := store.Open(context.Background(), c)
	if err != nil {
		n.World.Fatal(err)
	}
	n.World.Cleanup(func() { _ = s.Close() })
	n.Store, n.down = s, false
	n.start()
	n.Do(wire.Wake)
}
