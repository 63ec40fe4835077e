package store

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations/sqlite/*.sql migrations/postgres/*.sql
var migrations embed.FS

// migrate brings the schema up to date: forward only, safe when several processes start at once. SQLite is copied beside
// itself before its first pending step, so that the old program can be started again on the copy.
func (s *Store) migrate(ctx context.Context, path string) error {
	provider, err := s.provider()
	if err != nil {
		return err
	}
	have, know, err := provider.GetVersions(ctx)
	if err != nil {
		return err
	}
	if have > know {
		return errNewer(have, know)
	}
	if have == know {
		return nil
	}
	if have > 0 && s.dialect.name == "sqlite" {
		if err := s.copyBeside(ctx, path, have); err != nil {
			return err
		}
	}
	_, err = provider.Up(ctx)
	return err
}

// mustBeUpToDate refuses an older schema, which a running program still goes by.
func (s *Store) mustBeUpToDate(ctx context.Context, path string) error {
	provider, err := s.provider()
	if err != nil {
		return err
	}
	have, know, err := provider.GetVersions(ctx)
	if err != nil {
		return err
	}
	if 0 < have && have < know {
		return errOlder(have, know)
	}
	return s.migrate(ctx, path)
}

// provider knows the steps of this dialect.
func (s *Store) provider() (*goose.Provider, error) {
	pool, err := s.writer.DB()
	if err != nil {
		return nil, err
	}
	files, err := fs.Sub(migrations, "migrations/"+s.dialect.name)
	if err != nil {
		return nil, err
	}
	if s.dialect.name != "postgres" {
		return goose.NewProvider(goose.DialectSQLite3, pool, files)
	}
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectPostgres, pool, files, goose.WithSessionLocker(locker))
}

// Schema is the version of the schema, which Open has brought up to date.
func (s *Store) Schema(ctx context.Context) (int64, error) {
	provider, err := s.provider()
	if err != nil {
		return 0, err
	}
	return provider.GetDBVersion(ctx)
}

// backupsKept is how long what has been erased may live on in an older backup, and in the copies that upgrades make (product 6).
const backupsKept = 30 * 24 * time.Hour

// ForgetCopies removes the copies that upgrades made of SQLite's file, once they are as old as a backup may become.
func ForgetCopies(dir string, wall time.Time) error {
	copies, err := filepath.Glob(filepath.Join(dir, sqliteFile+".before-schema-*"))
	if err != nil {
		return err
	}
	for _, c := range copies {
		info, err := os.Stat(c)
		if err != nil {
			return err
		}
		if wall.Sub(info.ModTime()) < backupsKept {
			continue
		}
		if err := os.Remove(c); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) copyBeside(ctx context.Context, path string, version int64) error {
	to := fmt.Sprintf("%s.before-schema-%d", path, version+1)
	if _, err := os.Stat(to); err == nil {
		return nil // an upgrade that was cut short made it; it is the older and better one
	}
	part := to + ".part" // under its own name it is whole
	if err := os.Remove(part); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := s.writer.WithContext(ctx).Exec("VACUUM INTO ?", part).Error; err != nil {
		return fmt.Errorf("copy the database to %s before the upgrade: %w", to, err)
	}
	return rename(part, to)
}
