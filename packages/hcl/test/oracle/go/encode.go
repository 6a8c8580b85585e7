package main

import (
	"encoding/json"
	"fmt"
	"math/big"

	"github.com/zclconf/go-cty/cty"
)

// tagged is bake's encoding of what plain JSON has no form for: an object whose "$" says what it is.
type tagged map[string]any

// encodeValue writes a value as bake's encodeValue does, but every number as text in full.
func encodeValue(value cty.Value) any {
	kind := value.Type()
	switch {
	case !value.IsKnown():
		unknown := tagged{"$": "unknown", "type": encodeType(kind)}
		if value.Range().DefinitelyNotNull() {
			unknown["notNull"] = true
		}
		return unknown
	case value.IsNull():
		return tagged{"$": "null", "type": encodeType(kind)}
	case kind == cty.String:
		return value.AsString()
	case kind == cty.Bool:
		return value.True()
	case kind == cty.Number:
		number := value.AsBigFloat()
		return tagged{"$": "number", "text": number.Text('f', -1)}
	case kind.IsTupleType():
		return encodeItems(value)
	case kind.IsListType():
		return tagged{"$": "list", "of": encodeType(kind.ElementType()), "items": encodeItems(value)}
	case kind.IsSetType():
		return tagged{"$": "set", "of": encodeType(kind.ElementType()), "items": encodeItems(value)}
	case kind.IsMapType():
		return tagged{"$": "map", "of": encodeType(kind.ElementType()), "entries": encodeEntries(value)}
	case kind.IsObjectType():
		return tagged{"$": "object", "entries": encodeEntries(value)}
	default:
		return tagged{"$": fmt.Sprintf("%#v", kind)}
	}
}

func encodeItems(value cty.Value) []any {
	items := []any{}
	for each := value.ElementIterator(); each.Next(); {
		_, item := each.Element()
		items = append(items, encodeValue(item))
	}
	return items
}

func encodeEntries(value cty.Value) []any {
	entries := []any{}
	for each := value.ElementIterator(); each.Next(); {
		name, entry := each.Element()
		entries = append(entries, []any{name.AsString(), encodeValue(entry)})
	}
	return entries
}

func encodeType(kind cty.Type) any {
	switch {
	case kind == cty.DynamicPseudoType:
		return "any"
	case kind.IsPrimitiveType():
		return kind.FriendlyName()
	case kind.IsListType():
		return []any{"list", encodeType(kind.ElementType())}
	case kind.IsSetType():
		return []any{"set", encodeType(kind.ElementType())}
	case kind.IsMapType():
		return []any{"map", encodeType(kind.ElementType())}
	case kind.IsTupleType():
		elements := []any{}
		for _, each := range kind.TupleElementTypes() {
			elements = append(elements, encodeType(each))
		}
		return []any{"tuple", elements}
	case kind.IsObjectType():
		attributes := map[string]any{}
		for name, each := range kind.AttributeTypes() {
			attributes[name] = encodeType(each)
		}
		return []any{"object", attributes}
	default:
		return fmt.Sprintf("%#v", kind)
	}
}

// decodeValue reads what bake's encodeValue wrote.
func decodeValue(data any) cty.Value {
	switch given := data.(type) {
	case nil:
		return cty.NullVal(cty.DynamicPseudoType)
	case string:
		return cty.StringVal(given)
	case bool:
		return cty.BoolVal(given)
	case json.Number:
		return cty.MustParseNumberVal(given.String())
	case []any:
		return cty.TupleVal(decodeItems(given))
	case map[string]any:
		if tag, isTagged := given["$"].(string); isTagged {
			return decodeTagged(tag, given)
		}
		return cty.ObjectVal(decodeEntries(given))
	}
	panic(fmt.Sprintf("no value: %v", data))
}

func decodeTagged(tag string, data map[string]any) cty.Value {
	switch tag {
	case "number":
		return decodeNumber(data)
	case "null":
		return cty.NullVal(decodeType(data["type"]))
	case "unknown":
		unknown := cty.UnknownVal(decodeType(data["type"]))
		if data["notNull"] == true {
			return unknown.RefineNotNull()
		}
		return unknown
	case "list", "set":
		return decodeSequence(tag, decodeType(data["of"]), decodeItems(data["items"].([]any)))
	case "map":
		entries := decodeEntries(data["entries"].(map[string]any))
		if len(entries) == 0 {
			return cty.MapValEmpty(decodeType(data["of"]))
		}
		return cty.MapVal(entries)
	case "object":
		return cty.ObjectVal(decodeEntries(data["entries"].(map[string]any)))
	}
	panic("no kind of value is called " + tag)
}

func decodeNumber(data map[string]any) cty.Value {
	precision := uint(512)
	if given, isGiven := data["precision"].(json.Number); isGiven {
		bits, err := given.Int64()
		if err != nil {
			panic(err)
		}
		precision = uint(bits)
	}
	number, _, err := big.ParseFloat(data["text"].(string), 10, precision, big.ToNearestEven)
	if err != nil {
		panic(err)
	}
	return cty.NumberVal(number)
}

func decodeSequence(kind string, element cty.Type, items []cty.Value) cty.Value {
	switch {
	case kind == "list" && len(items) == 0:
		return cty.ListValEmpty(element)
	case kind == "list":
		return cty.ListVal(items)
	case len(items) == 0:
		return cty.SetValEmpty(element)
	default:
		return cty.SetVal(items)
	}
}

func decodeItems(data []any) []cty.Value {
	items := []cty.Value{}
	for _, each := range data {
		items = append(items, decodeValue(each))
	}
	return items
}

func decodeEntries(data map[string]any) map[string]cty.Value {
	entries := map[string]cty.Value{}
	for name, each := range data {
		entries[name] = decodeValue(each)
	}
	return entries
}

func decodeType(data any) cty.Type {
	if name, isName := data.(string); isName {
		return map[string]cty.Type{
			"any": cty.DynamicPseudoType, "string": cty.String, "number": cty.Number, "bool": cty.Bool,
		}[name]
	}
	parts := data.([]any)
	switch parts[0] {
	case "list":
		return cty.List(decodeType(parts[1]))
	case "set":
		return cty.Set(decodeType(parts[1]))
	case "map":
		return cty.Map(decodeType(parts[1]))
	case "tuple":
		elements := []cty.Type{}
		for _, each := range parts[1].([]any) {
			elements = append(elements, decodeType(each))
		}
		return cty.Tuple(elements)
	default:
		attributes := map[string]cty.Type{}
		for name, each := range parts[1].(map[string]any) {
			attributes[name] = decodeType(each)
		}
		return cty.Object(attributes)
	}
}
