import {
  type AttributeSchema,
  anyType,
  type BodySchema,
  boolType,
  type DecodedAttribute,
  type DecodedBody,
  type Diagnostic,
  type Diagnostics,
  decodeItems,
  describeAt,
  listOf,
  numberType,
  type ObjectValue,
  partOf,
  type Range,
  rangeAt,
  type ScopedItem,
  stringType,
  type Type,
  toDouble,
  type Value,
} from '@bake/hcl';
import { type Component, parseDuration } from '@bake/plugin-sdk';
import * as messages from '../messages.ts';

/** Which sources of a build a component is for; names are `type.name`. */
export interface SourceFilter {
  readonly only: ReadonlySet<string>;
  readonly except: ReadonlySet<string>;
}

/** Arguments that core reads from a provisioner block itself (core-behaviour, section 3.6). */
export interface ProvisionerArguments extends SourceFilter {
  readonly name: string | undefined;
  /** Options by local source name: an object, or unknown. */
  readonly override: Value | undefined;
  /** What `override` was made from. */
  readonly overrideSource: DecodedAttribute | undefined;
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

/** What core reads from the block of a component that works for a source's build. */
export type MetaArguments = ProvisionerArguments | PostProcessorArguments;

const filters = {
  name: argument(stringType),
  only: nullableArgument(listOf(stringType)),
  except: nullableArgument(listOf(stringType)),
};

const provisionerArguments: BodySchema['attributes'] = {
  ...filters,
  override: nullableArgument(anyType),
  pause_before: argument(stringType),
  timeout: argument(stringType),
  max_retries: argument(numberType),
  continue_on_error: argument(boolType),
};

const postProcessorArguments: BodySchema['attributes'] = {
  ...filters,
  keep_input_artifact: nullableArgument(boolType),
};

/** Names of the arguments that core reads from a component's block itself. */
export function metaArgumentNames(kind: Component['kind']): readonly string[] {
  if (kind === 'provisioner') return Object.keys(provisionerArguments);
  return kind === 'post-processor' ? Object.keys(postProcessorArguments) : [];
}

/** An argument of the engine for which null is a mistake, as it is to Packer. */
export function argument(type: Type): AttributeSchema {
  return { type, engine: { nullable: false } };
}

/** An argument of the engine for which null is as good as leaving it out. */
export function nullableArgument(type: Type): AttributeSchema {
  return { type, engine: { nullable: true } };
}

/** The items of a block split into what core reads and what the component does. */
export interface SplitItems {
  readonly own: readonly ScopedItem[];
  readonly component: readonly ScopedItem[];
}

/** Splits the items of a provisioner block. */
export function splitProvisioner(items: readonly ScopedItem[]): SplitItems {
  return split(items, provisionerArguments);
}

/** Splits the items of a post-processor block. */
export function splitPostProcessor(items: readonly ScopedItem[]): SplitItems {
  return split(items, postProcessorArguments);
}

/** Evaluates a provisioner's meta-arguments. */
export function readProvisionerArguments(
  own: readonly ScopedItem[],
  owner: Range,
  diagnostics: Diagnostics,
): ProvisionerArguments {
  const schema = { attributes: provisionerArguments, blocks: {} };
  const decoded = decodeItems(own, schema, owner, diagnostics);
  return {
    ...readFilter(decoded, diagnostics),
    name: nameIn(decoded, diagnostics),
    override: readOverride(decoded, diagnostics),
    overrideSource: decoded.attributes.get('override'),
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
  const schema = { attributes: postProcessorArguments, blocks: {} };
  const decoded = decodeItems(own, schema, owner, diagnostics);
  return {
    ...readFilter(decoded, diagnostics),
    name: nameIn(decoded, diagnostics),
    keepInput: boolOf(valueAt(decoded, 'keep_input_artifact')),
  };
}

/** The argument `name` of a block. Names are shown and tie events together: one that is made of a secret is another one. */
export function nameIn(
  decoded: Pick<DecodedBody, 'attributes'>,
  diagnostics: Diagnostics,
): string | undefined {
  const name = decoded.attributes.get('name');
  // What is not known yet is shown to nobody.
  if (name?.value.sensitive !== true || name.value.kind !== 'string')
    return name && textOf(name.value);
  diagnostics.add(messages.secretName(name.expression.range));
  return messages.hiddenName;
}

/** Whether a component with this filter works on the source `type.name`. */
export function appliesTo(filter: SourceFilter, source: string): boolean {
  if (filter.only.size > 0) return filter.only.has(source);
  return !filter.except.has(source);
}

function split(items: readonly ScopedItem[], own: BodySchema['attributes']): SplitItems {
  const isOwn = ({ item }: ScopedItem): boolean =>
    item.kind === 'attribute' && Object.hasOwn(own, item.name.name);
  return { own: items.filter(isOwn), component: items.filter((item) => !isOwn(item)) };
}

function readFilter(decoded: DecodedBody, diagnostics: Diagnostics): SourceFilter {
  const only = new Set(textsOf(valueAt(decoded, 'only')));
  const except = new Set(textsOf(valueAt(decoded, 'except')));
  if (only.size > 0 && except.size > 0) {
    diagnostics.add(messages.onlyAndExcept(rangeAt(decoded, 'except')));
  }
  return { only, except };
}

/** Local names of the sources that there is an `override` for, as far as they are known. */
export function overriddenBy(meta: MetaArguments): readonly string[] {
  const override = 'override' in meta ? meta.override : undefined;
  return override?.kind === 'object' ? [...override.entries.keys()] : [];
}

/** The part of an `override` that is for a source; unknown where that cannot be told yet. */
export function overrideFor(
  { override }: ProvisionerArguments,
  localName: string,
): ObjectValue | 'unknown' | undefined {
  if (override?.kind === 'unknown') return 'unknown';
  const options = override?.kind === 'object' ? override.entries.get(localName) : undefined;
  if (options?.kind === 'unknown') return 'unknown';
  return options?.kind === 'object' ? options : undefined;
}

function readOverride(decoded: DecodedBody, diagnostics: Diagnostics): Value | undefined {
  const value = valueAt(decoded, 'override');
  if (value === undefined || value.kind === 'null') return undefined;
  if (value.kind === 'unknown') return value;
  const range = rangeAt(decoded, 'override');
  if (value.kind !== 'object') {
    const summary = "provisioner's override block must be an HCL object";
    diagnostics.add(messages.overrideNotObject(summary, range));
    return undefined;
  }
  for (const [name, entry] of value.entries) {
    if (entry.kind === 'object' || entry.kind === 'unknown') continue;
    const summary = `provisioner's override.'${name}' block must be an HCL object`;
    const place = decoded.attributes.get('override')?.expression;
    diagnostics.add(
      messages.overrideNotObject(summary, (place && partOf(place, name)?.range) ?? range),
    );
  }
  return value;
}

function readDuration(
  decoded: DecodedBody,
  name: string,
  diagnostics: Diagnostics,
): number | undefined {
  const text = textOf(valueAt(decoded, name));
  if (text === undefined || text === '') return undefined;
  const milliseconds = parseDuration(text);
  if (milliseconds === undefined) {
    const describe = (at: Range): Diagnostic => messages.invalidDuration(name, text, at);
    diagnostics.add(describeAt(decoded, name, describe));
  }
  return milliseconds;
}

/** A negative number is as good as none, as it is to Packer. */
function readRetries(decoded: DecodedBody, diagnostics: Diagnostics): number {
  const value = valueAt(decoded, 'max_retries');
  if (value?.kind !== 'number') return 0;
  const count = toDouble(value.value);
  if (Number.isInteger(count) && Math.abs(count) <= 2 ** 63) return Math.max(0, count);
  diagnostics.add(describeAt(decoded, 'max_retries', messages.invalidRetries));
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
