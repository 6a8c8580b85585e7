import {
  Diagnostics,
  depthOf,
  evaluate,
  type FunctionContext,
  markSensitive,
  objectValue,
  type Range,
  referencesIn,
  type Scope,
  unknownValue,
  type Value,
} from '@bake/hcl';
import type { LocalDeclaration, Template } from '../config/template.ts';
import * as messages from '../messages.ts';
import type { Answers } from '../services/answers.ts';
import { dependenciesOf, type Fault, literalNames, type Needs, type Node } from './dependencies.ts';
import { order } from './order.ts';
import { dataValue, type RootValues, rootScope, withNames } from './root-scope.ts';

/**
 * Gives the value of a `data` block whose references are all in `scope`. With errors among the
 * diagnostics it only checks the block.
 */
export type ReadData = (key: string, scope: Scope, diagnostics: Diagnostics) => Promise<Value>;

/** What evaluating locals and data sources needs. */
export interface Prerequisites {
  readonly template: Template;
  readonly variables: ReadonlyMap<string, Value>;
  readonly workingDir: string;
  readonly context: FunctionContext;
  readonly answers: Answers;
  readonly readData: ReadData;
  /** All data sources first, one after the other, then the locals, which data sources cannot see. */
  readonly sequential: boolean;
}

/**
 * Evaluates locals and data sources as one graph: everything after what it refers to, data sources that
 * do not wait for one another at the same time. What takes part in a cycle is reported and unknown.
 */
export async function evaluatePrerequisites(
  { template, variables, workingDir, context, answers, readData, sequential }: Prerequisites,
  diagnostics: Diagnostics,
): Promise<RootValues> {
  const needs = dependenciesOf(template, sequential);
  const nodesOf = (node: Node): readonly Node[] => needs.get(node)?.nodes ?? [];
  const { order: nodes, cycles } = order(needs.keys(), nodesOf);
  reportCycles(template, cycles, diagnostics);
  const cyclic = new Set(cycles.flat());

  const locals = placeholders(template.locals.keys());
  const data = dataPlaceholders(template);
  const values: RootValues = { variables, locals, data, root: template.root, workingDir };
  const root = rootScope(values, context);
  const pending = new Map<Node, Promise<void>>();
  // Data sources are read at the same time, and what is said of them still comes in one order.
  const said = new Map(nodes.map((node) => [node, faultsOf(needs.get(node))]));

  const compute = async (node: Node): Promise<void> => {
    const found = said.get(node) as Diagnostics;
    const dataNow = dataValue(data);
    if (node.startsWith('local.')) {
      const name = node.slice('local.'.length);
      const local = template.locals.get(name) as LocalDeclaration;
      const scope = withNames(root, { local: localsFor(name, local, locals), data: dataNow });
      const value = await answers.settled(found, (each) => localValue(local, scope, each));
      locals.set(name, value);
      return;
    }
    const scope = withNames(root, { local: { kind: 'object', entries: locals }, data: dataNow });
    const [type, name] = splitKey(node.slice('data.'.length));
    const value = await readData(`${type}.${name}`, scope, found);
    data.get(type)?.set(name, value);
  };

  const start = (node: Node, work: Promise<void>): void => {
    // A rejection is met at the end; until then Node would take it for one that nobody waits for.
    work.catch(() => {});
    pending.set(node, work);
  };

  try {
    for (const node of nodes) {
      if (cyclic.has(node)) continue;
      const waits = nodesOf(node).flatMap((needed) => pending.get(needed) ?? []);
      if (waits.length > 0)
        start(
          node,
          Promise.all(waits).then(() => compute(node)),
        );
      else if (node.startsWith('data.') && !sequential) start(node, compute(node));
      else await compute(node);
    }
  } finally {
    // One may throw, by a mistake in a plugin; the others still have to undo what they did.
    await Promise.allSettled(pending.values());
  }
  await Promise.all(pending.values());
  for (const [node, { list }] of said) {
    const faults = needs.get(node)?.faults ?? [];
    const isDeep = diagnostics.list.some(({ code }) => code === 'nested-too-deeply');
    diagnostics.add(
      ...list
        .filter(({ code, subject }) => isNews(code, subject, faults))
        // Of a long chain every so manieth is too deep again.
        .filter(({ code }) => !isDeep || code !== 'nested-too-deeply'),
    );
  }
  return values;
}

/** Diagnostics that begin with what is wrong with a node's references. */
function faultsOf(needs: Needs | undefined): Diagnostics {
  const diagnostics = new Diagnostics();
  diagnostics.add(...(needs?.faults ?? []).map((fault) => fault.diagnostic));
  return diagnostics;
}

/** What evaluation says of a reference that was already found to lead nowhere is no news. */
function isNews(code: string, subject: Range | undefined, faults: readonly Fault[]): boolean {
  return !faults.some(
    ({ range, diagnostic }) =>
      code !== diagnostic.code &&
      subject?.source === range.source &&
      range.start <= subject.start &&
      subject.end <= range.end,
  );
}

/** More levels than this in a value would exhaust the stack of whoever walks through it. */
const deepest = 500;

function localValue(local: LocalDeclaration, scope: Scope, diagnostics: Diagnostics): Value {
  const value = evaluate(local.expression, scope, diagnostics);
  if (depthOf(value) > deepest) {
    diagnostics.add(messages.nestedTooDeeply(local.name, deepest, local.expression.range));
    return unknownValue();
  }
  return local.sensitive ? markSensitive(value) : value;
}

/**
 * `local` as one of them sees it. A value never changes, and what is found out about one is kept (`typeOf`), so
 * each gets an object of its own over the map that grows; one that asks for all gets them without itself.
 */
function localsFor(name: string, asking: LocalDeclaration, all: ReadonlyMap<string, Value>): Value {
  const asksForAll = referencesIn(asking.expression).some(
    ({ root, path }) => root === 'local' && literalNames(path, 1).length === 0,
  );
  const entries = asksForAll ? new Map([...all].filter(([other]) => other !== name)) : all;
  return { kind: 'object', entries };
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
    const ofType = names.get(type);
    if (ofType === undefined) names.set(type, [name]);
    else ofType.push(name);
  }
  return new Map([...names].map(([type, ofType]) => [type, placeholders(ofType)]));
}

function splitKey(key: string): readonly [string, string] {
  const dot = key.indexOf('.');
  return [key.slice(0, dot), key.slice(dot + 1)];
}
