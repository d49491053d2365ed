// Package publish turns the change feed into editions: which topics take a
// story, what each of them shows, and the bytes that readers get.
package publish
