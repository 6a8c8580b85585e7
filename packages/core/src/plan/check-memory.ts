import {
  type Block,
  containsSensitive,
  type Diagnostic,
  type Range,
  type Reference,
  referencesIn,
  sameValue,
  textOf,
  type Value,
} from '@bake/hcl';
import type { SourceDeclaration, Template } from '../config/template.ts';
import { literalNames } from '../values/dependencies.ts';
import { dataValue, type RootValues } from '../values/root-scope.ts';
import type { BuildBlock } from './build-block.ts';

/** What was said of a build block, and all that it depends on inside the template. */
interface Remembered {
  readonly block: Block;
  readonly sources: readonly SourceDeclaration[];
  readonly references: readonly Reference[];
  /** Of each reference, when it was checked. */
  readonly values: readonly (Value | undefined)[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * What checks of one template have found out about its build blocks. What a check reads outside the template (files,
 * plugins) it takes to be as it was: make another memory when that may have changed.
 */
export class CheckMemory {
  /** By the block's text. */
  #remembered: ReadonlyMap<string, Remembered> = new Map();
  #kept = new Map<string, Remembered>();

  /** Parts the build blocks of a template into those to be checked and those of which is known what there is to say. */
  recall(
    template: Template,
    values: RootValues,
  ): { readonly fresh: readonly Block[]; readonly recalled: readonly Diagnostic[] } {
    this.#kept = new Map();
    const fresh: Block[] = [];
    const recalled: Diagnostic[] = [];
    for (const block of template.builds) {
      const text = textOf(block.range);
      const known = this.#remembered.get(text);
      const sources = known && sourcesNow(known, template);
      if (known === undefined || sources === undefined || !hasSameValues(known, values)) {
        fresh.push(block);
        continue;
      }
      this.#kept.set(text, known);
      const moves = [
        { from: known.block.range, to: block.range },
        ...sources.map((to, index) => ({
          from: rangeOfSource(known.sources[index]),
          to: to.block.range,
        })),
      ];
      recalled.push(...known.diagnostics.map((said) => moved(said, moves)));
    }
    return { fresh, recalled };
  }

  /** Takes note of what was said of the blocks that were fresh. */
  keep(
    template: Template,
    blocks: readonly BuildBlock[],
    values: RootValues,
    said: readonly Diagnostic[],
  ): void {
    const placed = new Set<Diagnostic>();
    for (const block of blocks) {
      const sources = [...new Set(block.sources.map(({ declaration }) => declaration))];
      const places = [block.block, ...sources.map((source) => source.block)];
      const own = saidIn(places, said);
      for (const one of own) placed.add(one);
      // Registries of all builds are checked together. What lacks may be declared elsewhere, and a name like it may go.
      const isFinal = !own.some(({ severity }) => severity === 'error');
      if (isFinal && block.registries.length === 0) this.#note(places, sources, own, values);
    }
    for (const one of saidIn(template.registries, said)) placed.add(one);
    // What is said of another file may be due to any of them.
    this.#remembered = said.every((one) => placed.has(one)) ? this.#kept : new Map();
  }

  #note(
    places: readonly Block[],
    sources: readonly SourceDeclaration[],
    diagnostics: readonly Diagnostic[],
    now: RootValues,
  ): void {
    const block = places[0] as Block;
    const references = places.flatMap(({ body }) => referencesIn(body));
    const values = references.map((reference) => valueAt(reference, now));
    this.#kept.set(textOf(block.range), { block, sources, references, values, diagnostics });
  }
}

/** The sources of the block as they are now; `undefined` when one of them is not what it was. */
function sourcesNow(
  { sources }: Remembered,
  template: Template,
): readonly SourceDeclaration[] | undefined {
  const now = sources.map(({ type, name }) => template.sources.get(`${type}.${name}`));
  const isSame = now.every(
    (one, index) => one && textOf(one.block.range) === textOf(rangeOfSource(sources[index])),
  );
  return isSame ? (now as readonly SourceDeclaration[]) : undefined;
}

function rangeOfSource(source: SourceDeclaration | undefined): Range {
  return (source as SourceDeclaration).block.range;
}

function hasSameValues({ references, values }: Remembered, now: RootValues): boolean {
  return references.every((reference, index) => {
    const [before, after] = [values[index], valueAt(reference, now)];
    if (before === undefined || after === undefined) return before === after;
    return sameValue(before, after) && containsSensitive(before) === containsSensitive(after);
  });
}

/** What a reference to a variable, local or data source leads to, or all of a kind where its name is computed. */
function valueAt({ root, path }: Reference, now: RootValues): Value | undefined {
  if (root === 'data') return dataOf(literalNames(path, 2), now);
  if (root !== 'var' && root !== 'local') return undefined;
  const entries = root === 'var' ? now.variables : now.locals;
  const [name] = literalNames(path, 1);
  return name === undefined ? { kind: 'object', entries } : entries.get(name);
}

function dataOf([type, name]: readonly string[], { data }: RootValues): Value | undefined {
  if (type === undefined) return dataValue(data);
  const entries = data.get(type);
  if (entries === undefined) return undefined;
  return name === undefined ? { kind: 'object', entries } : entries.get(name);
}

function saidIn(places: readonly Block[], said: readonly Diagnostic[]): readonly Diagnostic[] {
  return said.filter(({ subject }) => places.some(({ range }) => isIn(subject, range)));
}

function isIn(part: Range | undefined, whole: Range): boolean {
  if (part === undefined || part.source !== whole.source) return false;
  return whole.start <= part.start && part.end <= whole.end;
}

/** How far a block of the same text is from where it was. */
interface Move {
  readonly from: Range;
  readonly to: Range;
}

function moved(said: Diagnostic, moves: readonly Move[]): Diagnostic {
  const { subject, context } = said;
  return {
    ...said,
    ...(subject && { subject: movedRange(subject, moves) }),
    ...(context && { context: movedRange(context, moves) }),
  };
}

function movedRange(range: Range, moves: readonly Move[]): Range {
  const found = moves.find(({ from }) => isIn(range, from));
  if (found === undefined) return range;
  const { from, to } = found;
  const distance = to.start - from.start;
  return { source: to.source, start: range.start + distance, end: range.end + distance };
}
