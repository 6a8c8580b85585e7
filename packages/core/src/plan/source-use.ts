import {
  type Attribute,
  type Block,
  type Body,
  Diagnostics,
  decodeItems,
  type Expression,
  evaluate,
  isIdentifier,
  type Range,
  type Scope,
  type ScopedItem,
  stringType,
  suggest,
  type Value,
  withValues,
} from '@bake/hcl';
import { literalString } from '../config/literal.ts';
import type { SourceDeclaration } from '../config/template.ts';
import { tryConvert } from '../config/try-convert.ts';
import * as messages from '../messages.ts';
import { type Iterators, iteratorsOf } from './build-facts.ts';
import { argument } from './meta-arguments.ts';
import type { BuildReading } from './planning.ts';
import { parseSourceReference, type SourceReference } from './source-reference.ts';

/** A source as a build uses it. */
export interface SourceUse {
  readonly declaration: SourceDeclaration;
  readonly localName: string;
  /**
   * What the build adds to the source's body, `dynamic` not expanded: expressions in it may use
   * `source.*`. Absent for a source that is only listed.
   */
  readonly extra?: { readonly body: Body; readonly iterators: Iterators };
}

/** Sources of the `sources` list. Items are evaluated one by one, so that each has a place to point at. */
export function listedSources(
  plain: readonly ScopedItem[],
  planning: BuildReading,
): readonly (SourceUse | undefined)[] {
  return plain.flatMap(({ item, scope }) => {
    if (item.kind !== 'attribute' || item.name.name !== 'sources') return [];
    const { value } = item;
    const parts = value.kind === 'tuple' ? value.items : [value];
    return parts.flatMap((part) => listedIn(part, part !== value, scope, planning));
  });
}

/** The sources that an expression names: one item of a list that is written out, or a whole list. */
function listedIn(
  expression: Expression,
  isItem: boolean,
  scope: Scope,
  planning: BuildReading,
): readonly (SourceUse | undefined)[] {
  // What is wrong with the list as a whole was said when it was decoded.
  const value = evaluate(expression, scope, new Diagnostics());
  if (value.kind === 'null' && !isItem) return [];
  const names = 'items' in value ? value.items : [value];
  const found = new Diagnostics();
  const sources = names.map((name) =>
    listedSource(name, expression.range, { ...planning, diagnostics: found }),
  );
  planning.diagnostics.add(...found.list.map((one) => withValues(one, expression, scope)));
  return sources;
}

/** `undefined` for one that is not known yet, or is none. */
function listedSource(name: Value, range: Range, planning: BuildReading): SourceUse | undefined {
  if (name.kind === 'null') planning.diagnostics.add(messages.nullSource(range));
  const text = textOf(tryConvert(name, stringType));
  if (text === undefined) return undefined;
  const reference = parseSourceReference(text);
  if (reference === undefined || ![reference.type, reference.name].every(isIdentifier)) {
    planning.diagnostics.add(messages.invalidSourceReference(text, range));
    return undefined;
  }
  const declaration = findSource(reference, range, planning);
  return declaration && { declaration, localName: declaration.name };
}

/** A `source "reference" { ... }` inside a build. */
export function usedSource(
  block: Block,
  scope: Scope,
  planning: BuildReading,
): SourceUse | undefined {
  const label = block.labels[0];
  const { diagnostics } = planning;
  const { body } = block;
  const nameItem = body.items.find(
    (item) => item.kind === 'attribute' && item.name.name === 'name',
  );
  const attribute = nameItem?.kind === 'attribute' ? nameItem : undefined;
  const iterators = iteratorsOf(scope, planning.scope);
  const localName = localNameFrom(attribute, iterators, diagnostics);
  if (label === undefined) return undefined;
  const reference = parseSourceReference(label.value);
  if (reference === undefined) {
    diagnostics.add(messages.invalidSourceReference(label.value, label.range));
    return undefined;
  }
  const declaration = findSource(reference, label.range, planning);
  if (declaration === undefined) return undefined;
  const extra = {
    body: { ...body, items: body.items.filter((item) => item !== nameItem) },
    iterators,
  };
  return { declaration, localName: localName ?? declaration.name, extra };
}

/** A literal, or made of the iterators of `dynamic` blocks around it: nothing else is known so early. */
function localNameFrom(
  attribute: Attribute | undefined,
  iterators: Iterators,
  diagnostics: Diagnostics,
): string | undefined {
  const names = new Map(Object.entries(iterators));
  if (attribute === undefined || names.size === 0) return literalString(attribute, diagnostics);
  const scoped = [{ item: attribute, scope: { variables: names } }];
  const schema = { attributes: { name: argument(stringType) }, blocks: {} };
  const decoded = decodeItems(scoped, schema, attribute.range, diagnostics);
  return textOf(decoded.attributes.get('name')?.value);
}

function findSource(
  reference: SourceReference,
  range: Range,
  { template, diagnostics }: BuildReading,
): SourceDeclaration | undefined {
  const key = `${reference.type}.${reference.name}`;
  const declaration = template.sources.get(key);
  if (declaration === undefined) {
    const similar = suggest(key, [...template.sources.keys()]);
    diagnostics.add(messages.unknownSource(key, similar && `source.${similar}`, range));
  }
  return declaration;
}

function textOf(value: Value | undefined): string | undefined {
  return value?.kind === 'string' ? value.value : undefined;
}
