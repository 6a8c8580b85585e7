import { Diagnostics } from '../diagnostic.ts';
import { itemsBySchema, syntaxExpression } from '../json/by-schema.ts';
import type { Attribute, Block, Body, Expression, Label } from '../syntax/ast.ts';
import { ConversionFailure, convert } from '../value/convert.ts';
import { stringType } from '../value/type.ts';
import { objectValue, typeOf, unknownValue, type Value, withMarksOf } from '../value/value.ts';
import * as messages from './dynamic-messages.ts';
import { evaluate } from './evaluate.ts';
import { isIterable, keyedElementsOf } from './loop.ts';
import type { Scope } from './scope.ts';
import { shownValues } from './shown-values.ts';

/** A body after its `dynamic` blocks have been expanded. */
export interface ScopedBody {
  readonly body: Body;
  /** Attributes and blocks in source order; blocks that `dynamic` made stand where it stood. */
  readonly items: readonly ScopedItem[];
}

/** One attribute or block, with the scope that its expressions are evaluated in. */
export interface ScopedItem {
  readonly item: Attribute | Block;
  readonly scope: Scope;
  /**
   * True for a block whose `for_each` is not known: it stands for any number of blocks. Its content can
   * be checked, but all of them together are an unknown.
   */
  readonly isUnknown?: true;
  /** True for a block whose `for_each` is a secret: so is everything in it, and how many there are. */
  readonly isSensitive?: true;
  /** True for a block in which `dynamic` is a block type as any other. */
  readonly isStatic?: true;
}

/**
 * Expands the `dynamic` blocks of a body, not those inside its blocks: call it again for the body of
 * each block that the decoder goes into, with the item's scope. Mistakes are reported, and the block
 * left out.
 */
export function expandDynamic(body: Body, scope: Scope, diagnostics: Diagnostics): ScopedBody {
  const own = itemsBySchema(body.items, dynamicBlocks, diagnostics);
  const items = own.flatMap((item): readonly ScopedItem[] =>
    item.kind === 'block' && item.type.name === 'dynamic'
      ? expand(item, scope, diagnostics)
      : [{ item, scope }],
  );
  return { body, items };
}

const dynamicBlocks = { blocks: { dynamic: { labels: ['type'] } } };

function expand(block: Block, scope: Scope, diagnostics: Diagnostics): readonly ScopedItem[] {
  const found = new Diagnostics();
  const spec = readSpec(block, found);
  const items = spec === undefined ? [] : produce(spec, scope, found);
  diagnostics.add(...found.list);
  return items;
}

/** What a `dynamic` block says. */
interface Spec {
  readonly block: Block;
  readonly type: Label;
  readonly forEach: Expression;
  readonly iterator: string;
  readonly labels: readonly Expression[];
  readonly content: Block;
}

/** `undefined` when it does not say enough, which is reported. */
function readSpec(block: Block, diagnostics: Diagnostics): Spec | undefined {
  const [type, extra] = block.labels;
  if (type === undefined || extra !== undefined) {
    diagnostics.error(messages.wrongDynamicLabels(block));
    return undefined;
  }
  const items = itemsBySchema(block.body.items, contentBlocks, diagnostics);
  const attributes = attributesOf(items, diagnostics);
  const forEach = attributes.get('for_each')?.value;
  // A name that is not known may be this one misspelled.
  if (forEach === undefined && !diagnostics.hasErrors) {
    diagnostics.error(messages.missingForEach(block));
  }
  const iterator = iteratorOf(type, attributes.get('iterator'), diagnostics);
  const labels = labelsOf(attributes.get('labels')?.value, diagnostics);
  const content = contentOf(block, items, diagnostics);
  if (forEach === undefined || content === undefined || diagnostics.hasErrors) return undefined;
  return { block, type, forEach, iterator, labels, content };
}

const contentBlocks = { blocks: { content: { labels: [] } } };

const argumentNames = ['for_each', 'iterator', 'labels'];

function attributesOf(
  items: readonly (Attribute | Block)[],
  diagnostics: Diagnostics,
): ReadonlyMap<string, Attribute> {
  const attributes = new Map<string, Attribute>();
  for (const item of items) {
    if (item.kind !== 'attribute') continue;
    if (argumentNames.includes(item.name.name)) attributes.set(item.name.name, item);
    else diagnostics.error(messages.unknownDynamicArgument(item, argumentNames));
  }
  return attributes;
}

function contentOf(
  block: Block,
  items: readonly (Attribute | Block)[],
  diagnostics: Diagnostics,
): Block | undefined {
  const blocks = items.filter((item): item is Block => item.kind === 'block');
  const [first, second] = blocks.filter(({ type }) => type.name === 'content');
  for (const { type } of blocks) {
    if (type.name !== 'content') diagnostics.error(messages.notContent(type));
  }
  if (blocks.length === 0) diagnostics.error(messages.missingContent(block));
  if (first !== undefined && first.labels.length > 0)
    diagnostics.error(messages.labelledContent(first));
  if (second !== undefined) diagnostics.error(messages.extraContent(second));
  return first;
}

function iteratorOf(
  type: Label,
  attribute: Attribute | undefined,
  diagnostics: Diagnostics,
): string {
  if (attribute === undefined) return type.value;
  const iterator = syntaxExpression(attribute, diagnostics);
  if (iterator.kind === 'variable') return iterator.name;
  diagnostics.error(messages.invalidIterator(iterator));
  return type.value;
}

function labelsOf(labels: Expression | undefined, diagnostics: Diagnostics): readonly Expression[] {
  if (labels === undefined) return [];
  if (labels.kind === 'tuple') return labels.items;
  diagnostics.error(messages.labelsNotList(labels));
  return [];
}

function produce(spec: Spec, scope: Scope, diagnostics: Diagnostics): readonly ScopedItem[] {
  const value = evaluate(spec.forEach, scope, diagnostics);
  if (diagnostics.hasErrors) return [];
  const type = typeOf(value);
  if (value.kind === 'null' || !isIterable(type)) {
    const problem = messages.invalidForEach(spec.forEach, value);
    diagnostics.error({ ...problem, values: shownValues(spec.forEach, scope) });
    return [];
  }
  const secret: Pick<ScopedItem, 'isSensitive'> = value.sensitive ? { isSensitive: true } : {};
  const elements = keyedElementsOf(value);
  if (elements === undefined) {
    const item = produceOne(spec, unknownValue(), unknownValue(), scope, diagnostics);
    return item === undefined ? [] : [{ ...item, ...secret, isUnknown: true }];
  }
  const items: ScopedItem[] = [];
  for (const [key, element] of elements) {
    const [itsKey, itsValue] = [withMarksOf(key, value), withMarksOf(element, value)];
    const item = produceOne(spec, itsKey, itsValue, scope, diagnostics);
    // A label that fails for one element mostly fails for all; once is enough to say so.
    if (item === undefined && diagnostics.hasErrors) return [];
    if (item !== undefined) items.push({ ...item, ...secret });
  }
  return items;
}

function produceOne(
  spec: Spec,
  key: Value,
  value: Value,
  scope: Scope,
  diagnostics: Diagnostics,
): ScopedItem | undefined {
  const iterator = objectValue({ key, value });
  const child: Scope = { variables: new Map([[spec.iterator, iterator]]), parent: scope };
  const labels: Label[] = [];
  for (const expression of spec.labels) {
    const label = labelFrom(expression, child, diagnostics);
    if (label === undefined) return undefined;
    labels.push(label);
  }
  return { item: blockOf(spec, labels), scope: child };
}

function blockOf({ block, type, content }: Spec, labels: readonly Label[]): Block {
  return {
    kind: 'block',
    type: { kind: 'identifier', name: type.value, range: type.range },
    labels,
    open: content.open,
    body: content.body,
    close: content.close,
    header: block.header,
    range: content.range,
    madeBy: block,
  };
}

function labelFrom(
  expression: Expression,
  scope: Scope,
  diagnostics: Diagnostics,
): Label | undefined {
  const found = new Diagnostics();
  const value = labelText(evaluate(expression, scope, found));
  diagnostics.add(...found.list);
  if (found.hasErrors) return undefined;
  if (value?.kind === 'string' && !value.sensitive) {
    return { kind: 'label', value: value.value, quoted: true, range: expression.range };
  }
  // What is not known yet can be checked when it is.
  if (value?.kind === 'unknown') return undefined;
  const problem = messages.invalidDynamicLabel(expression, value);
  diagnostics.error({ ...problem, values: shownValues(expression, scope) });
  return undefined;
}

function labelText(value: Value): Value | undefined {
  try {
    return convert(value, stringType);
  } catch (error) {
    if (error instanceof ConversionFailure) return undefined;
    throw error;
  }
}
