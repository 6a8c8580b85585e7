import { encodingNames } from '../../src/functions/encoding-names.ts';
import { lines, spaced } from './words.ts';

/** Go layouts of times, in pieces. */
export const layouts: readonly string[] = [
  ...spaced(`
    Jan January 1 01 2 _2 02 __2 002 3 03 15 4 04 5 05 06 2006 _2006 __2006 PM pm Mon Monday MST -07 -0700 -07:00 -070000
    -07:00:00 Z07 Z0700 Z07:00 Z070000 Z07:00:00 .000 .999 ,00 ,9 .0 .00x .0000000001 . : - T Z _ 0 00 7 x a é P p M Jan. us`),
  ' ',
];

/** strftime formats, in pieces. */
export const strftimes: readonly string[] = spaced(
  '%% %a %A %b %B %d %H %I %L %m %M %p %S %y %Y %z %Z %D %F %j %é %q % %- a - : 2006 é',
);

/** Names of encodings, some of them none. */
export const encodings: readonly string[] = [
  ...encodingNames,
  ...spaced(`
    utf8 utf-16 csUTF16BE latin1 l1 cp437 437 CP936 euc-kr shift_jis ms_kanji cp1252 ascii us x ISO_8859-1:1987 IBM-1047
    ebcdic-cp-us greek8 UTF-7 UTF-32 KOI7-switched iso-8859-11 big5-hkscs`),
  ' utf-8 ',
];

/** Texts for encodings. */
export const foreign: readonly string[] = [
  ...spaced(String.raw`
    abc é ÿ € £ ¥ § Ж я ў α Ω ש ع ก ĳ ŵ 日本 語 カナ ｶﾅ ひ 한국어 각 똠 汉字 漢 㐀 纊 碁 裏 ═ ░ ‾ ~ \\ ¬ ^ [ ] | Ǹ 𠀀 😀 \u0085 \u00a0 \ufffd
    \u2126 ﬁ ˘ ė 〜 － ∥ −`),
  ' ',
];

/** Bytes in Base64, which are text in some encodings. */
export const encodedTexts: readonly string[] = lines(String.raw`
YWJj
gA==
/w==
//5hAA==
/v8AYQ==
YQBiAA==
AGEAYg==
k/qWew==
xvzL3A==
GyRCRnxLXBsoQg==
GyhJMTIbKEIx
GyhKXH4bKEI=
GyRCIQ==
GyQoRCJCGyhC
ttTC9w==
sKGwog==
gTCBMIEw
kDCBMA==
oaI=
j6LC
jrE=
iGI=
h0A=
+fo=
yYE=
gUE=
2AA=
2ADcAA==
AA==
gf8=
`);

/** Files, and below patterns for them. */
export const files: readonly string[] = spaced(
  'a.txt b.txt ab.md .hidden a/b.txt a/c/d.txt a/c/.e c/ab.txt [x].txt a,b {x}.md -.txt',
);

/** Pieces of patterns of files; doublestar can't do empty braces and braces within braces, nor "*?" before é. */
export const fileGlobs: readonly string[] = spaced(
  String.raw`* ** ? a b c .txt .md / a/ **/ */ [ab] [a-c] [^a] [!a] {a,b} { } [ ] , . ./ \\[ \\* é - link [é-ü] [-] [a-] [] ~`,
);
