import {
  anyType,
  type BodySchema,
  boolType,
  type DecodedBody,
  type Diagnostics,
  decodeItems,
  listOf,
  numberType,
  type ObjectValue,
  type Range,
  rangeAt,
  type ScopedItem,
  stringType,
  type Type,
  toDouble,
  type Value,
} from '@bake/hcl';
import { parseDuration } from '@bake/plugin-sdk';
import * as messages from '../messages.ts';

/** Which sources of a build a component is for; names are `type.name`. */
export interface SourceFilter {
  readonly only: readonly string[];
  readonly except: readonly string[];
}

/** Arguments that core reads from a provisioner block itself (core-behaviour, section 3.6). */
export interface ProvisionerArguments extends SourceFilter {
  readonly name: string | undefined;
  /** Options by local source name. */
  readonly override: ObjectValue | undefined;
  /** Where `override` stands. */
  readonly overrideRange: Range;
  readonly pauseBefore: number | undefined;
  readonly timeout: number | undefined;
  readonly maxRetries: number;
  readonly continueOnError: boolean;
}

/** Arguments that core reads from a post-processor block itself. */
export interface PostProcessorArguments extends SourceFilter {
  readonly name: string | undefined;
  readonly keepInput: boolean | undefined;
}

const filters = { name: stringType, only: listOf(stringType), except: listOf(stringType) };

const provisionerTypes: Readonly<Record<string, Type>> = {
  ...filters,
  override: anyType,
  pause_before: stringType,
  timeout: stringType,
  max_retries: numberType,
  continue_on_error: boolType,
};

const postProcessorTypes: Readonly<Record<string, Type>> = {
  ...filters,
  keep_input_artifact: boolType,
};

/** The items of a block split into what core reads and what the component does. */
export interface SplitItems {
  readonly own: readonly ScopedItem[];
  readonly component: readonly ScopedItem[];
}

/** Splits the items of a provisioner block. */
export function splitProvisioner(items: readonly ScopedItem[]): SplitItems {
  return split(items, provisionerTypes);
}

/** Splits the items of a post-processor block. */
export function splitPostProcessor(items: readonly ScopedItem[]): SplitItems {
  return split(items, postProcessorTypes);
}

/** Evaluates a provisioner's meta-arguments. */
export function readProvisionerArguments(
  own: readonly ScopedItem[],
  owner: Range,
  diagnostics: Diagnostics,
): ProvisionerArguments {
  const decoded = decodeItems(own, schemaOf(provisionerTypes), owner, diagnostics);
  return {
    ...readFilter(decoded, diagnostics),
    name: textOf(valueAt(decoded, 'name')),
    override: readOverride(decoded, diagnostics),
    overrideRange: rangeAt(decoded, 'override'),
    pauseBefore: readDuration(decoded, 'pause_before', diagnostics),
    timeout: readDuration(decoded, 'timeout', diagnostics),
    maxRetries: readRetries(decoded, diagnostics),
    continueOnError: boolOf(valueAt(decoded, 'continue_on_error')) ?? false,
  };
}

/** Evaluates a post-processor's meta-arguments. */
export function readPostProcessorArguments(
  own: readonly ScopedItem[],
  owner: Range,
  diagnostics: Diagnostics,
): PostProcessorArguments {
  const decoded = decodeItems(own, schemaOf(postProcessorTypes), owner, diagnostics);
  return {
    ...readFilter(decoded, diagnostics),
    name: textOf(valueAt(decoded, 'name')),
    keepInput: boolOf(valueAt(decoded, 'keep_input_artifact')),
  };
}

/** Whether a component with this filter works on the source `type.name`. */
export function appliesTo(filter: SourceFilter, source: string): boolean {
  if (filter.only.length > 0) return filter.only.includes(source);
  return !filter.except.includes(source);
}

function split(items: readonly ScopedItem[], types: Readonly<Record<string, Type>>): SplitItems {
  const isOwn = ({ item }: ScopedItem): boolean =>
    item.kind === 'attribute' && Object.hasOwn(types, item.name.name);
  return { own: items.filter(isOwn), component: items.filter((item) => !isOwn(item)) };
}

function schemaOf(types: Readonly<Record<string, Type>>): BodySchema {
  const attributes = Object.entries(types).map(([name, type]) => [name, { type }]);
  return { attributes: Object.fromEntries(attributes), blocks: {} };
}

function readFilter(decoded: DecodedBody, diagnostics: Diagnostics): SourceFilter {
  const only = textsOf(valueAt(decoded, 'only'));
  const except = textsOf(valueAt(decoded, 'except'));
  if (only.length > 0 && except.length > 0) {
    diagnostics.add(messages.onlyAndExcept(rangeAt(decoded, 'except')));
  }
  return { only, except };
}

function readOverride(decoded: DecodedBody, diagnostics: Diagnostics): ObjectValue | undefined {
  const value = valueAt(decoded, 'override');
  if (value === undefined || value.kind === 'null' || value.kind === 'unknown') return undefined;
  const range = rangeAt(decoded, 'override');
  if (value.kind !== 'object') {
    const summary = "provisioner's override block must be an HCL object";
    diagnostics.add(messages.overrideNotObject(summary, range));
    return undefined;
  }
  for (const [name, entry] of value.entries) {
    if (entry.kind === 'object') continue;
    const summary = `provisioner's override.'${name}' block must be an HCL object`;
    diagnostics.add(messages.overrideNotObject(summary, range));
  }
  return value;
}

function readDuration(
  decoded: DecodedBody,
  name: string,
  diagnostics: Diagnostics,
): number | undefined {
  const text = textOf(valueAt(decoded, name));
  if (text === undefined) return undefined;
  const milliseconds = parseDuration(text);
  if (milliseconds === undefined) {
    diagnostics.add(messages.invalidDuration(name, text, rangeAt(decoded, name)));
  }
  return milliseconds;
}

/** A negative number is as good as none, as it is to Packer. */
function readRetries(decoded: DecodedBody, diagnostics: Diagnostics): number {
  const value = valueAt(decoded, 'max_retries');
  if (value?.kind !== 'number') return 0;
  const count = toDouble(value.value);
  if (Number.isInteger(count) && Math.abs(count) <= 2 ** 63) return Math.max(0, count);
  diagnostics.add(messages.invalidRetries(rangeAt(decoded, 'max_retries')));
  return 0;
}

function valueAt(decoded: DecodedBody, name: string): Value | undefined {
  return decoded.attributes.get(name)?.value;
}

function textOf(value: Value | undefined): string | undefined {
  return value?.kind === 'string' ? value.value : undefined;
}

function boolOf(value: Value | undefined): boolean | undefined {
  return value?.kind === 'bool' ? value.value : undefined;
}

function textsOf(value: Value | undefined): readonly string[] {
  return value?.kind === 'list' ? value.items.flatMap((item) => textOf(item) ?? []) : [];
}
