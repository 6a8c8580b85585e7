package main

import (
	"bytes"
	"compress/gzip"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jehiah/go-strftime"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"golang.org/x/crypto/bcrypt"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/ianaindex"
)

// startTime is when the process started, as the tests tell bake.
var startTime = time.Date(2024, 1, 2, 15, 4, 5, 678_000_000, time.UTC)

// init adds Packer's own functions that are little more than a call of a public library, and questions
// to other libraries, which only the tests ask.
func init() {
	functions["legacy_isotime"] = started(startTime.Format)
	functions["legacy_strftime"] = started(func(format string) string {
		return strftime.Format(format, startTime)
	})
	functions["base64gzip"] = texts(cty.String, 1, func(args ...string) (cty.Value, error) {
		var compressed bytes.Buffer
		writer := gzip.NewWriter(&compressed)
		_, err := writer.Write([]byte(args[0]))
		if err == nil {
			err = errors.Join(writer.Flush(), writer.Close())
		}
		return cty.StringVal(base64.StdEncoding.EncodeToString(compressed.Bytes())), err
	})
	functions["textencodebase64"] = texts(cty.String, 2, func(args ...string) (cty.Value, error) {
		known, err := encodingOf(args[1])
		if err != nil {
			return cty.NilVal, err
		}
		encoded, err := known.NewEncoder().Bytes([]byte(args[0]))
		return cty.StringVal(base64.StdEncoding.EncodeToString(encoded)), err
	})
	functions["textdecodebase64"] = texts(cty.String, 2, func(args ...string) (cty.Value, error) {
		known, err := encodingOf(args[1])
		if err != nil {
			return cty.NilVal, err
		}
		given, err := base64.StdEncoding.DecodeString(args[0])
		if err != nil {
			return cty.NilVal, err
		}
		decoded, err := known.NewDecoder().Bytes(given)
		if err == nil && strings.ContainsRune(string(decoded), '\uFFFD') {
			err = fmt.Errorf("not defined")
		}
		return cty.StringVal(string(decoded)), err
	})
	// Whether a hash is one of a password.
	functions["bcryptmatches"] = texts(cty.Bool, 2, func(args ...string) (cty.Value, error) {
		return cty.BoolVal(bcrypt.CompareHashAndPassword([]byte(args[0]), []byte(args[1])) == nil), nil
	})
	// A text encrypted for a new key, and that key.
	functions["rsaencrypted"] = texts(cty.List(cty.String), 1, func(args ...string) (cty.Value, error) {
		key, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			return cty.NilVal, err
		}
		message, err := rsa.EncryptPKCS1v15(rand.Reader, &key.PublicKey, []byte(args[0]))
		if err != nil {
			return cty.NilVal, err
		}
		block := &pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}
		return cty.ListVal([]cty.Value{
			cty.StringVal(base64.StdEncoding.EncodeToString(message)),
			cty.StringVal(string(pem.EncodeToMemory(block))),
		}), nil
	})
}

// texts is a function of so many texts.
func texts(result cty.Type, count int, call func(args ...string) (cty.Value, error)) function.Function {
	spec := &function.Spec{
		Type:         function.StaticReturnType(result),
		RefineResult: func(b *cty.RefinementBuilder) *cty.RefinementBuilder { return b.NotNull() },
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			given := []string{}
			for _, each := range args {
				given = append(given, each.AsString())
			}
			return call(given...)
		},
	}
	for index := range count {
		spec.Params = append(spec.Params, function.Parameter{Name: fmt.Sprint(index), Type: cty.String})
	}
	return function.New(spec)
}

// started writes the start time by the format that may be given.
func started(write func(format string) string) function.Function {
	return function.New(&function.Spec{
		VarParam:     &function.Parameter{Name: "format", Type: cty.String},
		Type:         function.StaticReturnType(cty.String),
		RefineResult: func(b *cty.RefinementBuilder) *cty.RefinementBuilder { return b.NotNull() },
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			switch len(args) {
			case 0:
				return cty.StringVal(startTime.Format(time.RFC3339)), nil
			case 1:
				return cty.StringVal(write(args[0].AsString())), nil
			default:
				return cty.NilVal, fmt.Errorf("too many")
			}
		},
	})
}

func encodingOf(name string) (encoding.Encoding, error) {
	known, err := ianaindex.IANA.Encoding(name)
	if err == nil && known == nil {
		err = fmt.Errorf("not supported")
	}
	return known, err
}
