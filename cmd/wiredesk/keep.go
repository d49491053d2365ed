package main

import (
	"errors"
	"time"

	"wiredesk/fetch"
	"wiredesk/store/bolt"
)

// keep is the keep section.
type keep struct {
	Articles    int           `yaml:"articles" desc:"most articles; 0: all"`
	Revisions   int           `yaml:"revisions" desc:"most revisions of one article, its first and its newest; 0: all"`
	Age         time.Duration `yaml:"age" desc:"how long an article is kept from when it was first seen; 0s: for ever"`
	Size        fetch.Bytes   `yaml:"size" desc:"most bytes that the store holds; 0: no limit"`
	Backups     int           `yaml:"backups" desc:"how many backups the daemon keeps; 0: it makes none"`
	BackupEvery time.Duration `yaml:"backup_every" desc:"how often it makes one"`
	BackupDir   string        `yaml:"backup_dir" desc:"folder for them"`
}

// check reports every mistake of the section. Each line names the key.
func (k keep) check() error {
	var errs []error
	if k.Articles < 0 {
		errs = append(errs, errors.New("articles: cannot be negative; 0 keeps all"))
	}
	if k.Revisions < 0 || k.Revisions == 1 {
		errs = append(errs, errors.New("revisions: write 2 at least, for the first and the latest; 0 keeps all"))
	}
	if k.Age < 0 || k.Age > 0 && k.Age < time.Hour {
		errs = append(errs, errors.New("age: write 1h at least; 0s keeps all"))
	}
	if k.Size < 0 || k.Size > 0 && k.Size < 1<<20 {
		errs = append(errs, errors.New("size: write 1MiB at least; 0 sets no limit"))
	}
	if k.Backups < 0 {
		errs = append(errs, errors.New("backups: cannot be negative; 0 makes none"))
	}
	if k.BackupEvery < time.Minute {
		errs = append(errs, errors.New("backup_every: write 1m at least"))
	}
	return errors.Join(errs...)
}

// limits returns what the store may forget.
func (c *config) limits() bolt.Limits {
	l := bolt.Limits{Articles: c.Keep.Articles, Age: c.Keep.Age, Size: int64(c.Keep.Size), Revisions: c.Keep.Revisions}
	for _, t := range c.Topics {
		l.Shown = max(l.Shown, t.Limit)
	}
	return l
}

// forgets reports whether anything may ever be forgotten.
func (k keep) forgets() bool { return k.Articles+k.Revisions > 0 || k.Age > 0 || k.Size > 0 }
