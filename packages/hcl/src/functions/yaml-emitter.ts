/**
 * Writes YAML in block style, character for character as libyaml's emitter does (which Go's YAML
 * packages are made from): strings in double quotes, folded past 80 columns, or as literal blocks.
 */
export class YamlEmitter {
  #text = '';
  #column = 0;
  #indent = -1;
  /** The last character written was a space, or begins a line. */
  #afterSpace = true;
  /** Only indentation and block indicators stand in the line so far. */
  #inIndentation = true;
  /** The document has to be closed by `...` to show where it ends. */
  #isOpenEnded = false;

  /** What was written, as a whole document. */
  finish(): string {
    this.#newLine();
    return this.#isOpenEnded ? `${this.#text}...\n` : this.#text;
  }

  /** `true`, `1`, `null`, `[]`, `{}`. A bare scalar that is the whole document leaves it open-ended. */
  plain(text: string, isOpenEnded: boolean): void {
    this.#separate();
    this.#write(text);
    this.#isOpenEnded = isOpenEnded;
  }

  /** `- a`; inside a mapping the items stand no deeper than its keys. */
  sequence(isInMapping: boolean, items: readonly (() => void)[]): void {
    const isAtKeyLevel = isInMapping && !this.#inIndentation && this.#indent >= 0;
    this.#indented(isAtKeyLevel ? this.#indent : this.#deeper(0), () => {
      for (const writeItem of items) {
        this.#newLine();
        this.#indicator('-');
        writeItem();
      }
    });
  }

  /** `"a": 1`; a key that is long or has several lines stands behind a question mark. */
  mapping(entries: readonly (readonly [key: string, writeValue: () => void])[]): void {
    this.#indented(this.#deeper(0), () => {
      for (const [key, writeValue] of entries) {
        this.#newLine();
        if (isSimpleKey(key)) {
          this.#quoted(key, false);
          this.#write(':');
        } else {
          this.#indicator('?');
          this.string(key);
          this.#newLine();
          this.#indicator(':');
        }
        writeValue();
      }
    });
  }

  /** A literal block where there are several lines that one can hold, else double quotes. */
  string(text: string): void {
    this.#indented(this.#deeper(2), () => {
      if (text.includes('\n') && canBeLiteral(text)) this.#literal(text);
      else this.#quoted(text, true);
    });
  }

  #quoted(text: string, mayFold: boolean): void {
    this.#separate();
    this.#write('"');
    const characters = [...text];
    let wasSpace = false;
    for (const [index, character] of characters.entries()) {
      const isInside = index > 0 && index < characters.length - 1;
      const isFold = character === ' ' && mayFold && !wasSpace && this.#column > 80 && isInside;
      if (isFold) {
        this.#newLine();
        // A space at the start of a line would be taken for indentation.
        if (characters[index + 1] === ' ') this.#write('\\');
      } else {
        this.#write(isBare(character) ? character : escaped(character));
      }
      wasSpace = character === ' ';
    }
    this.#write('"');
  }

  #literal(text: string): void {
    const isBlankFirst = text.startsWith(' ') || isBreak(text.charAt(0));
    const trailing = isBreak(text.at(-1) ?? '') ? (isBreak(text.at(-2) ?? '\n') ? '+' : '') : '-';
    this.#separate();
    this.#write(`|${isBlankFirst ? '2' : ''}${trailing}`);
    this.#break('\n');
    for (const piece of text.match(/[\n\u2028\u2029]|[^\n\u2028\u2029]+/g) ?? []) {
      if (isBreak(piece)) {
        this.#break(piece);
      } else {
        if (this.#column === 0) this.#newLine();
        this.#write(piece);
      }
    }
  }

  /** `first` is where it starts when nothing is indented yet. */
  #deeper(first: number): number {
    return this.#indent < 0 ? first : this.#indent + 2;
  }

  #indented(indent: number, write: () => void): void {
    const before = this.#indent;
    this.#indent = indent;
    write();
    this.#indent = before;
  }

  #indicator(indicator: string): void {
    const wasInIndentation = this.#inIndentation;
    this.#separate();
    this.#write(indicator);
    this.#inIndentation = wasInIndentation;
  }

  #separate(): void {
    if (!this.#afterSpace) this.#write(' ');
  }

  #newLine(): void {
    const indent = Math.max(0, this.#indent);
    const isPast = this.#column > indent || (this.#column === indent && !this.#afterSpace);
    if (!this.#inIndentation || isPast) this.#break('\n');
    const missing = Math.max(0, indent - this.#column);
    this.#text += ' '.repeat(missing);
    this.#column += missing;
    this.#afterSpace = true;
    this.#inIndentation = true;
  }

  #break(text: string): void {
    this.#text += text;
    this.#column = 0;
    this.#afterSpace = true;
    this.#inIndentation = true;
  }

  #write(text: string): void {
    this.#text += text;
    this.#column += [...text].length;
    this.#afterSpace = text === ' ';
    this.#inIndentation = false;
    this.#isOpenEnded = false;
  }
}

/** One line of at most 128 bytes. */
function isSimpleKey(key: string): boolean {
  return !/[\n\r\x85\u2028\u2029]/.test(key) && Buffer.byteLength(key) <= 128;
}

/** Nothing that would have to be escaped, and no space at the end of a line. */
function canBeLiteral(text: string): boolean {
  return (
    [...text].every((character) => isPrintable(character)) && !/ (?:[\n\u2028\u2029]|$)/.test(text)
  );
}

function isBreak(character: string): boolean {
  return /^[\n\u2028\u2029]$/.test(character);
}

function isBare(character: string): boolean {
  return isPrintable(character) && !isBreak(character) && character !== '"' && character !== '\\';
}

/** What libyaml takes for printable: nothing past U+FFFF, no byte order mark, no tab. */
function isPrintable(character: string): boolean {
  return /^[\n\x20-\x7e\xa0-\ufefe\uff00-\ufffd]$/.test(character);
}

const shortEscapes: Readonly<Record<string, string>> = {
  '\0': '0',
  '\x07': 'a',
  '\b': 'b',
  '\t': 't',
  '\n': 'n',
  '\v': 'v',
  '\f': 'f',
  '\r': 'r',
  '\x1b': 'e',
  '"': '"',
  '\\': '\\',
  '\x85': 'N',
  '\u2028': 'L',
  '\u2029': 'P',
};

function escaped(character: string): string {
  const short = shortEscapes[character];
  if (short !== undefined) return `\\${short}`;
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase();
  if (code.length <= 2) return `\\x${code.padStart(2, '0')}`;
  return code.length <= 4 ? `\\u${code.padStart(4, '0')}` : `\\U${code.padStart(8, '0')}`;
}
