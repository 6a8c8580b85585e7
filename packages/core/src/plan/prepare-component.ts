import {
  type Block,
  type DecodedAttribute,
  type DecodedBody,
  type Diagnostic,
  Diagnostics,
  decodedValue,
  decodeItems,
  describeAt,
  elementsOf,
  encodeValue,
  isWhollyKnown,
  type ObjectValue,
  objectValue,
  partOf,
  positionAt,
  type Range,
  rangeAt,
  type ScopedItem,
  showRange,
  suggest,
  textOf,
  type Value,
  withValues,
} from '@bake/hcl';
import type {
  Builder,
  CommunicatorConfig,
  DataSource,
  PostProcessor,
  Provisioner,
} from '@bake/plugin-sdk';
import { bodySchemaOf } from '../components/body-schema.ts';
import { checkFields } from '../components/check-fields.ts';
import { complainer, type Locate } from '../components/complainer.ts';
import { goTemplateRender, verbatim } from '../components/go-templates.ts';
import { type OptionValues, type Report, readOptions } from '../components/read-options.ts';
import { weakOptions } from '../components/weak-option.ts';
import type { Loaded } from '../plugins/registry.ts';
import { coreVersion } from '../version.ts';
import type { Iterators } from './build-facts.ts';
import { metaArgumentNames } from './meta-arguments.ts';
import type { DeferredConfig, PlannedComponent } from './plan.ts';
import { loadComponent, type Planning } from './planning.ts';

/** A component of a template, about to be decoded and checked. */
export interface Preparation {
  readonly loaded: Loaded<Builder | Provisioner | PostProcessor | DataSource>;
  /** The block, for ranges and for the text of a deferred config. */
  readonly block: Block;
  /** What is the component's of the block's items, `dynamic` expanded. */
  readonly items: readonly ScopedItem[];
  /** What `dynamic` blocks around the block let it refer to; a deferred config needs it again. */
  readonly iterators?: Iterators;
  /** Options of `override` for this source, and what they were made from. */
  readonly override?: {
    readonly options: ObjectValue;
    readonly source: Pick<DecodedAttribute, 'expression' | 'scope'> | undefined;
  };
  /** Options of `override` are not known yet: what is missing may be among them. */
  readonly isIncomplete?: boolean;
  /** The names behind `build.`; a builder has none yet. */
  readonly facts?: readonly string[];
  /** What `{{build_name}}` and `{{build_type}}` give. */
  readonly sourceName: string;
  readonly builderType: string;
}

/** Decodes a component's body, checks it, and gives its part of the plan together with its config so far. */
export async function prepareComponent(
  preparation: Preparation,
  planning: Planning,
): Promise<{ readonly planned: PlannedComponent; readonly options: OptionValues }> {
  const { loaded, block, items } = preparation;
  const { options: overriding } = preparation.override ?? {};
  const override = overriding && weakOptions(overriding, loaded.component.config);
  const { config, kind } = loaded.component;
  const schema = { ...bodySchemaOf(config), others: metaArgumentNames(kind) };
  const found = new Diagnostics();
  const decoded = await planning.answers.settled(found, (each) =>
    decodeItems(items, schema, block.header, each),
  );
  planning.diagnostics.add(...found.list);
  const own = decodedValue(decoded) as ObjectValue;
  const value = merged(own, override);
  const options = await checkConfig(preparation, decoded, value, planning, strangersIn(found));
  const planned: PlannedComponent = {
    type: loaded.component.name,
    plugin: loaded.plugin,
    config: encodeValue(own),
    ...(!isWhollyKnown(own) && { deferred: deferredConfig(preparation) }),
    ...(override && { override: encodeValue(override) }),
    range: showRange(block.header),
  };
  return { planned, options };
}

/** Names that are not known: they may be meant for ones that a check would then miss. */
export function strangersIn({ list }: Diagnostics): readonly string[] {
  return list.flatMap(({ code, subject }) =>
    code.startsWith('unsupported-') && subject ? [textOf(subject)] : [],
  );
}

/** Whether an option only seems to lack, because its name was misspelled. */
export function isMisspelled(
  { code }: Diagnostic,
  path: string,
  strangers: readonly string[],
): boolean {
  const name = path.split('.').at(-1) as string;
  return code === 'missing-argument' && strangers.some((given) => suggest(given, [name]) === name);
}

/** The config with options of `override` in place of its own. */
export function merged(own: ObjectValue, override: ObjectValue | undefined): ObjectValue {
  return override === undefined ? own : objectValue([...own.entries, ...override.entries]);
}

/** True when some text in the value has `{{`. */
export function hasGoTemplate(value: Value): boolean {
  return value.kind === 'string'
    ? value.value.includes('{{')
    : elementsOf(value).some(hasGoTemplate);
}

async function checkConfig(
  preparation: Preparation,
  decoded: DecodedBody,
  value: ObjectValue,
  planning: Planning,
  strangers: readonly string[],
): Promise<OptionValues> {
  const { component } = preparation.loaded;
  const render = hasGoTemplate(value)
    ? await goTemplateRender(component, { ...factsOf(preparation), ...planning, coreVersion })
    : verbatim;
  const locate = locator(preparation, decoded);
  const { isIncomplete = false } = preparation;
  let isSound = strangers.length === 0 && !isIncomplete;
  const report: Report = (path, describe) => {
    const diagnostic = locate(path, describe);
    if (isIncomplete && diagnostic.code === 'missing-argument') return;
    if (isMisspelled(diagnostic, path, strangers)) return;
    if (diagnostic.severity === 'error') isSound = false;
    planning.diagnostics.add(diagnostic);
  };
  const options = readOptions(component.config, value, render, report);
  if (render !== verbatim) {
    await checkFields(component.config, value, preparation.facts ?? [], report);
  }
  // A check may rely on what the schema promises, so it is not asked about a config that breaks it.
  if (isSound)
    await runChecks(preparation, options, locate, rangeAt(decoded, 'communicator'), planning);
  return options;
}

function factsOf({ sourceName, builderType }: Preparation): {
  readonly buildName: string;
  readonly builderType: string;
} {
  return { buildName: sourceName, builderType };
}

function locator({ override }: Preparation, decoded: DecodedBody): Locate {
  return (path, describe) => {
    if (path === undefined) return describe(decoded.range);
    const name = path.split('.')[0] as string;
    if (override?.source === undefined || !override.options.entries.has(name)) {
      return describeAt(decoded, path, describe);
    }
    const { expression, scope } = override.source;
    const part = partOf(expression, name) ?? expression;
    return withValues(describe(part.range), part, scope);
  };
}

async function runChecks(
  preparation: Preparation,
  options: OptionValues,
  locate: Locate,
  communicatorRange: Range,
  planning: Planning,
): Promise<void> {
  const { component } = preparation.loaded;
  const where = `${component.kind} "${component.name}"`;
  const complain = complainer(options, where, locate, planning.diagnostics);
  await component.check?.(options.config, complain);
  if (component.kind !== 'builder' || !component.communicates) return;
  if (options.unknown.has('communicator')) return;
  const type = String(options.config['communicator']);
  const { registry, diagnostics } = planning;
  const communicator = await loadComponent(
    registry,
    'communicators',
    type,
    communicatorRange,
    diagnostics,
  );
  await communicator?.component.check?.(options.config as CommunicatorConfig, complain);
}

function deferredConfig({ block, iterators = {} }: Preparation): DeferredConfig {
  const { source } = block.open;
  // JSON needs its outer brackets to be JSON.
  const isJson = block.body.syntax === 'json';
  const start = isJson ? block.open.start : block.open.end;
  const end = isJson ? block.close.end : block.close.start;
  const names = Object.entries(iterators).map(([name, value]) => [name, encodeValue(value)]);
  return {
    file: source.name,
    ...(isJson && { syntax: 'json' }),
    text: source.text.slice(start, end),
    origin: positionAt(source, start),
    ...(names.length > 0 && { iterators: Object.fromEntries(names) }),
  };
}
