package random

import (
	"context"
	"crypto/rand"
	"fmt"
	"math/big"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"golang.org/x/crypto/bcrypt"
)

const (
	lowerCharacters   = "abcdefghijklmnopqrstuvwxyz"
	upperCharacters   = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	numericCharacters = "0123456789"
	specialCharacters = "!@#$%&*()-_=+[]{}<>:?"

	// bcryptLimit is how much of a password bcrypt can hash.
	bcryptLimit = 72
)

// charset is one class of characters and how many of it a text must have.
type charset struct {
	characters string
	minimum    int
}

// charsets reads the classes that the inputs allow. A class that is switched off still provides its minimum.
func charsets(inputs property.Map) (allowed string, classes []charset) {
	special := specialCharacters
	if override := inputs.Get("overrideSpecial"); override.IsString() && override.AsString() != "" {
		special = override.AsString()
	}
	for _, class := range []struct {
		on         bool
		characters string
		minimum    string
	}{
		{flag(inputs, "special"), special, "minSpecial"},
		{flag(inputs, "upper"), upperCharacters, "minUpper"},
		{flag(inputs, "lower"), lowerCharacters, "minLower"},
		{flag(property.NewMap(digits(inputs)), "numeric"), numericCharacters, "minNumeric"},
	} {
		if class.on {
			allowed += class.characters
		}
		classes = append(classes, charset{class.characters, integer(inputs, class.minimum)})
	}
	return allowed, classes
}

// digits gives numeric and its older name number, which always agree, where one or both are missing.
func digits(inputs property.Map) map[string]property.Value {
	wanted := property.New(true)
	for _, name := range []string{"number", "numeric"} {
		if given, ok := inputs.GetOk(name); ok {
			wanted = given
		}
	}
	return map[string]property.Value{"number": wanted, "numeric": wanted}
}

// flag is a boolean input that is on unless it is switched off.
func flag(inputs property.Map, name string) bool {
	value := inputs.Get(name)
	return !value.IsBool() || value.AsBool()
}

func integer(inputs property.Map, name string) int {
	value := inputs.Get(name)
	if !value.IsNumber() {
		return 0
	}
	return int(value.AsNumber())
}

func validateText(inputs property.Map) []p.CheckFailure {
	length := integer(inputs, "length")
	allowed, classes := charsets(inputs)
	minimum := 0
	for _, class := range classes {
		minimum += class.minimum
	}
	_, numberGiven := inputs.GetOk("number")
	_, numericGiven := inputs.GetOk("numeric")
	switch {
	case numberGiven && numericGiven && flag(inputs, "number") != flag(inputs, "numeric"):
		return []p.CheckFailure{{Property: "number", Reason: "number is an older name of numeric, and they differ; set numeric only"}}
	case length < 1:
		return []p.CheckFailure{{Property: "length", Reason: "length must be at least 1"}}
	case length < minimum:
		return []p.CheckFailure{{
			Property: "length",
			Reason: fmt.Sprintf("length (%d) must be at least the sum of minUpper, minLower, minNumeric and minSpecial (%d)",
				length, minimum),
		}}
	case allowed == "" && length > minimum:
		return []p.CheckFailure{{Property: "special", Reason: "no class of characters is left to choose from"}}
	}
	return nil
}

// generate makes a text of the length and classes of the inputs.
func generate(inputs property.Map) (string, error) {
	allowed, classes := charsets(inputs)
	result := make([]byte, 0, integer(inputs, "length"))
	pick := func(characters string, count int) error {
		for range count {
			index, err := below(len(characters))
			if err != nil {
				return err
			}
			result = append(result, characters[index])
		}
		return nil
	}
	for _, class := range classes {
		if err := pick(class.characters, class.minimum); err != nil {
			return "", err
		}
	}
	if err := pick(allowed, cap(result)-len(result)); err != nil {
		return "", err
	}
	if err := shuffle(result); err != nil {
		return "", err
	}
	return string(result), nil
}

// shuffle moves the characters of the minimum classes away from the start.
func shuffle(text []byte) error {
	for i := len(text) - 1; i > 0; i-- {
		j, err := below(i + 1)
		if err != nil {
			return err
		}
		text[i], text[j] = text[j], text[i]
	}
	return nil
}

// below is an unbiased random index.
func below(limit int) (int, error) {
	index, err := rand.Int(rand.Reader, big.NewInt(int64(limit)))
	if err != nil {
		return 0, err
	}
	return int(index.Int64()), nil
}

// createString has the text as its id.
func createString(_ context.Context, inputs property.Map) (string, map[string]property.Value, error) {
	text, err := generate(inputs)
	return text, map[string]property.Value{"result": property.New(text)}, err
}

// createPassword has a fixed id, because an id is never secret.
func createPassword(_ context.Context, inputs property.Map) (string, map[string]property.Value, error) {
	text, err := generate(inputs)
	if err != nil {
		return "", nil, err
	}
	hash, err := bcrypt.GenerateFromPassword([]byte(text[:min(len(text), bcryptLimit)]), bcrypt.DefaultCost)
	if err != nil {
		return "", nil, err
	}
	return "none", map[string]property.Value{
		"result":     property.New(text),
		"bcryptHash": property.New(string(hash)),
	}, nil
}
