import { FunctionFailure } from './define-function.ts';
import { encodingNames, usualEncodingName } from './encoding-names.ts';
import { multiByteCodec } from './multi-byte-codec.ts';
import { singleByteCodec } from './single-byte-codec.ts';
import type { TextCodec } from './text-codec.ts';
import { unicodeCodecs } from './unicode-codec.ts';

/** The text's bytes in the encoding with this IANA name. Throws `FunctionFailure`, which blames argument 1 for the name. */
export function encodeText(text: string, encoding: string): Uint8Array {
  const bytes = codecOf(encoding).encode(text);
  if (bytes !== undefined) return bytes;
  throw new FunctionFailure(`The text has a character that "${encoding}" can't represent.`, 0);
}

/** The text that the bytes are in the encoding with this IANA name. Throws `FunctionFailure`, which blames argument 1 for the name. */
export function decodeText(bytes: Uint8Array, encoding: string): string {
  const text = codecOf(encoding).decode(bytes);
  // Packer takes the replacement character, also where it is written, for a sign that something was not.
  if (text !== undefined && !text.includes('\ufffd')) return text;
  throw new FunctionFailure(`The bytes are not text in "${encoding}".`, 0);
}

function codecOf(encoding: string): TextCodec {
  const name = usualEncodingName(encoding);
  if (name !== undefined) {
    return unicodeCodecs.get(name) ?? multiByteCodec(name) ?? singleByteCodec(name);
  }
  const known = encodingNames.join(', ');
  throw new FunctionFailure(`There is no encoding "${encoding}" here. There are: ${known}.`, 1);
}
