package bolt

import (
	"path/filepath"
	"testing"

	"wiredesk/store/storetest"
)

func TestConformance(t *testing.T) {
	storetest.Run(t, func(t testing.TB) storetest.Store {
		return open1(t, filepath.Join(t.TempDir(), "wiredesk.db"), nil)
	})
}
