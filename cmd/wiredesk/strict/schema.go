package strict

import (
	"fmt"
	"reflect"
	"time"
)

// Schema returns a JSON Schema (draft 2020-12) of the struct that defaults is,
// with its values as defaults.
func Schema(defaults any, title string) map[string]any {
	v := reflect.ValueOf(defaults)
	s := object(v)
	s["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	s["title"] = title
	return s
}

// object describes a struct. Every key but those of the struct is a mistake.
func object(v reflect.Value) map[string]any {
	props := map[string]any{}
	for _, fd := range fields(v.Type()) {
		p := describe(v.FieldByIndex(fd.index), fd)
		if fd.desc != "" {
			p["description"] = fd.desc
		}
		props[fd.name] = p
	}
	return map[string]any{"type": []string{"object", "null"}, "properties": props, "additionalProperties": false}
}

func describe(v reflect.Value, fd field) map[string]any {
	t := v.Type()
	switch {
	case isScalar(t):
		return word(v, fd)
	case fd.key != "":
		return map[string]any{"type": []string{"object", "null"}, "additionalProperties": object(reflect.New(t.Elem()).Elem())}
	case t.Kind() == reflect.Struct:
		return object(v)
	case t.Kind() == reflect.Slice:
		one := describe(reflect.New(t.Elem()).Elem(), field{enum: fd.enum})
		return map[string]any{"anyOf": []any{map[string]any{"type": "array", "items": one}, one, map[string]any{"type": "null"}}}
	}
	return map[string]any{"type": []string{"object", "null"}, "additionalProperties": describe(reflect.New(t.Elem()).Elem(), field{})}
}

// word describes a scalar. Every scalar may also be written ${NAME}.
func word(v reflect.Value, fd field) map[string]any {
	t := v.Type()
	s := map[string]any{"type": []string{"string", "number", "boolean", "null"}}
	switch {
	case len(fd.enum) > 0:
		s = orVariable(map[string]any{"enum": enum(fd.enum)})
	case t == durationType:
		s = orVariable(map[string]any{"type": "string", "pattern": `^([0-9.]+(ns|us|µs|ms|s|m|h|d|w))+$`}, map[string]any{"const": 0})
	case t.Kind() == reflect.Bool:
		s = orVariable(map[string]any{"type": "boolean"})
	case reflect.PointerTo(t).Implements(textType):
		s = map[string]any{"type": []string{"string", "integer", "null"}}
	case t.Kind() == reflect.Int || t.Kind() == reflect.Int64:
		s = orVariable(map[string]any{"type": "integer"})
	}
	if !v.IsZero() {
		s["default"] = printed(v)
	}
	return s
}

func orVariable(kinds ...any) map[string]any {
	kinds = append(kinds, map[string]any{"type": "string", "pattern": `\$\{`}, map[string]any{"type": "null"})
	return map[string]any{"anyOf": kinds}
}

// enum returns the words as YAML reads them: a number is a number.
func enum(words []string) []any {
	var out []any
	for _, w := range words {
		if len(w) == 1 && w[0] >= '0' && w[0] <= '9' {
			out = append(out, int(w[0]-'0'))
			continue
		}
		out = append(out, w)
	}
	return out
}

func printed(v reflect.Value) any {
	switch x := v.Interface().(type) {
	case time.Duration:
		return Format(x)
	case fmt.Stringer:
		return x.String()
	}
	return v.Interface()
}

// Format writes a duration as people write it: 15m, not 15m0s.
func Format(d time.Duration) string {
	for _, u := range []struct {
		name string
		size time.Duration
	}{{"w", 7 * 24 * time.Hour}, {"d", 24 * time.Hour}, {"h", time.Hour}, {"m", time.Minute}, {"s", time.Second}} {
		if d != 0 && d%u.size == 0 {
			return fmt.Sprintf("%d%s", d/u.size, u.name)
		}
	}
	return d.String()
}
