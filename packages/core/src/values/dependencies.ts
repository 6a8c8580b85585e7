import {
  type Diagnostic,
  type Range,
  type Reference,
  referencesIn,
  suggest,
  type Value,
} from '@bake/hcl';
import type { Template } from '../config/template.ts';
import * as messages from '../messages.ts';

/** A local or a data source. */
export type Node = `local.${string}` | `data.${string}`;

/** What a local or data source needs before it can be evaluated. */
export interface Needs {
  readonly nodes: readonly Node[];
  /** References that lead nowhere. */
  readonly faults: readonly Fault[];
}

/** What is wrong with a reference, and the whole of it. */
export interface Fault {
  readonly range: Range;
  readonly diagnostic: Diagnostic;
}

/**
 * The needs of every local and data source, data sources first if `sequential`: they cannot see locals
 * then.
 */
export function dependenciesOf(template: Template, sequential: boolean): ReadonlyMap<Node, Needs> {
  const names = { local: [...template.locals.keys()], data: [...template.data.keys()] };
  const locals = [...template.locals].map(([name, local]): [Node, Needs] => {
    const node: Node = `local.${name}`;
    const references = referencesIn(local.expression);
    return [node, needsOf(references, (reference) => needOf(node, reference, names))];
  });
  const data = [...template.data].map(([key, declaration]): [Node, Needs] => {
    const node: Node = `data.${key}`;
    const references = referencesIn(declaration.block.body);
    return [
      node,
      needsOf(references, (reference) =>
        sequential && reference.root === 'local'
          ? messages.localInSequentialData(node, reference.range)
          : needOf(node, reference, names),
      ),
    ];
  });
  return new Map(sequential ? [...data, ...locals] : [...locals, ...data]);
}

/** Names of all locals; of data sources `type.name`. */
interface Names {
  readonly local: readonly string[];
  readonly data: readonly string[];
}

function needsOf(
  references: readonly Reference[],
  need: (reference: Reference) => readonly Node[] | Diagnostic,
): Needs {
  const nodes = new Set<Node>();
  const faults: Fault[] = [];
  for (const reference of references) {
    const found = need(reference);
    if (isDiagnostic(found)) faults.push({ range: reference.range, diagnostic: found });
    else for (const node of found) nodes.add(node);
  }
  return { nodes: [...nodes], faults };
}

function isDiagnostic(found: readonly Node[] | Diagnostic): found is Diagnostic {
  return 'summary' in found;
}

/** The nodes that a reference needs, or what is wrong with it. */
function needOf(
  self: Node,
  { root, path, range }: Reference,
  names: Names,
): readonly Node[] | Diagnostic {
  if (root === 'local') {
    const [name] = literalNames(path, 1);
    // A computed name may mean any local but the one that asks, which would be a cycle for sure.
    if (name === undefined) {
      return names.local.map((one): Node => `local.${one}`).filter((node) => node !== self);
    }
    return found(self, 'local', name, names, range);
  }
  if (root !== 'data') return [];
  const parts = literalNames(path, 2);
  return parts.length < 2
    ? messages.incompleteDataReference(range)
    : found(self, 'data', parts.join('.'), names, range);
}

function found(
  self: Node,
  root: keyof Names,
  name: string,
  names: Names,
  range: Range,
): readonly Node[] | Diagnostic {
  if (names[root].includes(name)) return [`${root}.${name}`];
  // Where a name is missing the parser has said so.
  if (name.split('.').includes('')) return [];
  const similar = suggest(name, names[root]);
  const hint = similar === undefined ? undefined : `${root}.${similar}`;
  return messages.missingDependency(self, `${root}.${name}`, hint, range);
}

/** The first names of a path, up to the first that is computed. */
export function literalNames(path: Reference['path'], count: number): readonly string[] {
  const names: string[] = [];
  for (const part of path.slice(0, count)) {
    const name = typeof part === 'string' ? part : textOf(part.index);
    if (name === undefined) break;
    names.push(name);
  }
  return names;
}

function textOf(value: Value | undefined): string | undefined {
  return value?.kind === 'string' ? value.value : undefined;
}
