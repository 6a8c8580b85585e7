import {
  ConversionFailure,
  convert,
  type Diagnostics,
  decodedValue,
  decodeItems,
  describeAt,
  fromJs,
  isWhollyKnown,
  markSensitive,
  type ObjectValue,
  objectOf,
  objectValue,
  type Scope,
  type Type,
  unknownValue,
  type Value,
} from '@bake/hcl';
import { type DataContext, type DataSource, isFailure, messageOf, type Ui } from '@bake/plugin-sdk';
import { bodySchemaOf, typeOfOption } from '../components/body-schema.ts';
import { Cleanups } from '../components/cleanups.ts';
import { complainer, type Locate } from '../components/complainer.ts';
import { configSecrets } from '../components/config-secrets.ts';
import { goTemplateRender, verbatim } from '../components/go-templates.ts';
import { readOptions } from '../components/read-options.ts';
import type { DataDeclaration, Template } from '../config/template.ts';
import type { Redactor } from '../events/redact.ts';
import * as messages from '../messages.ts';
import type { Registry } from '../plugins/registry.ts';
import type { Answers } from '../services/answers.ts';
import type { ReadData } from '../values/prerequisites.ts';
import { coreVersion } from '../version.ts';
import { redactorOfMarked } from './plan-secrets.ts';
import { loadComponent } from './planning.ts';
import { hasGoTemplate, isMisspelled, strangersIn } from './prepare-component.ts';

/** What reading data sources needs. */
export interface DataReading {
  readonly template: Template;
  readonly registry: Registry;
  /** Really read; without it every result is unknown, of its declared type. */
  readonly readData: boolean;
  readonly workingDir: string;
  readonly startTime: Date;
  readonly signal: AbortSignal;
  /** Where data sources say what they do. */
  readonly log: Ui;
  readonly answers: Answers;
}

/** Gives the function that reads one `data` block: decode, check, read; what fails is reported and unknown. */
export function dataReader(reading: DataReading): ReadData {
  return async (key, scope, diagnostics) => {
    const declaration = reading.template.data.get(key);
    return declaration === undefined
      ? unknownValue()
      : readOne(declaration, scope, { ...reading, diagnostics });
  };
}

/** One block being read; its errors so far stop it from being read at last. */
interface BlockReading extends DataReading {
  readonly diagnostics: Diagnostics;
}

async function readOne(
  declaration: DataDeclaration,
  scope: Scope,
  reading: BlockReading,
): Promise<Value> {
  const { registry, diagnostics } = reading;
  const { block, type } = declaration;
  const label = block.labels[0]?.range ?? block.header;
  const loaded = await loadComponent(registry, 'data-sources', type, label, diagnostics);
  if (loaded === undefined) return unknownValue();
  const { component } = loaded;
  const decoded = await decodeConfig(component, declaration, scope, reading);
  const resultType = typeOfResult(component);
  if (decoded === undefined || !reading.readData) return unknownValue(resultType);
  const log = discreet(reading.log, decoded.redactor);
  try {
    const result = await readWithCleanup(component, decoded.config, { ...reading, log });
    return withSecrets(component, convert(fromJs(result), resultType));
  } catch (error) {
    const name = `data.${type}.${declaration.name}`;
    if (reading.signal.aborted) {
      diagnostics.add(messages.dataCancelled(name, block.header));
      return unknownValue(resultType);
    }
    if (!isFailure(error) && !(error instanceof ConversionFailure)) throw error;
    const detail = isFailure(error) ? error.detail : 'This is a mistake in the plugin.';
    diagnostics.add(messages.dataFailed(name, error.message, detail, block.header));
    return unknownValue(resultType);
  }
}

type Config = Readonly<Record<string, unknown>>;

/** A config, and what knows the secrets in it. */
interface DecodedConfig {
  readonly config: Config;
  readonly redactor: Redactor;
}

/** The config as the component gets it; `undefined` if it is wrong or not wholly known. */
async function decodeConfig(
  component: DataSource,
  { block, name, type }: DataDeclaration,
  scope: Scope,
  { diagnostics, workingDir, startTime, answers }: BlockReading,
): Promise<DecodedConfig | undefined> {
  const schema = bodySchemaOf(component.config);
  // As in Packer, `dynamic` blocks are not expanded here.
  const items = block.body.items.map((item) => ({ item, scope, isStatic: true as const }));
  const decoded = await answers.settled(diagnostics, (found) =>
    decodeItems(items, schema, block.header, found),
  );
  const value = decodedValue(decoded) as ObjectValue;
  const facts = { buildName: name, builderType: type, coreVersion, startTime, workingDir };
  const render = hasGoTemplate(value) ? await goTemplateRender(component, facts) : verbatim;
  const strangers = strangersIn(diagnostics);
  const options = readOptions(component.config, value, render, (path, describe) => {
    const diagnostic = describeAt(decoded, path, describe);
    if (!isMisspelled(diagnostic, path, strangers)) diagnostics.add(diagnostic);
  });
  if (diagnostics.hasErrors) return undefined;
  const locate: Locate = (option, describe) =>
    option === undefined ? describe(block.header) : describeAt(decoded, option, describe);
  const complain = complainer(options, `data source "${type}"`, locate, diagnostics);
  await component.check?.(options.config, complain);
  if (diagnostics.hasErrors || !isWhollyKnown(value)) return undefined;
  const redactor = redactorOfMarked(value);
  for (const secret of configSecrets(component.config, options.config)) redactor.add(secret);
  return { config: options.config, redactor };
}

/** A log from which secrets are taken out. Commands that a data source runs are not shown at all. */
function discreet(log: Ui, redactor: Redactor): Ui {
  return {
    ...log,
    say: (text) => log.say(redactor.hide(text)),
    error: (text) => log.error(redactor.hide(text)),
  };
}

function typeOfResult(component: DataSource): Type {
  const attributes = Object.entries(component.result).map(([name, option]): [string, Type] => [
    name,
    typeOfOption(option) ?? { kind: 'any' },
  ]);
  return objectOf(new Map(attributes));
}

/** What the component says is secret is so wherever it goes. */
function withSecrets({ result }: DataSource, value: Value): Value {
  if (value.kind !== 'object') return value;
  const entries = [...value.entries].map(([name, part]): [string, Value] => [
    name,
    result[name]?.sensitive ? markSensitive(part) : part,
  ]);
  return objectValue(new Map(entries));
}

async function readWithCleanup(
  component: DataSource,
  config: Config,
  { signal, log }: DataReading,
): Promise<unknown> {
  const cleanups = new Cleanups();
  const context: DataContext = {
    signal,
    ui: log,
    onCleanup: (label, undo, options) => cleanups.add(label, undo, options),
  };
  let failed = true;
  try {
    const result = await component.read(config, context);
    failed = false;
    return result;
  } finally {
    const report = (label: string, error: unknown): void =>
      log.error(`Could not undo "${label}": ${messageOf(error)}`);
    await cleanups.run({ failed, keepRemains: false }, report);
  }
}
