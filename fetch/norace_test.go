//go:build !race

package fetch_test

const fewer = 1
