import { isIdentifier, type Scope, type Value } from '@bake/hcl';

/** Words that the console takes for itself. */
export const consoleWords = ['exit', 'help', 'variables'] as const;

/** What could stand at the end of a line, and the part of the line that it would replace. */
export type Completion = [candidates: string[], part: string];

const partPattern = /[\p{ID_Start}_][\p{ID_Continue}.-]*$/u;

/** Completes the name at the end of a line: a root, a function, a console word, or an attribute after a dot. */
export function complete(line: string, scope: Scope): Completion {
  const part = partPattern.exec(line)?.[0] ?? '';
  const before = line.slice(0, line.length - part.length);
  // After a dot or inside a number there is a name that only evaluation could tell.
  if (/[.\p{ID_Continue}]$/u.test(before)) return [[], part];
  const all = part.includes('.')
    ? attributes(part, scope)
    : names(part, before.trim() === '', scope);
  return [all.filter((name) => name.startsWith(part)), part];
}

function attributes(part: string, scope: Scope): readonly string[] {
  const [root, ...path] = part.split('.').slice(0, -1);
  let value = scope.variables.get(root as string);
  for (const name of path) value = entriesOf(value)?.get(name);
  const prefix = part.slice(0, part.lastIndexOf('.') + 1);
  return [...(entriesOf(value)?.keys() ?? [])].filter(isIdentifier).map((name) => prefix + name);
}

function names(part: string, isWholeLine: boolean, scope: Scope): readonly string[] {
  const roots = [...scope.variables.keys()].map((name) => `${name}.`);
  const words = isWholeLine ? consoleWords : [];
  // All functions at once would bury the rest.
  const functions = part === '' ? [] : (scope.functions?.names() ?? []).map((name) => `${name}(`);
  return [...roots, ...words, ...functions];
}

function entriesOf(value: Value | undefined): ReadonlyMap<string, Value> | undefined {
  if (value === undefined || value.sensitive) return undefined;
  return value.kind === 'object' || value.kind === 'map' ? value.entries : undefined;
}
