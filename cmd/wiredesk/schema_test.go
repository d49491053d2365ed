package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"go.yaml.in/yaml/v3"

	"wiredesk/cmd/wiredesk/strict"
)

// printedSchema returns the schema as it is printed.
func printedSchema(t *testing.T) map[string]any {
	t.Helper()
	raw, err := json.Marshal(schema())
	if err != nil {
		t.Fatal(err)
	}
	var s map[string]any
	if err := json.Unmarshal(raw, &s); err != nil {
		t.Fatal(err)
	}
	return s
}

// conform checks v by the part of JSON Schema that our schema uses, and
// returns what is wrong.
func conform(path string, s map[string]any, v any) []string {
	var bad []string
	if any, ok := s["anyOf"].([]any); ok {
		if !slices.ContainsFunc(any, func(one interface{}) bool { return conform(path, one.(map[string]interface{}), v) == nil }) {
			bad = append(bad, fmt.Sprintf("%s: %v is none of %v", path, v, any))
		}
	}
	if words, ok := s["enum"].([]any); ok && !slices.ContainsFunc(words, func(w any) bool { return fmt.Sprint(w) == fmt.Sprint(v) }) {
		bad = append(bad, fmt.Sprintf("%s: %v is none of %v", path, v, words))
	}
	if c, ok := s["const"]; ok && fmt.Sprint(c) != fmt.Sprint(v) {
		bad = append(bad, fmt.Sprintf("%s: %v is not %v", path, v, c))
	}
	if p, ok := s["pattern"].(string); ok {
		if text, ok := v.(string); !ok || !regexp.MustCompile(p).MatchString(text) {
			bad = append(bad, fmt.Sprintf("%s: %v does not match %s", path, v, p))
		}
	}
	bad = append(bad, conformType(path, s, v)...)
	switch v := v.(type) {
	case []any:
		items, _ := s["items"].(map[string]any)
		for i, item := range v {
			bad = append(bad, conform(fmt.Sprintf("%s[%d]", path, i), items, item)...)
		}
	case map[string]any:
		props, _ := s["properties"].(map[string]any)
		for k, item := range v {
			sub, known := props[k].(map[string]any)
			if !known {
				sub, known = s["additionalProperties"].(map[string]any)
			}
			if !known && (props != nil || s["additionalProperties"] == false) {
				bad = append(bad, path+"."+k+" is not allowed")
			}
			bad = append(bad, conform(path+"."+k, sub, item)...)
		}
	}
	return bad
}

func conformType(path string, s map[string]any, v any) []string {
	kinds, many := s["type"].([]any)
	if one, ok := s["type"].(string); ok {
		kinds, many = []any{one}, true
	}
	if !many {
		return nil
	}
	is := map[string]bool{}
	switch v.(type) {
	case nil:
		is["null"] = true
	case bool:
		is["boolean"] = true
	case string:
		is["string"] = true
	case int:
		is["integer"], is["number"] = true, true
	case float64:
		is["number"] = true
	case []any:
		is["array"] = true
	case map[string]any:
		is["object"] = true
	}
	if slices.ContainsFunc(kinds, func(k any) bool { return is[k.(string)] }) {
		return nil
	}
	return []string{fmt.Sprintf("%s: %v is no %v", path, v, kinds)}
}

// shipped is the configuration in the root of the repository.
const shipped = "../../config.yaml"

func TestShippedConfigSatisfiesTheSchema(t *testing.T) {
	raw, err := os.ReadFile(shipped)
	if err != nil {
		t.Fatal(err)
	}
	var v any
	if err := yaml.Unmarshal(raw, &v); err != nil {
		t.Fatal(err)
	}
	for _, bad := range conform("config", printedSchema(t), v) {
		t.Error(bad)
	}
}

// TestSchemaRefuses shows that the check above can fail.
func TestSchemaRefuses(t *testing.T) {
	for _, text := range []string{
		"stroe: {}", "fetch: {interval: 15}", "fetch: {workers: many}", "topics: {t: {sort: newset}}",
		"sources: {a: {url: [1, 2]}}", "site: 3", "version: 2", "sources: {a: {headers: {X: [1]}}}",
	} {
		var v any
		if err := yaml.Unmarshal([]byte(text), &v); err != nil {
			t.Fatal(err)
		}
		if conform("config", printedSchema(t), v) == nil {
			t.Errorf("the schema allows %q", text)
		}
	}
}

// TestEveryKeyIsDocumented wants a description for every key of the schema.
func TestEveryKeyIsDocumented(t *testing.T) {
	var walk func(path string, s map[string]any)
	walk = func(path string, s map[string]any) {
		props, _ := s["properties"].(map[string]any)
		for k, sub := range props {
			p := sub.(map[string]any)
			if d, _ := p["description"].(string); d == "" {
				t.Errorf("%s.%s has no description", path, k)
			}
			walk(path+"."+k, p)
		}
		if more, ok := s["additionalProperties"].(map[string]any); ok {
			walk(path+".*", more)
		}
	}
	walk("config", printedSchema(t))
}

// TestShippedConfigIsRight reads it as the program does: no mistakes, at least
// eight outlets, three topics.
func TestShippedConfigIsRight(t *testing.T) {
	c, err := load(strict.Input{Path: shipped, Env: os.LookupEnv})
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Sources) < 8 || len(c.Topics) != 3 {
		t.Errorf("%d sources and %d topics, want at least 8 and 3", len(c.Sources), len(c.Topics))
	}
	if want, _ := filepath.Abs("../../data/wiredesk.db"); c.Store.Path != want {
		t.Errorf("store.path is %s, want %s", c.Store.Path, want)
	}
}
