package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"wiredesk/publish/signin"
)

func (p *program) passwordCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "password NAME",
		Short: "Print what the configuration keeps of a password for the desk",
		Long: `Reads a password, from the terminal without showing it or else from standard
input, and prints the lines that let NAME sign in at /desk/. The password itself
is kept nowhere.`,
		Example: `  wiredesk password maria`,
		Args:    cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			password, err := p.readPassword()
			if err != nil {
				return err
			}
			hash, err := signin.Hash(password)
			if err != nil {
				return wrong("%w", err)
			}
			u := signin.User{Name: args[0], Password: hash}
			if err := u.Check(); err != nil {
				return wrong("%w", err)
			}
			return p.show(map[string]string{"name": u.Name, "password": u.Password}, func() {
				p.say("desk:\n  users:\n    %s: {password: %q}", u.Name, u.Password)
			})
		},
	}
}

// readPassword asks twice on a terminal, and takes one line from a pipe.
func (p *program) readPassword() ([]byte, error) {
	tty, ok := p.in.(*os.File)
	if !ok || !term.IsTerminal(int(tty.Fd())) {
		line, err := bufio.NewReader(io.LimitReader(p.in, 4096)).ReadBytes('\n')
		if err != nil && err != io.EOF {
			return nil, err
		}
		return bytes.TrimRight(line, "\r\n"), nil
	}
	ask := func(prompt string) ([]byte, error) {
		fmt.Fprint(p.err, prompt)
		defer fmt.Fprintln(p.err)
		return term.ReadPassword(int(tty.Fd()))
	}
	first, err := ask("Password: ")
	if err != nil {
		return nil, err
	}
	second, err := ask("Again: ")
	if err == nil && !bytes.Equal(first, second) {
		err = wrong("the two are not the same")
	}
	return first, err
}
