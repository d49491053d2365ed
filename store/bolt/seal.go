package bolt

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
)

// Seal notes under a name that all which is stored was dealt with, by somebody
// whose circumstances digest stands for.
func (d *DB) Seal(ctx context.Context, name string, digest uint64) error {
	_, err := d.change(ctx, func(b *batch) error {
		b.put("bookmark", sealKey(name), b.seal(digest))
		return nil
	}, func() {})
	if err != nil {
		return fmt.Errorf("seal %s: %w", name, err)
	}
	return nil
}

// Sealed reports whether nothing came to the change feed since Seal was called
// with the same name and digest.
func (d *DB) Sealed(ctx context.Context, name string, digest uint64) (is bool, err error) {
	err = d.read(ctx, func(b *batch) error {
		is = bytes.Equal(b.get("bookmark", sealKey(name)), b.seal(digest))
		return nil
	})
	return is, err
}

func sealKey(name string) []byte { return []byte("sealed " + name) }

func (b *batch) seal(digest uint64) []byte {
	return binary.BigEndian.AppendUint64(u64(b.number(lastChange)), digest)
}
