/** Pieces that random arguments are made of, one a line, spelled as inside the quotes of HCL. */
export const lines = (text: string): readonly string[] => text.split('\n').slice(1, -1);

/** Separated by spaces, none of which can be part of a piece. */
export const spaced = (text: string): readonly string[] => text.trim().split(/\s+/);

/** Pieces of text, many of them odd. */
export const characters: readonly string[] = [
  ...spaced(String.raw`
    a b A Z . , - _ 0 1 9 \" ' \\ / < & > é e\u0301 ß İ ı ﬁ Σ ǆ 😀 🇩🇪 👩‍👩‍👧 \u00a0 \u2028 \u0085 \u1100\u1161 क्षि \u200d
    $ % { } ( ) \u0000 \u007f ᾳ 𐐀 \n \r\n \t`),
  ' ',
  '',
];

/** Whole texts. */
export const texts: readonly string[] = lines(String.raw`
abc
hello world

ab\n
 x  `);

/** Parts of regular expressions, some of them no good. */
export const patterns: readonly string[] = spaced(String.raw`
  a b . \\d [a-c] [^a] (a) (b)? (?P<n>a) (?<m>b) (?:ab) a* b+? a{1,2} ^ $ | \\b \\s \\pL \\p{Greek} \\PN [[:alpha:]]
  (?i) (?s). (?U)a+ (?m)^ \\Q.\\E \\x61 \\x{1F600} (?i:A) \\A \\z \\C \\1 (?=a) ( [ * \\w+ [\\d-z] \\pZ \\p{Lu} [^\\pL] é
  \\Z a** { x{2} [[:word:]] (?i)ſ \\h \\a []a] a{1001} \\07 \\_`);

/** Texts for them. */
export const subjects: readonly string[] = lines(String.raw`
abab
aab\nb
ab1 2é
ABC abc

σΣς.
😀a
b
`);

/** Parts of what regex_replace puts in their place. */
export const replacements: readonly string[] = spaced(String.raw`
  $1 $$\u007b1} $$\u007bn} $n $nx $$ $ x $0 $9 $é $1x $-1 $$\u007b01}`);

/** Verbs of a format, some of them none. */
export const verbs: readonly string[] = [
  ...spaced(String.raw`
    %s %d %v %t %q %x %X %o %b %e %E %f %g %G %% %#v %5s %-5s| %05d %+d %.2f %8.3f %-8.2e %[1]s %[2]d %[1]*d %*d %.1s
    %5.1s %#x %c % %! %[0]s %[x]s %+v %05s %-05d| %+.3e %#o %08.3f %+08.2f %.0f %.10g %#g %5t %10q %.3d %010.4d %+q %i
    %.2v %6.2v é %.20f %.40g`),
  '% d',
  '% x',
];

/** Parts of a date's format. */
export const dateParts: readonly string[] = [
  ...spaced(String.raw`
    YYYY YY M MM MMM MMMM D DD EEE EEEE h hh H HH AA aa m mm s ss Z ZZZ ZZZZ ZZZZZ 'at' '' 'it''s' - : Y YYY EE A x
    'open é DDD ZZ MMMMM sss 0 T`),
  ' ',
];

/** Times, some of them none. */
export const dates: readonly string[] = lines(String.raw`
2024-02-29T03:04:05Z
2023-12-31T23:59:59+05:30
0001-01-01T00:00:00Z
9999-12-31T23:59:59-12:00
2024-02-30T00:00:00Z
2023-02-29T00:00:00Z
2024-1-1T00:00:00Z
2024-01-01 00:00:00Z
2024-01-01T24:00:00Z
2024-01-01T1:00:00Z
2024-01-01T00:00:60Z
2024-01-01T00:00:00
2024-01-01T00:00:00.123Z
2024-01-01T00:00:00.Z
2024-01-01t00:00:00z
2024-01-01T00:00:00+24:00
2024-01-01T00:00:00+0100

2024-13-01T00:00:00Z
2024-01-01T00:00:00,5Z
2024-01-01T00:60:00Z
2024-01-01T00:00:00-00:00
2024-01-01T00:00:00+23:60
1900-02-28T12:00:00Z
2024-01-00T00:00:00Z
`);

/** Blocks of addresses, some of them none. */
export const blocks: readonly string[] = lines(String.raw`
10.0.0.0/8
10.1.2.3/16
192.168.0.0/31
255.255.255.255/32
10.0.0.0/33
010.0.0.0/8
10.0.0/8
fe80::/10
2001:db8::1/64
::1/128
2001:db8::/129
10.0.0.0
10.0.0.0/-1
10.0.0.0/08
::1%eth0/64
 10.0.0.0/8
2001:db8:0:0:0:0:0:0:0/32
1::2::3/64
2001:DB8::/32
fd00:fd12:3456:7890:00a2::/72
10.0.0.0/8 
f::10.1.2.3/96

`);

/** JSON, some of it none. */
export const jsons: readonly string[] = lines(String.raw`
{\"a\":1}
[1,\"x\",null,true]
\"e\\u0301\"
1e400
-0
1.50
{\"a\":1,\"a\":2}
[
01
1.
.5
nul
\"\\x\"
\"\\ud83d\\ude00\"
\"\\ud83d\"
 [ ] 
{}
[1,]
{\"a\":}
{\"b\":[{}],\"a\":\"<&>\"}
1 2

\"a\nb\"
\"\u2028\"
\ufeff1
[[[[1]]]]
{\"__proto__\":1}
'a'
123456789012345678901234567890.5
1E+2
\"\\/\"
{\"\":0}
// x\n1
-
-1e-5
\u00a01
\"\u0000\"
{1:2}
1e
[1]x
Infinity
NaN`);

/** Parts of comma-separated values. */
export const csvParts: readonly string[] = [
  ...spaced(String.raw`a b , \n \" \"\" \r\n 1 é \r , \n c`),
  ' ',
];

/** Comma-separated values. */
export const csvs: readonly string[] = lines(String.raw`
a,b\n1,2\n
a,b\n1\n
a,b\n1,2,3
a,a\n1,2

a\n\n1\n
\"a\",\"b\"\"c\"\n\"1\n2\",3
a\r\n1\r\n
,\n1,2
a,b
\ufeffa\n1
a\n\"
a\n\"x\"y
a\nx\"y
 a, b\n 1, 2
a\n\"x\" 
\n\na\n1
`);

/** YAML documents of one line; several together are one, too. */
export const yamls: readonly string[] = lines(String.raw`
a: 1
- x
a: [1, \"x\", ~]
a: {b: c}
1_000
0x1F
0o17
017
1e3
.5
.inf
-.Inf
.nan
yes
True
null
~
Null
2024-01-01
'it''s'
\"\\u00e9\\n\"
a: &x 1\nb: *x
<<: {a: 1}\nb: 2
b: 1\n<<: [{a: 1, b: 2}, {a: 2}]\na: 3
<<: [{a: 1}, {a: 2}]
\"<<\": {a: 1}
!!merge <<: {a: 1}
<<: 1
<<
- <<
!!merge x: {a: 1}
<<: ~
\"123\"
'~'
!!int 0b11
!!int 1_000
!!float Inf
!!float 0x10
!!int 0XFF
-0x10
.5e1
0xffffffffffffffffff
!!timestamp x
2001-12-14 21:59:43.10
2001-12-14t21:59:43.10-05:00
2001-1-1
!!null \"\"
!!str
!!str ~
# only

a: 1\na: 2
1: a
true: a
null: a
[1]: a
- - a\n  - b
---\na: 1
a: 1\n---\nb: 2
# x\na: 1 # y
!!str 1
!foo x
!!binary aGk=
+1
1.
1.5e+3
0b11
1:30
a: b: c
a:\n\tb
\"a
[1, 2
%YAML 1.1\n---\na
? a\n: b
a : 1
{a, b: 1}
*x
&a [*a]
@a
a: !!float 1
é: ü
\"\\x41\\U0001F600\"
1e
off
n
0x
!!bool yes
12345678901234567890123
a: \"\"
{}
[]
+.inf
0o8
08
-Inf
+inf
-0b101
0b1_01
0b2
-0x8000000000000000
!!int -0x8000000000000000
!!int -0x8000000000000001
!!int +0b1
!!null 5
!!null abc
!!null 'no'
!!bool ''
!!bool 'abc'
!!int 'abc'
!!int '5'
!!float .nan
!!timestamp 'x'
!!int
1__0
._5
.5_1
!!map {a: 1}
!!seq [1]
!!set {a, b}
a: 2024-01-01T00:00:00Z
`);

/** YAML blocks, which depend on what stands around them. */
export const yamlBlocks: readonly string[] = lines(String.raw`
|\n  a\n  b\n
>-\n  a\n  b\n
|\n  123
>\n  true\n
a: |2\n   x\n
!!bool |\n  true
--- |\n x
`);

/** Base64, some of it none. */
export const base64s: readonly string[] = lines(String.raw`
aGVsbG8=
aGVsbG8
aGVs\nbG8=
/w==

=
a
YQ==
YR==
YQ=
4pyT
  YQ==
YQ==\n
-_==
YWI=YWI=
wqk=
`);

/** Whole numbers in some base. */
export const integers: readonly string[] = lines(String.raw`
10
-10
+10
ff
FF
zz
Zz
0x1f
1_000

-
 1
1.5
99999999999999999999999999
ÿ
_1
0b1
-0
+
00012
1e3
aZ9
`);

/** Paths of files. */
export const paths: readonly string[] = spaced('/a/b /a/b/ / . a// .. a/../b ./a //a a');

/** Name spaces of UUIDs. */
export const spaces: readonly string[] = spaced(`
  dns url oid x500 6ba7b810-9dad-11d1-80b4-00c04fd430c8 6BA7B810-9DAD-11D1-80B4-00C04FD430C8
  {6ba7b810-9dad-11d1-80b4-00c04fd430c8} urn:uuid:6ba7b810-9dad-11d1-80b4-00c04fd430c8
  6ba7b8109dad11d180b400c04fd430c8 x`);
