import {
  type Diagnostics,
  evaluate,
  type FunctionContext,
  markSensitive,
  objectValue,
  type Reference,
  referencesIn,
  type Scope,
  unknownValue,
  type Value,
} from '@bake/hcl';
import type { Template } from '../config/template.ts';
import * as messages from '../messages.ts';
import type { Answers } from '../services/answers.ts';
import { order } from './order.ts';
import { type RootValues, rootScope } from './root-scope.ts';

/** Gives the value of a `data` block whose references are all in `scope`. */
export type ReadData = (key: string, scope: Scope) => Promise<Value>;

type Node = `local.${string}` | `data.${string}`;

/**
 * Evaluates locals and data sources as one graph: everything after what it refers to, data sources that
 * do not wait for one another at the same time. What takes part in a cycle is reported and unknown.
 */
export async function evaluatePrerequisites(
  template: Template,
  variables: ReadonlyMap<string, Value>,
  workingDir: string,
  context: FunctionContext,
  answers: Answers,
  readData: ReadData,
  diagnostics: Diagnostics,
): Promise<RootValues> {
  const dependencies = dependenciesOf(template);
  const { order: nodes, cycles } = order(
    dependencies.keys(),
    (node) => dependencies.get(node) ?? [],
  );
  reportCycles(template, cycles, diagnostics);
  const cyclic = new Set(cycles.flat());

  const locals = placeholders(template.locals.keys());
  const data = dataPlaceholders(template);
  const values: RootValues = { variables, locals, data, root: template.root, workingDir };
  const scope = rootScope(values, context);
  const pending = new Map<Node, Promise<void>>();

  const compute = async (node: Node): Promise<void> => {
    if (node.startsWith('local.')) {
      const name = node.slice('local.'.length);
      const value = await answers.settled(diagnostics, (found) =>
        localValue(template, name, scope, found),
      );
      locals.set(name, value);
      return;
    }
    const [type, name] = splitKey(node.slice('data.'.length));
    const value = await readData(`${type}.${name}`, scope);
    data.get(type)?.set(name, value);
  };

  const start = (node: Node, work: Promise<void>): void => {
    // A rejection is met at the end; until then Node would take it for one that nobody waits for.
    work.catch(() => {});
    pending.set(node, work);
  };

  for (const node of nodes) {
    if (cyclic.has(node)) continue;
    const waits = (dependencies.get(node) ?? []).flatMap((needed) => pending.get(needed) ?? []);
    if (waits.length > 0)
      start(
        node,
        Promise.all(waits).then(() => compute(node)),
      );
    else if (node.startsWith('data.')) start(node, compute(node));
    else await compute(node);
  }
  await Promise.all(pending.values());
  return values;
}

function localValue(
  template: Template,
  name: string,
  scope: Scope,
  diagnostics: Diagnostics,
): Value {
  const local = template.locals.get(name);
  if (local === undefined) return unknownValue();
  const value = evaluate(local.expression, scope, diagnostics);
  return local.sensitive ? markSensitive(value) : value;
}

function dependenciesOf(template: Template): ReadonlyMap<Node, readonly Node[]> {
  const all = new Map<Node, readonly Node[]>();
  const names = { local: new Set(template.locals.keys()), data: new Set(template.data.keys()) };
  for (const [name, local] of template.locals) {
    const node: Node = `local.${name}`;
    all.set(node, nodesOf(node, referencesIn(local.expression), names));
  }
  for (const [key, declaration] of template.data) {
    const node: Node = `data.${key}`;
    all.set(node, nodesOf(node, referencesIn(declaration.block.body), names));
  }
  return all;
}

interface Names {
  readonly local: ReadonlySet<string>;
  /** `type.name` */
  readonly data: ReadonlySet<string>;
}

/** The nodes that a node's references need. */
function nodesOf(node: Node, references: readonly Reference[], names: Names): readonly Node[] {
  const nodes = references.flatMap(({ root, path }): readonly Node[] => {
    if (root === 'local') return matching(node, 'local', names.local, literalNames(path, 1), 1);
    if (root === 'data') return matching(node, 'data', names.data, literalNames(path, 2), 2);
    return [];
  });
  return [...new Set(nodes)];
}

/** The first names of a path, up to the first that is computed. */
function literalNames(path: Reference['path'], count: number): readonly string[] {
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

/**
 * Nodes that a reference may mean: the one it names, or, when a name is computed (`local[var.x]`), all
 * that it could be, but not the one that asks, which would be a cycle for sure.
 */
function matching(
  self: Node,
  root: keyof Names,
  keys: ReadonlySet<string>,
  names: readonly string[],
  wanted: number,
): readonly Node[] {
  const key = names.join('.');
  if (names.length === wanted) return keys.has(key) ? [`${root}.${key}`] : [];
  const nodes = [...keys]
    .filter((candidate) => candidate.startsWith(key))
    .map((candidate): Node => `${root}.${candidate}`);
  return nodes.filter((node) => node !== self);
}

function reportCycles(
  template: Template,
  cycles: readonly (readonly Node[])[],
  diagnostics: Diagnostics,
): void {
  for (const cycle of cycles) {
    const first = cycle[0] as Node;
    const subject = first.startsWith('local.')
      ? template.locals.get(first.slice('local.'.length))?.range
      : template.data.get(first.slice('data.'.length))?.block.header;
    if (subject !== undefined) diagnostics.add(messages.dependencyCycle(cycle, subject));
  }
}

/** Unknown values under these names, in name order; setting one later keeps the order. */
function placeholders(names: Iterable<string>): Map<string, Value> {
  return new Map(objectValue([...names].map((name) => [name, unknownValue()] as const)).entries);
}

function dataPlaceholders(template: Template): Map<string, Map<string, Value>> {
  const names = new Map<string, string[]>();
  for (const { type, name } of template.data.values()) {
    names.set(type, [...(names.get(type) ?? []), name]);
  }
  return new Map([...names].map(([type, ofType]) => [type, placeholders(ofType)]));
}

function splitKey(key: string): readonly [string, string] {
  const dot = key.indexOf('.');
  return [key.slice(0, dot), key.slice(dot + 1)];
}
