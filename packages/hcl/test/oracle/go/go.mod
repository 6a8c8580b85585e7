// What Packer 1.15 and later resolve to of these: a public module that requires packer v1.15.4 has
// go-cty-yaml v1.0.1 (no newer one may be required by Packer then), go-cty-funcs of 2020-09-30 and
// doublestar v1.1.5. go-cty and hcl are those that Packer 1.16 states.
module oracle

go 1.26.0

require (
	github.com/hashicorp/go-cty-funcs v0.0.0-20200930094925-2721b1e36840
	github.com/hashicorp/hcl/v2 v2.24.0
	github.com/jehiah/go-strftime v0.0.0-20171201141054-1d33003b3869
	github.com/zclconf/go-cty v1.18.1
	github.com/zclconf/go-cty-yaml v1.0.1
	golang.org/x/crypto v0.45.0
	golang.org/x/text v0.31.0
)

require (
	github.com/agext/levenshtein v1.2.1 // indirect
	github.com/apparentlymart/go-cidr v1.0.1 // indirect
	github.com/apparentlymart/go-textseg/v15 v15.0.0 // indirect
	github.com/bmatcuk/doublestar v1.1.5 // indirect
	github.com/google/uuid v1.6.0 // indirect
	github.com/mitchellh/go-homedir v1.1.0 // indirect
	github.com/mitchellh/go-wordwrap v1.0.1 // indirect
	golang.org/x/mod v0.29.0 // indirect
	golang.org/x/sync v0.18.0 // indirect
	golang.org/x/tools v0.38.0 // indirect
)
