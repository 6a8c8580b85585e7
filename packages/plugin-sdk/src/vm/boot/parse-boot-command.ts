import { parseDuration } from '../../duration.ts';

/** The keys that a boot command calls by a name, in small letters. */
export const specialKeys = [
  'bs',
  'del',
  'down',
  'end',
  'enter',
  'esc',
  'f1',
  'f2',
  'f3',
  'f4',
  'f5',
  'f6',
  'f7',
  'f8',
  'f9',
  'f10',
  'f11',
  'f12',
  'home',
  'insert',
  'left',
  'leftalt',
  'leftctrl',
  'leftmeta',
  'leftshift',
  'leftsuper',
  'menu',
  'pagedown',
  'pageup',
  'return',
  'right',
  'rightalt',
  'rightctrl',
  'rightmeta',
  'rightshift',
  'rightsuper',
  'spacebar',
  'tab',
  'up',
] as const;

/** The name of a key that prints nothing. */
export type SpecialKey = (typeof specialKeys)[number];

/** A key: one that prints a character (one code point), or one with a name. */
export type BootKey =
  | { readonly kind: 'character'; readonly character: string }
  | { readonly kind: 'special'; readonly name: SpecialKey };

/** What is done with a key: pressed and let go, held from now on, or let go. */
export type KeyAction = 'press' | 'hold' | 'release';

/** One thing to do; `offset` is where it stands in the text, in UTF-16 units. */
export type BootAction =
  | { readonly kind: 'wait'; readonly milliseconds: number; readonly offset: number }
  | {
      readonly kind: 'key';
      readonly key: BootKey;
      readonly action: KeyAction;
      readonly offset: number;
    };

/** Something in a boot command that is wrong, or a `slip`: probably not what was meant. */
export interface BootProblem {
  readonly kind: 'error' | 'slip';
  readonly summary: string;
  readonly detail: string;
  readonly offset: number;
}

/** What a boot command says. */
export interface BootCommand {
  readonly actions: readonly BootAction[];
  readonly problems: readonly BootProblem[];
}

const unit = '(?:ns|us|µs|ms|s|m|h)';
const integer = '(?:0|[1-9]\\d*)';
const wait = new RegExp(`<wait((?:-?${integer}(?:\\.\\d+)?${unit})+|${integer})?>`, 'y');
const toggle = /<(.)(on|off)>/isuy;
const special = new RegExp(`<(${specialKeys.join('|')})(on|off)?>`, 'iy');
const bracketed = /<([a-z]+[\d.a-z]*)>/iy;

/**
 * Reads a boot command in Packer's key language (plugin SDK, `bootcommand`): `<wait>`, `<wait5>` and
 * `<wait1m30s>` pause, `<enter>` and the other `specialKeys` press a key, `<leftShiftOn>`, `<aOff>` hold
 * one and let it go. All else is typed as it stands, also `<what is no key>`. Pure; never throws.
 */
export function parseBootCommand(text: string): BootCommand {
  const actions: BootAction[] = [];
  const problems: BootProblem[] = [];
  let offset = 0;
  while (offset < text.length) {
    const [length, action, problem] = readAction(text, offset);
    if (action !== undefined) actions.push(action);
    if (problem !== undefined) problems.push(problem);
    offset += length;
  }
  return { actions, problems };
}

type Reading = readonly [length: number, action?: BootAction | undefined, problem?: BootProblem];

function readAction(text: string, offset: number): Reading {
  return (
    readWait(text, offset) ??
    readToggle(text, offset) ??
    readSpecial(text, offset) ??
    readCharacter(text, offset)
  );
}

function readWait(text: string, offset: number): Reading | undefined {
  const [all, amount] = matchAt(wait, text, offset);
  if (all === undefined) return undefined;
  const milliseconds = millisecondsOf(amount);
  if (milliseconds > 0) return [all.length, { kind: 'wait', milliseconds, offset }];
  const problem: BootProblem = {
    kind: 'error',
    summary: `"${all}" does not wait`,
    detail: 'Write a length of time that is greater than zero, such as <wait5s>, or leave it out.',
    offset,
  };
  return [all.length, undefined, problem];
}

function millisecondsOf(amount: string | undefined): number {
  if (amount === undefined) return 1000;
  if (/^\d+$/.test(amount)) return Number(amount) * 1000;
  // As Go reads durations, a sign stands at the front alone: what has one further on is none.
  return parseDuration(amount) ?? 0;
}

function readToggle(text: string, offset: number): Reading | undefined {
  const [all, character, state] = matchAt(toggle, text, offset);
  if (all === undefined || character === undefined) return undefined;
  const key: BootKey = { kind: 'character', character };
  return [all.length, { kind: 'key', key, action: actionOf(state), offset }];
}

function readSpecial(text: string, offset: number): Reading | undefined {
  const [all, name, state] = matchAt(special, text, offset);
  if (all === undefined || name === undefined) return undefined;
  const key: BootKey = { kind: 'special', name: name.toLowerCase() as SpecialKey };
  return [all.length, { kind: 'key', key, action: actionOf(state), offset }];
}

function readCharacter(text: string, offset: number): Reading {
  const character = String.fromCodePoint(text.codePointAt(offset) as number);
  const action: BootAction = {
    kind: 'key',
    key: { kind: 'character', character },
    action: 'press',
    offset,
  };
  const slip = character === '<' ? slipAt(text, offset) : undefined;
  return slip === undefined ? [character.length, action] : [character.length, action, slip];
}

function actionOf(state: string | undefined): KeyAction {
  if (state === undefined) return 'press';
  return state.toLowerCase() === 'on' ? 'hold' : 'release';
}

/** What looks like a key and is none, such as `<entre>` or `<wait05>`. */
function slipAt(text: string, offset: number): BootProblem | undefined {
  const [all, inside] = matchAt(bracketed, text, offset);
  const meant = inside === undefined ? undefined : keyLike(inside);
  if (meant === undefined) return undefined;
  return {
    kind: 'slip',
    summary: `"${all}" is no key and is typed as it stands`,
    detail: `Did you mean ${meant}?`,
    offset,
  };
}

function keyLike(inside: string): string | undefined {
  if (/^wait/i.test(inside)) return '<wait>, <wait5> or <wait1m30s>';
  const [, stem = '', state = ''] = /^(.*?)(on|off)?$/i.exec(inside) ?? [];
  const word = stem.toLowerCase();
  if (word.length < 3) return undefined;
  const near = synonyms[word] ?? specialKeys.find((name) => isOneSlipAway(word, name));
  return near && `<${near}${state}>`;
}

/** Names that other programs give to keys. */
const synonyms: Readonly<Record<string, SpecialKey>> = {
  alt: 'leftalt',
  backspace: 'bs',
  control: 'leftctrl',
  ctrl: 'leftctrl',
  delete: 'del',
  escape: 'esc',
  pgdn: 'pagedown',
  pgup: 'pageup',
  shift: 'leftshift',
  space: 'spacebar',
  super: 'leftsuper',
  win: 'leftsuper',
};

/** One letter too many, too few or wrong, or two that changed places. */
function isOneSlipAway(word: string, name: string): boolean {
  if (name.length < 3 || Math.abs(word.length - name.length) > 1) return false;
  let start = 0;
  while (start < word.length && word[start] === name[start]) start += 1;
  const [a, b] = [word.slice(start), name.slice(start)];
  const swapped = `${a[1] ?? ''}${a[0] ?? ''}${a.slice(2)}`;
  return a.slice(1) === b.slice(1) || a.slice(1) === b || a === b.slice(1) || swapped === b;
}

function matchAt(pattern: RegExp, text: string, offset: number): readonly (string | undefined)[] {
  pattern.lastIndex = offset;
  return pattern.exec(text) ?? [];
}
