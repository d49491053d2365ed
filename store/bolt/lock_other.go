//go:build !unix

package bolt

import "os"

func alone(*os.File) error { return nil } // whoever has it open is asked before
