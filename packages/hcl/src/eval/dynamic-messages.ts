import type { Attribute, Block, Expression, Identifier } from '../syntax/ast.ts';
import type { Value } from '../value/value.ts';
import { hint, kindOf, type Problem, problem } from './problem.ts';

/** What the expansion of `dynamic` blocks can complain about. */

export function wrongDynamicLabels(block: Block): Problem {
  const [, extra] = block.labels;
  return problem(
    'invalid-dynamic-labels',
    extra === undefined ? 'Missing name for dynamic' : 'Extraneous label for dynamic',
    'A dynamic block has one label, the type of the blocks that it makes, as in dynamic "boot_disk" { ... }.',
    extra?.range ?? block.type.range,
    block.header,
  );
}

export function missingForEach(block: Block): Problem {
  return problem(
    'missing-argument',
    'Missing required argument',
    'A dynamic block needs "for_each": the collection for each of whose elements it makes a block.',
    block.header,
  );
}

export function unknownDynamicArgument(attribute: Attribute, names: readonly string[]): Problem {
  const name = attribute.name.name;
  return problem(
    'unsupported-argument',
    'Unsupported argument',
    `A dynamic block has no argument "${name}".${hint(name, names)} What is to be in the blocks that it makes belongs into its "content" block.`,
    attribute.name.range,
    attribute.range,
  );
}

export function notContent(type: Identifier): Problem {
  return problem(
    'unsupported-block-type',
    'Unsupported block type',
    `Only a "content" block can stand in a dynamic block. Put "${type.name}" into that.`,
    type.range,
  );
}

export function missingContent(block: Block): Problem {
  return problem(
    'missing-dynamic-content',
    'Missing dynamic content block',
    'A dynamic block needs a "content" block that says what is in each of the blocks that it makes.',
    block.header,
  );
}

export function extraContent(block: Block): Problem {
  return problem(
    'extra-dynamic-content',
    'Extraneous dynamic content block',
    'A dynamic block has only one "content" block. Remove this one, or put both together.',
    block.header,
  );
}

export function labelledContent(block: Block): Problem {
  return problem(
    'extra-dynamic-content-label',
    'Extraneous label for content',
    'A "content" block has no labels. The labels of the blocks to be made go into "labels" of the dynamic block.',
    block.header,
  );
}

export function invalidIterator(iterator: Expression): Problem {
  return problem(
    'invalid-dynamic-iterator',
    'Invalid dynamic iterator name',
    'The iterator is the bare name under which the content uses the current element, as in iterator = disk.',
    iterator.range,
  );
}

export function labelsNotList(labels: Expression): Problem {
  return problem(
    'invalid-dynamic-labels',
    'Invalid dynamic block labels',
    'The labels must be written out as a list: labels = [each.key].',
    labels.range,
  );
}

export function invalidForEach(forEach: Expression, value: Value): Problem {
  return problem(
    'invalid-dynamic-for-each',
    'Invalid dynamic for_each value',
    `This is ${kindOf(value)}. A collection is needed, for each of whose elements a block is made.`,
    forEach.range,
  );
}

/** `value` is what the label came to, `undefined` when it could not even become text. */
export function invalidDynamicLabel(label: Expression, value: Value | undefined): Problem {
  return problem(
    'invalid-dynamic-label',
    'Invalid dynamic block label',
    `A label must be text, and ${labelReason(value)}.`,
    label.range,
  );
}

function labelReason(value: Value | undefined): string {
  if (value === undefined) return 'this cannot be turned into one';
  if (value.kind === 'null') return 'this is null';
  return value.kind === 'unknown'
    ? 'this is not known yet'
    : 'this is a secret, which a label would show';
}
