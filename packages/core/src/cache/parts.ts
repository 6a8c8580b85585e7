import type { KeyedHash } from './keyed-hash.ts';

/** What something depends on: what each part is called (`option "inline"`), and a keyed hash of it. */
export type Parts = Readonly<Record<string, string>>;

/** The parts of values by name; what is not set is none. */
export function partsOf(
  kind: string,
  values: Readonly<Record<string, unknown>>,
  hash: KeyedHash,
): Parts {
  return Object.fromEntries(
    Object.entries(values)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [`${kind} "${name}"`, hash.of(name, sorted(value))]),
  );
}

/** A keyed hash over all parts, in whatever order they are. */
export function hashOf(parts: Parts, hash: KeyedHash): string {
  return hash.of(sorted(parts));
}

/** Says how parts differ from what they were: `option "inline" has changed`; empty if they do not. */
export function differences(now: Parts, before: Parts): string {
  const names = [...new Set([...Object.keys(now), ...Object.keys(before)])].sort();
  const say = (verb: [string, string], isSo: (name: string) => boolean): readonly string[] => {
    const list = names.filter(isSo);
    return list.length === 0 ? [] : [`${enumerated(list)} ${verb[list.length === 1 ? 0 : 1]}`];
  };
  return [
    ...say(['has changed', 'have changed'], (name) =>
      Boolean(now[name] && before[name] && now[name] !== before[name]),
    ),
    ...say(['is new', 'are new'], (name) => !before[name]),
    ...say(['is gone', 'are gone'], (name) => !now[name]),
  ].join(', ');
}

function enumerated(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/** Objects with their names in order, so that equal values are equal texts. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, part]) => [name, sorted(part)]));
}
