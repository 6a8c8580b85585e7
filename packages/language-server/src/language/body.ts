import { parseSourceReference } from '@bake/core';
import {
  type BlockReference,
  type ComponentReference,
  type OptionReference,
  type ReferenceKind,
  templateBlocks,
} from '@bake/core/reference';
import type { BlockStep } from '../syntax/place.ts';

/** What may stand in a body. Options whose type is `block` or `blocks` are blocks. */
export interface Body {
  readonly options: readonly OptionReference[];
  readonly blocks: readonly BlockReference[];
  /** In a `dynamic` block: what it makes, and in which body. */
  readonly made?: { readonly body: Body; readonly step: BlockStep };
}

/** Gives what a component's schema says; `undefined` when there is none such. */
export type Describe = (
  kind: ReferenceKind,
  name: string,
) => Promise<ComponentReference | undefined>;

const file: Body = { options: [], blocks: templateBlocks };

/** What may stand inside blocks within one another; `undefined` when one of them is not known. */
export async function bodyIn(
  steps: readonly BlockStep[],
  describe: Describe,
): Promise<Body | undefined> {
  let body: Body | undefined = file;
  for (const step of steps) {
    body = body && (await inner(body, step, describe));
  }
  return body;
}

/** The block that a step is, where the body has one of that name. */
export function blockOf(body: Body, { type }: BlockStep): BlockReference | undefined {
  return body.blocks.find(({ name }) => name === type);
}

/** All options of a component, those of its connection last. */
export function optionsOf(component: ComponentReference | undefined): readonly OptionReference[] {
  if (component === undefined) return [];
  return [...component.options, ...component.communicatorOptions];
}

/** The component that a block's labels name. */
export function componentOf(
  block: BlockReference,
  { labels }: BlockStep,
  describe: Describe,
): Promise<ComponentReference | undefined> {
  const [label = ''] = labels;
  if (block.component !== undefined) return describe(block.component, label);
  // A source inside a build names one of the template.
  const isUse = block.name === 'source' && block.labels.length === 1;
  const used = isUse ? parseSourceReference(label) : undefined;
  return used === undefined ? Promise.resolve(undefined) : describe('builders', used.type);
}

async function inner(body: Body, step: BlockStep, describe: Describe): Promise<Body | undefined> {
  if (step.type === 'dynamic') {
    const made = { type: step.labels[0] ?? '', labels: [] };
    return { options: dynamicArguments, blocks: [content], made: { body, step: made } };
  }
  if (step.type === 'content' && body.made !== undefined) {
    return inner(body.made.body, body.made.step, describe);
  }
  const block = blockOf(body, step);
  if (block !== undefined) {
    const component = await componentOf(block, step, describe);
    return { options: [...block.arguments, ...optionsOf(component)], blocks: block.blocks };
  }
  const option = body.options.find(({ name }) => name === step.type);
  return option?.body && { options: option.body, blocks: [] };
}

function argument(name: string, type: string, doc: string, isRequired = false): OptionReference {
  return { name, type, doc, isRequired, isSecret: false };
}

const dynamicArguments = [
  argument('for_each', 'any', 'A collection: each of its elements makes one block.', true),
  argument('iterator', 'any', 'Another name for the element; without it, it is that of the block.'),
  argument('labels', 'list(string)', 'Labels of the blocks.'),
];

const content: BlockReference = {
  name: 'content',
  doc: 'What stands in each of the blocks, which may refer to `NAME.key` and `NAME.value`.',
  labels: [],
  arguments: [],
  blocks: [],
};

/** Makes blocks out of a collection; it may stand wherever other blocks do, but not at the top of a file. */
export const dynamicBlock: BlockReference = {
  name: 'dynamic',
  doc: 'Makes one block for each element of a collection.',
  labels: ['block'],
  arguments: dynamicArguments,
  blocks: [content],
};
