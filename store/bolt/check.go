package bolt

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"go.etcd.io/bbolt"
)

// A Depth says how closely a file is looked at.
type Depth int

const (
	Opens   Depth = iota // it can be opened
	Pages                // and every page and record read
	Records              // and every record that another one names is there
)

// Check looks at a store that nobody has open, and changes nothing. On a damaged
// file bbolt may loop, or end the program, where nobody can catch it: call this
// in a process that may be lost, with limits to its time and memory.
func Check(ctx context.Context, path string, depth Depth) (Stats, error) {
	s, err := check(ctx, path, depth)
	if err != nil {
		return s, fmt.Errorf("check %s: %w", path, err)
	}
	return s, nil
}

func check(ctx context.Context, path string, depth Depth) (s Stats, err error) {
	defer caught(&err, debug.SetPanicOnFault(true))
	file, err := openWith(path, &bbolt.Options{Timeout: time.Second, ReadOnly: true, PreLoadFreelist: true})
	if err != nil {
		return s, err
	}
	d := newDB(file, path, nil)
	defer func() { err = errors.Join(err, file.Close()) }()
	if d.pack, d.unpack, err = packers(); err != nil {
		return s, err
	}
	defer d.unpack.Close()
	version, err := d.version()
	switch {
	case err != nil:
		return s, err
	case version == 0:
		return s, fmt.Errorf("%w: it holds nothing", ErrDamaged)
	case version > schema:
		return s, fmt.Errorf("its schema is %d, ours %d: %w", version, schema, ErrNewer)
	case depth == Opens:
		return s, nil
	}
	if err := d.structure(); err != nil {
		return s, err
	}
	if depth == Records && version == schema { // an older one is checked when it was brought up to date
		if err := d.Verify(ctx); err != nil {
			return s, fmt.Errorf("%w: %w", ErrDamaged, err)
		}
	}
	d.index = newIndex()
	return d.Stats(ctx)
}

// structure reads every page.
func (d *DB) structure() error {
	return d.view(func(tx *bbolt.Tx) error {
		if err := walk(tx); err != nil {
			return err
		}
		for err := range tx.Check() {
			return fmt.Errorf("%w: %w", ErrDamaged, err)
		}
		return nil
	})
}
