import type { TextCodec } from './text-codec.ts';

/** Sets of characters, by the escape sequences that lead to them. */
type CharacterSet = 'ascii' | 'katakana' | 'jis0208' | 'jis0212';

const escapes: readonly (readonly [text: string, set: CharacterSet])[] = [
  ['\x1b(B', 'ascii'],
  ['\x1b(J', 'ascii'],
  ['\x1b(I', 'katakana'],
  ['\x1b$@', 'jis0208'],
  ['\x1b$B', 'jis0208'],
  ['\x1b$(D', 'jis0212'],
];

/** ISO-2022-JP, which has the characters of EUC-JP behind escape sequences instead of in bytes with the highest bit. */
export function iso2022jpCodec(eucJp: TextCodec): TextCodec {
  return {
    decode: (bytes) => {
      const parts = segments(Buffer.from(bytes).toString('latin1')).map(([text, set]) =>
        decoded(text, set, eucJp),
      );
      return parts.includes(undefined) ? undefined : parts.join('');
    },
    encode: (text) => encoded(text, eucJp),
  };
}

/** The text between escape sequences, with its set of characters. */
function segments(text: string): readonly (readonly [string, CharacterSet])[] {
  const found: [string, CharacterSet][] = [['', 'ascii']];
  for (let rest = text; rest !== ''; ) {
    const sequence = escapes.find(([start]) => rest.startsWith(start));
    const last = found.at(-1);
    if (sequence !== undefined) found.push(['', sequence[1]]);
    else if (last !== undefined) last[0] += rest.charAt(0);
    rest = rest.slice(sequence?.[0].length ?? 1);
  }
  return found;
}

function decoded(text: string, set: CharacterSet, eucJp: TextCodec): string | undefined {
  if ([...text].some((each) => each === '\x1b' || each >= '\x80')) return undefined;
  if (set === 'ascii') return text;
  const high = Array.from(Buffer.from(text), (byte) => byte | 0x80);
  if (set === 'katakana')
    return eucJp.decode(Uint8Array.from(high.flatMap((byte) => [0x8e, byte])));
  if (set === 'jis0208') return eucJp.decode(Uint8Array.from(high));
  return eucJp.decode(
    Uint8Array.from(high.flatMap((byte, index) => (index % 2 === 0 ? [0x8f, byte] : [byte]))),
  );
}

function encoded(text: string, eucJp: TextCodec): Uint8Array | undefined {
  let result = '';
  let set: CharacterSet = 'ascii';
  const goTo = (next: CharacterSet, sequence: string): void => {
    if (set !== next) result += sequence;
    set = next;
  };
  for (const character of text) {
    const bytes = eucJp.encode(character);
    // Three bytes would be of a set that is read, but never written.
    if (bytes === undefined || bytes.length > 2) return undefined;
    const [first = 0, second] = bytes;
    if (second === undefined) goTo('ascii', '\x1b(B');
    else if (first === 0x8e) goTo('katakana', '\x1b(I');
    else goTo('jis0208', '\x1b$B');
    const written = first === 0x8e ? bytes.subarray(1) : bytes;
    result += String.fromCharCode(...Array.from(written, (byte) => byte & 0x7f));
  }
  goTo('ascii', '\x1b(B');
  return Buffer.from(result, 'latin1');
}
