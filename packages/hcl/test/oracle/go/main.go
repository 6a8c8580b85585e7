// Oracle answers what HashiCorp's own libraries make of an expression: one JSON request a line in, one
// JSON answer a line out. The tests of packages/hcl compare bake with it.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/typeexpr"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	hcljson "github.com/hashicorp/hcl/v2/json"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// request is one question. Kind is "expression", "template", "json" or "type".
type request struct {
	Kind string `json:"kind"`
	Text string `json:"text"`
	// Value is what a type is to convert, for the kind "type".
	Value string `json:"value"`
}

type problem struct {
	Summary string `json:"summary"`
	Detail  string `json:"detail"`
	Start   int    `json:"start"`
}

type answer struct {
	Value    any       `json:"value"`
	Problems []problem `json:"problems"`
	// Unreadable says that the text cannot be parsed.
	Unreadable bool   `json:"unreadable,omitempty"`
	Panic      string `json:"panic,omitempty"`
}

var variables = map[string]cty.Value{}

func main() {
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	decoder := json.NewDecoder(in)
	decoder.UseNumber()
	var declared map[string]any
	if err := decoder.Decode(&declared); err != nil {
		panic(err)
	}
	for name, data := range declared {
		variables[name] = decodeValue(data)
	}
	for decoder.More() {
		var asked request
		if err := decoder.Decode(&asked); err != nil {
			panic(err)
		}
		line, err := json.Marshal(respond(asked))
		if err != nil {
			panic(err)
		}
		out.Write(line)
		out.WriteByte('\n')
	}
}

func respond(asked request) (result answer) {
	defer func() {
		if cause := recover(); cause != nil {
			result = answer{Panic: fmt.Sprint(cause)}
		}
	}()
	value, diags := evaluate(asked, &result.Unreadable)
	result.Problems = problemsOf(diags)
	if !diags.HasErrors() {
		result.Value = encodeValue(value)
	}
	return result
}

func evaluate(asked request, isUnreadable *bool) (cty.Value, hcl.Diagnostics) {
	if asked.Kind == "type" {
		return converted(asked, isUnreadable)
	}
	expression, diags := parse(asked)
	if *isUnreadable = diags.HasErrors(); *isUnreadable {
		return cty.DynamicVal, diags
	}
	value, more := expression.Value(&hcl.EvalContext{Variables: variables, Functions: functions})
	return value, append(diags, more...)
}

func parse(asked request) (hcl.Expression, hcl.Diagnostics) {
	start := hcl.Pos{Line: 1, Column: 1}
	switch asked.Kind {
	case "template":
		return hclsyntax.ParseTemplate([]byte(asked.Text), "test.hcl", start)
	case "json":
		return hcljson.ParseExpression([]byte(asked.Text), "test.hcl")
	default:
		return hclsyntax.ParseExpression([]byte(asked.Text), "test.hcl", start)
	}
}

// converted reads a type constraint and gives the value, with the type's defaults, converted to it.
func converted(asked request, isUnreadable *bool) (cty.Value, hcl.Diagnostics) {
	expression, diags := parse(asked)
	if *isUnreadable = diags.HasErrors(); *isUnreadable {
		return cty.DynamicVal, diags
	}
	wanted, defaults, diags := typeexpr.TypeConstraintWithDefaults(expression)
	if diags.HasErrors() {
		return cty.DynamicVal, diags
	}
	given, diags := evaluate(request{Kind: "expression", Text: asked.Value}, isUnreadable)
	if diags.HasErrors() {
		return cty.DynamicVal, diags
	}
	if defaults != nil {
		given = defaults.Apply(given)
	}
	result, err := convert.Convert(given, wanted)
	if err != nil {
		return cty.DynamicVal, hcl.Diagnostics{{
			Severity: hcl.DiagError, Summary: "Conversion", Detail: fmt.Sprint(err),
		}}
	}
	return result, nil
}

func problemsOf(diags hcl.Diagnostics) []problem {
	problems := []problem{}
	for _, diag := range diags {
		if diag.Severity != hcl.DiagError {
			continue
		}
		found := problem{Summary: diag.Summary, Detail: diag.Detail}
		if diag.Subject != nil {
			found.Start = diag.Subject.Start.Byte
		}
		problems = append(problems, found)
	}
	return problems
}
