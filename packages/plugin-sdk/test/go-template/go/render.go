// Renders templates with Go's own text/template: what ours is compared with. Standard input is one JSON
// document {"data": {...}, "templates": [...]}, standard output a list of {"text": ...} or {"error": ...}.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"text/template"
)

type request struct {
	Data      map[string]interface{} `json:"data"`
	Templates []string               `json:"templates"`
}

type answer struct {
	Text  *string `json:"text,omitempty"`
	Error string  `json:"error,omitempty"`
}

var functions = template.FuncMap{
	"upper": strings.ToUpper,
	"lower": strings.ToLower,
	"replace": func(old, new string, n int, src string) string {
		return strings.Replace(src, old, new, n)
	},
	"replace_all": func(old, new, src string) string {
		return strings.ReplaceAll(src, old, new)
	},
}

func main() {
	var asked request
	decoder := json.NewDecoder(os.Stdin)
	decoder.UseNumber()
	if err := decoder.Decode(&asked); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	data := plain(asked.Data)
	answers := make([]answer, len(asked.Templates))
	for index, text := range asked.Templates {
		answers[index] = render(text, data)
	}
	json.NewEncoder(os.Stdout).Encode(answers)
}

func render(text string, data interface{}) (result answer) {
	defer func() {
		if r := recover(); r != nil {
			result = answer{Error: fmt.Sprint("panic: ", r)}
		}
	}()
	parsed, err := template.New("root").Funcs(functions).Parse(text)
	if err != nil {
		return answer{Error: err.Error()}
	}
	var out bytes.Buffer
	if err := parsed.Execute(&out, data); err != nil {
		return answer{Error: err.Error()}
	}
	written := out.String()
	return answer{Text: &written}
}

// plain gives whole numbers the type int, as they have in Packer's data.
func plain(value interface{}) interface{} {
	switch value := value.(type) {
	case json.Number:
		if whole, err := value.Int64(); err == nil {
			return int(whole)
		}
		fraction, _ := value.Float64()
		return fraction
	case []interface{}:
		list := make([]interface{}, len(value))
		for index, item := range value {
			list[index] = plain(item)
		}
		return list
	case map[string]interface{}:
		entries := make(map[string]interface{}, len(value))
		for key, item := range value {
			entries[key] = plain(item)
		}
		return entries
	default:
		return value
	}
}
