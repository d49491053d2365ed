//go:build linux

package main

import (
	"context"
	"path"
	"slices"
	"sync"
	"syscall"
	"testing"

	"github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
)

// A disk is a folder seen through a file system of ours, in which operations
// fail when they are told to, and which keeps what was done in which order. The
// program under test runs on it whole, as another process.
type disk struct {
	below string // where the files really are
	mount string

	mu    sync.Mutex
	n     int                                  // changes asked for so far
	fails func(n int, op string) syscall.Errno // decides which of them fail; nil: none
	trace []event                              // those that were done
}

// An event is a change to the disk, or a promise that earlier ones are safe.
type event struct {
	op   string // create, write, truncate, sync, link, rename, unlink, mkdir, rmdir, syncdir
	ino  uint64 // of the file
	path string // of the name
	to   string
	off  int64
	data []byte
}

func newDisk(t *testing.T) *disk {
	t.Helper()
	d := &disk{below: t.TempDir(), mount: t.TempDir()}
	var st syscall.Stat_t
	if err := syscall.Stat(d.below, &st); err != nil {
		t.Fatal(err)
	}
	root := &fs.LoopbackRoot{Path: d.below, Dev: uint64(st.Dev)}
	root.RootNode = &node{&fs.LoopbackNode{RootData: root}, d}
	srv, err := fs.Mount(d.mount, root.RootNode, &fs.Options{MountOptions: fuse.MountOptions{DirectMount: true, Name: "wiredesk-test"}})
	if err != nil {
		t.Fatalf("mount a file system: %v", err)
	}
	t.Cleanup(func() {
		if err := srv.Unmount(); err != nil {
			t.Error(err)
		}
	})
	return d
}

// reset begins to count anew, with other failures.
func (d *disk) reset(fails func(n int, op string) syscall.Errno) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.n, d.fails, d.trace = 0, fails, nil
}

// done returns how much was asked for, and done.
func (d *disk) done() (asked, done int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.n, len(d.trace)
}

// recorded returns the changes that were done, in order.
func (d *disk) recorded() []event {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.trace)
}

// change does a change, unless it is to fail. Changes are done one by one.
func (d *disk) change(e event, do func() syscall.Errno) syscall.Errno {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.n++
	if d.fails != nil {
		if errno := d.fails(d.n, e.op); errno != 0 {
			return errno
		}
	}
	errno := do()
	if errno == 0 {
		d.trace = append(d.trace, e)
	}
	return errno
}

// A node is a file or a folder of a disk.
type node struct {
	*fs.LoopbackNode
	d *disk
}

// WrapChild makes what is found below a node of ours as well.
func (n *node) WrapChild(_ context.Context, ops fs.InodeEmbedder) fs.InodeEmbedder {
	return &node{ops.(*fs.LoopbackNode), n.d}
}

func (n *node) at(name string) string { return path.Join(n.Path(nil), name) }

func inoOf(i *fs.Inode) uint64 { return i.StableAttr().Ino }

func (n *node) Create(ctx context.Context, name string, flags, mode uint32, out *fuse.EntryOut) (inode *fs.Inode, fh fs.FileHandle, fuseFlags uint32, errno syscall.Errno) {
	n.d.mu.Lock()
	defer n.d.mu.Unlock()
	n.d.n++
	if n.d.fails != nil {
		if errno := n.d.fails(n.d.n, "create"); errno != 0 {
			return nil, nil, 0, errno
		}
	}
	inode, fh, fuseFlags, errno = n.LoopbackNode.Create(ctx, name, flags, mode, out)
	if errno != 0 {
		return nil, nil, 0, errno
	}
	n.d.trace = append(n.d.trace, event{op: "create", path: n.at(name), ino: inoOf(inode)})
	return inode, &handle{fh.(*fs.LoopbackFile), n.d, inoOf(inode)}, fuseFlags, 0
}

func (n *node) Open(ctx context.Context, flags uint32) (fs.FileHandle, uint32, syscall.Errno) {
	fh, fuseFlags, errno := n.LoopbackNode.Open(ctx, flags)
	if errno != 0 {
		return nil, 0, errno
	}
	return &handle{fh.(*fs.LoopbackFile), n.d, inoOf(n.EmbeddedInode())}, fuseFlags, 0
}

func (n *node) OpendirHandle(ctx context.Context, flags uint32) (fs.FileHandle, uint32, syscall.Errno) {
	fh, fuseFlags, errno := n.LoopbackNode.OpendirHandle(ctx, flags)
	if errno != 0 {
		return nil, 0, errno
	}
	return &openFolder{fh.(fs.DirStream), fh.(fs.FileReaddirenter), n}, fuseFlags, 0
}

func (n *node) Mkdir(ctx context.Context, name string, mode uint32, out *fuse.EntryOut) (inode *fs.Inode, errno syscall.Errno) {
	errno = n.d.change(event{op: "mkdir", path: n.at(name)}, func() (errno syscall.Errno) {
		inode, errno = n.LoopbackNode.Mkdir(ctx, name, mode, out)
		return errno
	})
	return inode, errno
}

func (n *node) Rmdir(ctx context.Context, name string) syscall.Errno {
	return n.d.change(event{op: "rmdir", path: n.at(name)}, func() syscall.Errno { return n.LoopbackNode.Rmdir(ctx, name) })
}

func (n *node) Unlink(ctx context.Context, name string) syscall.Errno {
	return n.d.change(event{op: "unlink", path: n.at(name)}, func() syscall.Errno { return n.LoopbackNode.Unlink(ctx, name) })
}

func (n *node) Link(ctx context.Context, target fs.InodeEmbedder, name string, out *fuse.EntryOut) (inode *fs.Inode, errno syscall.Errno) {
	errno = n.d.change(event{op: "link", path: n.at(name), ino: inoOf(target.EmbeddedInode())}, func() (errno syscall.Errno) {
		inode, errno = n.LoopbackNode.Link(ctx, target, name, out)
		return errno
	})
	return inode, errno
}

func (n *node) Rename(ctx context.Context, name string, parent fs.InodeEmbedder, to string, flags uint32) syscall.Errno {
	e := event{op: "rename", path: n.at(name), to: parent.(*node).at(to)}
	return n.d.change(e, func() syscall.Errno { return n.LoopbackNode.Rename(ctx, name, parent, to, flags) })
}

func (n *node) Setattr(ctx context.Context, f fs.FileHandle, in *fuse.SetAttrIn, out *fuse.AttrOut) syscall.Errno {
	if h, ok := f.(*handle); ok {
		f = h.LoopbackFile
	}
	size, ok := in.GetSize()
	if !ok {
		return n.LoopbackNode.Setattr(ctx, f, in, out)
	}
	e := event{op: "truncate", ino: inoOf(n.EmbeddedInode()), off: int64(size)}
	return n.d.change(e, func() syscall.Errno { return n.LoopbackNode.Setattr(ctx, f, in, out) })
}

// A handle is an open file.
type handle struct {
	*fs.LoopbackFile
	d   *disk
	ino uint64
}

// PassthroughFd keeps the kernel from going past us.
func (h *handle) PassthroughFd() (int, bool) { return 0, false }

func (h *handle) Write(ctx context.Context, data []byte, off int64) (n uint32, errno syscall.Errno) {
	e := event{op: "write", ino: h.ino, off: off, data: slices.Clone(data)}
	errno = h.d.change(e, func() (errno syscall.Errno) {
		n, errno = h.LoopbackFile.Write(ctx, data, off)
		return errno
	})
	return n, errno
}

// Fsync promises, and leaves the real disk alone: the test needs no promises.
func (h *handle) Fsync(context.Context, uint32) syscall.Errno {
	return h.d.change(event{op: "sync", ino: h.ino}, func() syscall.Errno { return 0 })
}

// An openFolder is an open folder.
type openFolder struct {
	fs.DirStream
	fs.FileReaddirenter
	n *node
}

func (f *openFolder) Fsyncdir(context.Context, uint32) syscall.Errno {
	return f.n.d.change(event{op: "syncdir", path: f.n.at("")}, func() syscall.Errno { return 0 })
}

func (f *openFolder) Releasedir(context.Context, uint32) { f.Close() }
