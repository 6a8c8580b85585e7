/**
 * Encodings by the names that IANA has for them: the usual one first, then the others. They are those of
 * golang.org/x/text, which Packer asks.
 */
const names = `
UTF-8 csUTF8
UTF-16LE csUTF16LE
UTF-16BE csUTF16BE
UTF-16 csUTF16
US-ASCII ANSI_X3.4-1968 ANSI_X3.4-1986 cp367 csASCII IBM367 iso-ir-6 ISO646-US ISO_646.irv:1991 us
ISO-8859-1 ISO_8859-1:1987 ISO_8859-1 cp819 csISOLatin1 IBM819 iso-ir-100 l1 latin1
ISO-8859-2 ISO_8859-2:1987 ISO_8859-2 csISOLatin2 iso-ir-101 l2 latin2
ISO-8859-3 ISO_8859-3:1988 ISO_8859-3 csISOLatin3 iso-ir-109 l3 latin3
ISO-8859-4 ISO_8859-4:1988 ISO_8859-4 csISOLatin4 iso-ir-110 l4 latin4
ISO-8859-5 ISO_8859-5:1988 ISO_8859-5 csISOLatinCyrillic cyrillic iso-ir-144
ISO-8859-6 ISO_8859-6:1987 ISO_8859-6 arabic ASMO-708 csISOLatinArabic ECMA-114 iso-ir-127
ISO-8859-6-E ISO_8859-6-E csISO88596E
ISO-8859-6-I ISO_8859-6-I csISO88596I
ISO-8859-7 ISO_8859-7:1987 ISO_8859-7 csISOLatinGreek ECMA-118 ELOT_928 greek greek8 iso-ir-126
ISO-8859-8 ISO_8859-8:1988 ISO_8859-8 csISOLatinHebrew hebrew iso-ir-138
ISO-8859-8-E ISO_8859-8-E csISO88598E
ISO-8859-8-I ISO_8859-8-I csISO88598I
ISO-8859-9 ISO_8859-9:1989 ISO_8859-9 csISOLatin5 iso-ir-148 l5 latin5
ISO-8859-10 ISO_8859-10:1992 csISOLatin6 iso-ir-157 l6 latin6
ISO-8859-13 csISO885913
ISO-8859-14 ISO_8859-14:1998 ISO_8859-14 csISO885914 iso-celtic iso-ir-199 l8 latin8
ISO-8859-15 ISO_8859-15 csISO885915 Latin-9
ISO-8859-16 ISO_8859-16:2001 ISO_8859-16 csISO885916 iso-ir-226 l10 latin10
windows-874 cswindows874
windows-1250 cswindows1250
windows-1251 cswindows1251
windows-1252 cswindows1252
windows-1253 cswindows1253
windows-1254 cswindows1254
windows-1255 cswindows1255
windows-1256 cswindows1256
windows-1257 cswindows1257
windows-1258 cswindows1258
KOI8-R csKOI8R
KOI8-U csKOI8U
macintosh csMacintosh mac
IBM437 437 cp437 csPC8CodePage437
IBM850 850 cp850 csPC850Multilingual
IBM852 852 cp852 csPCp852
IBM855 855 cp855 csIBM855
IBM00858 CCSID00858 CP00858 csIBM00858 PC-Multilingual-850+euro
IBM860 860 cp860 csIBM860
IBM862 862 cp862 csPC862LatinHebrew
IBM863 863 cp863 csIBM863
IBM865 865 cp865 csIBM865
IBM866 866 cp866 csIBM866
IBM037 cp037 csIBM037 ebcdic-cp-ca ebcdic-cp-nl ebcdic-cp-us ebcdic-cp-wt
IBM1047 IBM-1047 csIBM1047
IBM01140 CCSID01140 CP01140 csIBM01140 ebcdic-us-37+euro
GBK CP936 csGBK MS936 windows-936
GB18030 csGB18030
HZ-GB-2312
Big5 csBig5
EUC-JP Extended_UNIX_Code_Packed_Format_for_Japanese csEUCPkdFmtJapanese
Shift_JIS MS_Kanji csShiftJIS
ISO-2022-JP csISO2022JP
EUC-KR csEUCKR
`
  .trim()
  .split('\n')
  .map((line) => line.split(' '));

const byAlias = new Map(
  names.flatMap(([usual = '', ...others]) =>
    [usual, ...others].map((name) => [name.toLowerCase(), usual] as const),
  ),
);

/** The usual names of all encodings. */
export const encodingNames: readonly string[] = names.map(([usual = '']) => usual);

/** The usual name of an encoding, by any of its names in any case; `undefined` for one that is not known. */
export function usualEncodingName(name: string): string | undefined {
  return byAlias.get(name.trim().toLowerCase());
}
