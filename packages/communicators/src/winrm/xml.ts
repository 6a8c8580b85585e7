/** An element of an XML document. Names are without their prefix: what we read uses none twice. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** All text directly in it. */
  readonly text: string;
}

/** What was read is no XML. */
export class XmlError extends Error {
  override readonly name = 'XmlError';
}

interface OpenElement extends XmlElement {
  readonly children: XmlElement[];
  text: string;
}

/** What the parts of `token` found. */
interface Token {
  readonly open?: string;
  readonly attributes?: string;
  /** A slash if the element is empty. */
  readonly empty?: string;
  readonly close?: string;
  readonly data?: string;
  readonly text?: string;
}

const comment = String.raw`<!--[\s\S]*?-->|<\?[\s\S]*?\?>`;
const data = String.raw`<!\[CDATA\[(?<data>[\s\S]*?)\]\]>`;
const close = String.raw`</(?<close>[^\s<>]+)\s*>`;
const value = `(?:"[^"<]*"|'[^'<]*')`;
const open = String.raw`<(?<open>[^\s<>/!?]+)(?<attributes>(?:\s+[^\s=<>/]+\s*=\s*${value})*)\s*(?<empty>/?)>`;
const token = new RegExp(`${comment}|${data}|${close}|${open}|(?<text>[^<]+)`, 'y');

/** Reads a document, without DTD. Throws an `XmlError`. */
export function parseXml(text: string): XmlElement {
  const document: OpenElement = { name: '', attributes: {}, children: [], text: '' };
  const path = [document];
  for (const piece of tokens(text)) take(piece, path);
  const [root] = document.children;
  if (path.length !== 1) throw new XmlError('a document that is cut short');
  if (root === undefined || document.children.length > 1 || document.text.trim() !== '') {
    throw new XmlError('no document with one element');
  }
  return root;
}

/** Adds a piece to the innermost open element, or opens or closes one. */
function take(piece: Token, path: OpenElement[]): void {
  const parent = path.at(-1) as OpenElement;
  const { open: opened, close: closed } = piece;
  if (opened !== undefined) {
    const element = openElement(opened, piece.attributes ?? '');
    parent.children.push(element);
    if (piece.empty === '') path.push(element);
  } else if (closed !== undefined) {
    if (localName(closed) !== parent.name) throw new XmlError('tags that do not match');
    path.pop();
  } else {
    parent.text += piece.data ?? decode(piece.text ?? '');
  }
}

function* tokens(text: string): Generator<Token> {
  // A byte order mark may come first.
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  while (at < text.length) {
    token.lastIndex = at;
    const match = token.exec(text);
    if (match === null) throw new XmlError(`no XML at character ${at + 1}`);
    at = token.lastIndex;
    yield match.groups ?? {};
  }
}

function openElement(name: string, attributes: string): OpenElement {
  const pairs = attributes.matchAll(/([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g);
  const entries = [...pairs].map(([, key = '', quoted, single]) => [
    localName(key),
    decode(quoted ?? single ?? ''),
  ]);
  return {
    name: localName(name),
    attributes: Object.fromEntries(entries),
    children: [],
    text: '',
  };
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

const entities: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  apos: "'",
};

function decode(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(\w+));/gi, (whole, hex, decimal, name) => {
    if (name !== undefined) return entities[name] ?? whole;
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

/** The first element of this name in it, at any depth, in the order of the document. */
export function findElement(element: XmlElement, name: string): XmlElement | undefined {
  for (const child of element.children) {
    const found = child.name === name ? child : findElement(child, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Whether XML can hold this text at all: most control characters have no place in it. */
export function fitsXml(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  return !/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|\p{Surrogate}/u.test(text);
}

/** Text as it stands between tags or quotes. */
export function escapeXml(text: string): string {
  return text.replace(/[<>&"\r]/g, (char) => `&#${char.charCodeAt(0)};`);
}
