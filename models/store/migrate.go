package store

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"os"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations/sqlite/*.sql migrations/postgres/*.sql
var migrations embed.FS

// migrate brings the schema up to date: forward only, safe when several processes start at once. SQLite is copied beside
// itself before its first pending step, so that the old program can be started again on the copy.
func (s *Store) migrate(ctx context.Context, path string) error {
	pool, err := s.writer.DB()
	if err != nil {
		return err
	}
	files, err := fs.Sub(migrations, "migrations/"+s.dialect.name)
	if err != nil {
		return err
	}
	dialect := goose.DialectSQLite3
	var options []goose.ProviderOption
	if s.dialect.name == "postgres" {
		dialect = goose.DialectPostgres
		locker, err := lock.NewPostgresSessionLocker()
		if err != nil {
			return err
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	provider, err := goose.NewProvider(dialect, pool, files, options...)
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
		if err := copyBeside(ctx, pool, path, have); err != nil {
			return err
		}
	}
	_, err = provider.Up(ctx)
	return err
}

func copyBeside(ctx context.Context, pool *sql.DB, path string, version int64) error {
	to := fmt.Sprintf("%s.before-schema-%d", path, version+1)
	if _, err := os.Stat(to); err == nil {
		return nil // an upgrade that was cut short made it; it is the older and better one
	}
	if _, err := pool.ExecContext(ctx, "VACUUM INTO ?", to); err != nil {
		return fmt.Errorf("copy the database to %s before the upgrade: %w", to, err)
	}
	return nil
}
