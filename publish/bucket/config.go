package bucket

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"os"
	"regexp"
	"strings"
)

// Config says which bucket the export goes to. The zero Config is none.
type Config struct {
	Target     string `yaml:"target" desc:"bucket that the export is copied to, as in s3://my-news or s3://my-news/feeds; empty: none"`
	Endpoint   string `yaml:"target_endpoint" desc:"address of the S3 service; empty: Amazon's"`
	Region     string `yaml:"target_region" desc:"region of the bucket; empty: the service says"`
	Key        string `yaml:"target_key" desc:"access key; empty: AWS_ACCESS_KEY_ID of the environment"`
	Secret     string `yaml:"target_secret" desc:"secret of the access key; empty: AWS_SECRET_ACCESS_KEY of the environment"`
	SecretFile string `yaml:"target_secret_file" desc:"file that holds the secret"`
	Gzip       bool   `yaml:"target_gzip" desc:"store pages and feeds compressed: right behind a CDN and for all readers that take gzip"`
}

// amazon is the service that a target without an endpoint is at.
const amazon = "https://s3.amazonaws.com"

var bucketName = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)

// Check reports every mistake. Each line names the key.
func (c Config) Check() error {
	if c.Target == "" {
		return nil
	}
	var errs []error
	if _, _, err := c.place(); err != nil {
		errs = append(errs, fmt.Errorf("target: %w", err))
	}
	if _, err := c.endpoint(); err != nil {
		errs = append(errs, fmt.Errorf("target_endpoint: %w", err))
	}
	if c.Secret != "" && c.SecretFile != "" {
		errs = append(errs, errors.New("target_secret_file: there is a target_secret already; leave one of them out"))
	}
	if c.key() == "" {
		errs = append(errs, errors.New("target_key: a bucket needs an access key: write one, as in ${AWS_ACCESS_KEY_ID}, or set that in the environment"))
	}
	if c.secret() == "" && c.SecretFile == "" {
		errs = append(errs, errors.New("target_secret: the access key's secret is missing: write target_secret_file, or set AWS_SECRET_ACCESS_KEY in the environment"))
	}
	return errors.Join(errs...)
}

func (c Config) key() string { return cmp.Or(c.Key, os.Getenv("AWS_ACCESS_KEY_ID")) }

func (c Config) secret() string { return cmp.Or(c.Secret, os.Getenv("AWS_SECRET_ACCESS_KEY")) }

// place returns the bucket and what all names in it start with: nothing, or a
// prefix that ends in a slash.
func (c Config) place() (bucket, prefix string, err error) {
	rest, ok := strings.CutPrefix(c.Target, "s3://")
	bucket, prefix, _ = strings.Cut(rest, "/")
	if !ok || !bucketName.MatchString(bucket) {
		return "", "", fmt.Errorf("%q: write the bucket's name, as in s3://my-news or s3://my-news/feeds", c.Target)
	}
	if prefix = strings.Trim(prefix, "/"); prefix != "" {
		prefix += "/"
	}
	return bucket, prefix, nil
}

func (c Config) endpoint() (*url.URL, error) {
	u, err := url.Parse(cmp.Or(c.Endpoint, amazon))
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || strings.Trim(u.Path, "/") != "" || u.User != nil {
		return nil, fmt.Errorf("%q: write scheme and host, as in https://s3.eu-central-1.amazonaws.com", c.Endpoint)
	}
	return u, nil
}
