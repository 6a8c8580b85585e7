import { type Source, type Token, tokensOf } from '@bake/hcl';

/** A block around a place, as far as it is written. */
export interface BlockStep {
  readonly type: string;
  readonly labels: readonly string[];
}

/** The word that is being typed: everything of it before the place. */
export interface Word {
  readonly start: number;
  readonly text: string;
}

/** Where in a template something is being typed, told from the text before it alone. */
export type Place = {
  /** The blocks around it, from the outermost in. */
  readonly blocks: readonly BlockStep[];
  readonly word: Word;
} & (
  | { /** An argument or a block begins. */ readonly kind: 'item' }
  | {
      /** In a label of a block. */
      readonly kind: 'label';
      readonly type: string;
      /** Those before it. */
      readonly labels: readonly string[];
    }
  | {
      /** In the text of a string. */
      readonly kind: 'text';
      readonly argument: string;
    }
  | {
      /** In an expression. */
      readonly kind: 'value';
      readonly argument: string;
      /** The names before the word: of `data.http.` these are `data` and `http`. `undefined` when it is no plain name. */
      readonly chain: readonly string[] | undefined;
    }
);

type FrameKind = 'body' | 'object' | 'list' | 'call' | 'text' | 'sequence';

/** What is open at some place: a file, a bracket, a quote. */
interface Frame {
  readonly kind: FrameKind;
  readonly step?: BlockStep;
  /** Where its text begins. */
  readonly start: number;
  /** What stands in it since the last comma or line break that ends an item. */
  item: Part[];
}

interface Part {
  readonly kind: Token['kind'] | 'string';
  readonly text: string;
  readonly start: number;
}

/** The place at an offset; `undefined` in a comment and where nothing can be said. */
export function placeAt(source: Source, offset: number): Place | undefined {
  const text = source.text.slice(0, offset);
  const tokens = tokensOf({ name: source.name, text });
  if (isInComment(text, tokens)) return undefined;
  const frames = framesOf(text, tokens);
  const top = frames.at(-1) as Frame;
  if (top.kind === 'text') return inText(text, frames);
  return inCode(offset, frames);
}

/** Between tokens stand only spaces and comments. */
function isInComment(text: string, tokens: readonly Token[]): boolean {
  const last = tokens.findLast(({ start, end }) => end > start);
  const rest = text.slice(last?.end ?? 0).trim();
  return rest !== '' && !rest.endsWith('*/');
}

function framesOf(text: string, tokens: readonly Token[]): readonly Frame[] {
  const frames: Frame[] = [{ kind: 'body', start: 0, item: [] }];
  for (const token of tokens) {
    const top = frames.at(-1) as Frame;
    const opened = frameFor(token, top);
    if (opened !== undefined) frames.push(opened);
    else if (token.kind in closed) {
      // One at the end stands for what lacks there.
      if (token.start < text.length) close(frames, token, text);
    } else if (endsItem(token, top)) top.item = [];
    else if (token.kind !== 'endOfFile' && token.kind !== 'newline') {
      top.item.push(partOf(token, text));
    }
  }
  return frames;
}

const closed: Readonly<Partial<Record<Token['kind'], readonly FrameKind[]>>> = {
  closeBrace: ['body', 'object'],
  closeBracket: ['list'],
  closeParen: ['call'],
  closeQuote: ['text'],
  closeHeredoc: ['text'],
  closeSequence: ['sequence'],
};

function frameFor(token: Token, top: Frame): Frame | undefined {
  const start = token.end;
  switch (token.kind) {
    case 'openBrace':
      return opensBlock(top)
        ? { kind: 'body', step: stepOf(top.item), start, item: [] }
        : { kind: 'object', start, item: [] };
    case 'openBracket':
      return { kind: 'list', start, item: [] };
    case 'openParen':
      return { kind: 'call', start, item: [] };
    case 'openQuote':
    case 'openHeredoc':
      return { kind: 'text', start, item: [] };
    case 'openInterpolation':
    case 'openDirective':
      return { kind: 'sequence', start, item: [] };
    default:
      return undefined;
  }
}

function opensBlock({ kind, item }: Frame): boolean {
  return kind === 'body' && item.length > 0 && !item.some((part) => part.kind === 'equal');
}

function stepOf([type, ...labels]: readonly Part[]): BlockStep {
  return { type: type?.text ?? '', labels: labels.map(({ text }) => text) };
}

/** Closes what the token belongs to, with all inside it that was left open. */
function close(frames: Frame[], token: Token, text: string): void {
  const kinds = closed[token.kind] ?? [];
  const index = frames.findLastIndex(({ kind }, at) => at > 0 && kinds.includes(kind));
  const frame = frames[index];
  if (frame === undefined) return;
  frames.length = index;
  const top = frames.at(-1) as Frame;
  const { kind, start } = frame;
  if (kind === 'body') top.item = [];
  else if (kind === 'text') {
    top.item.push({ kind: 'string', text: text.slice(start, token.start), start });
  } else top.item.push(partOf(token, text));
}

function endsItem({ kind }: Token, { kind: frame }: Frame): boolean {
  if (kind === 'newline') return frame === 'body' || frame === 'object';
  return kind === 'comma' && frame !== 'body';
}

function partOf({ kind, start, end }: Token, text: string): Part {
  return { kind, text: text.slice(start, end), start };
}

function blocksOf(frames: readonly Frame[]): readonly BlockStep[] {
  return frames.flatMap(({ step }) => step ?? []);
}

/** The argument of the innermost body that is being written. */
function argumentOf(frames: readonly Frame[]): string | undefined {
  const body = frames.findLast(({ kind }) => kind === 'body');
  const [name, equal] = body?.item ?? [];
  return equal?.kind === 'equal' ? name?.text : undefined;
}

function inText(text: string, frames: readonly Frame[]): Place | undefined {
  const { start } = frames.at(-1) as Frame;
  const blocks = blocksOf(frames);
  const own = text.slice(start);
  const sequence = own.lastIndexOf('${');
  if (sequence > own.lastIndexOf('}')) return inSequence(text, start + sequence + 2, frames);
  const word = { start, text: own };
  const argument = argumentOf(frames);
  if (argument !== undefined) return { kind: 'text', blocks, word, argument };
  const parent = frames.at(-2);
  const [type, ...labels] = parent?.kind === 'body' ? parent.item : [];
  if (type === undefined) return undefined;
  return { kind: 'label', blocks, word, type: type.text, labels: labels.map((one) => one.text) };
}

/** An interpolation in a heredoc that has no end yet: the lexer takes all of that for plain text. */
function inSequence(text: string, start: number, frames: readonly Frame[]): Place | undefined {
  const inner = text.slice(start);
  const item = tokensOf({ name: '', text: inner })
    .filter((token) => token.start < token.end)
    .map((token) => ({ ...partOf(token, inner), start: start + token.start }));
  const frame: Frame = { kind: 'sequence', start, item };
  return inCode(text.length, [...frames, frame]);
}

function inCode(offset: number, frames: readonly Frame[]): Place | undefined {
  const top = frames.at(-1) as Frame;
  const last = top.item.at(-1);
  const isTyped = last?.kind === 'identifier' && last.start + last.text.length === offset;
  const word = isTyped ? { start: last.start, text: last.text } : { start: offset, text: '' };
  const before = isTyped ? top.item.slice(0, -1) : top.item;
  const blocks = blocksOf(frames);
  if (top.kind === 'body' && before.length === 0) return { kind: 'item', blocks, word };
  const argument = argumentOf(frames);
  if (argument === undefined || isKey(top, before)) return undefined;
  return { kind: 'value', blocks, word, argument, chain: chainOf(before) };
}

function isKey({ kind }: Frame, before: readonly Part[]): boolean {
  return (
    kind === 'object' && !before.some((part) => part.kind === 'equal' || part.kind === 'colon')
  );
}

/** The names right before a dot at the end: none without one, `undefined` when they follow something else. */
function chainOf(parts: readonly Part[]): readonly string[] | undefined {
  const names: string[] = [];
  let at = parts.length - 1;
  while (parts[at]?.kind === 'dot') {
    const name = parts[at - 1];
    if (name?.kind !== 'identifier') return undefined;
    names.unshift(name.text);
    at -= 2;
  }
  return names;
}
