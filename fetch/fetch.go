// Package fetch brings articles in: it polls sources when they are due and
// hands what they sent to the archive. It never reads articles back.
package fetch
