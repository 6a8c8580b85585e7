import { randomBytes } from 'node:crypto';
import { formatGoLayout, formatStrftime, lowerCase, momentOf, upperCase } from '@bake/hcl/go-text';
import type { TextFunctions } from '../component.ts';
import { showValue } from './format-value.ts';
import { stringFunction, type TemplateFunction } from './function.ts';
import { type GoValue, isNothing, toGoValue } from './value.ts';

/** What Packer's own template functions answer with. */
export interface CoreFacts {
  /** `build_name`: the name of the source block. */
  readonly buildName: string;
  /** `build_type` */
  readonly builderType: string;
  /** `packer_version` */
  readonly coreVersion: string;
  /** What `timestamp` and the other functions of time tell: when the run began. */
  readonly startTime: Date;
  /** `pwd` */
  readonly workingDir: string;
  /** Values behind the function `build`; absent while nothing is known of the build. */
  readonly data?: Readonly<Record<string, unknown>>;
}

/** Functions that Packer gives every template, beside those of Go, and those of a component, which go first. */
export function coreFunctions(
  facts: CoreFacts,
  own: TextFunctions = {},
): Readonly<Record<string, TemplateFunction>> {
  const added = Object.entries(own).map(([name, call]): [string, TemplateFunction] => [
    name,
    stringFunction(1, (text = '') => call(text)),
  ]);
  return {
    ...factFunctions(facts),
    ...timeFunctions(facts.startTime),
    ...textFunctions,
    ...refused,
    ...Object.fromEntries(added),
  };
}

function factFunctions(facts: CoreFacts): Readonly<Record<string, TemplateFunction>> {
  return {
    build: stringFunction(1, (name = '') => buildValue(facts.data, name)),
    build_name: stringFunction(0, () => present('build_name', facts.buildName)),
    build_type: stringFunction(0, () => present('build_type', facts.builderType)),
    packer_version: stringFunction(0, () => present('packer_version', facts.coreVersion)),
    pwd: stringFunction(0, () => facts.workingDir),
    uuid: stringFunction(0, timeOrderedUuid),
  };
}

function buildValue(data: CoreFacts['data'], name: string): string {
  if (data === undefined) {
    throw new Error(
      `Error validating build variable: the given variable ${name} will not be passed into your plugin.`,
    );
  }
  const value = Object.hasOwn(data, name) ? toGoValue(data[name]) : undefined;
  if (isNothing(value)) {
    throw new Error(`loaded data, but couldnt find ${name} in it.`);
  }
  return showValue(value);
}

function present(name: string, value: string): string {
  if (value === '') {
    throw new Error(`${name} not available: only the options of a build's components have it`);
  }
  return value;
}

/** UUIDs whose first part grows with time, as Packer's do. */
function timeOrderedUuid(): string {
  const seconds = Math.floor(Date.now() / 1000);
  const hex = seconds.toString(16).padStart(8, '0') + randomBytes(12).toString('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function timeFunctions(start: Date): Readonly<Record<string, TemplateFunction>> {
  return {
    isotime: {
      parameters: ['string'],
      variadic: true,
      call(...layouts) {
        if (layouts.length > 1) {
          throw new Error(`too many values, 1 needed: ${showValue(layouts)}`);
        }
        const [layout = '2006-01-02T15:04:05Z07:00'] = layouts as readonly string[];
        return formatGoLayout(layout, momentOf(start));
      },
    },
    strftime: stringFunction(1, (format = '') => formatStrftime(format, momentOf(start))),
    timestamp: stringFunction(0, () => String(Math.floor(start.getTime() / 1000))),
  };
}

const textFunctions: Readonly<Record<string, TemplateFunction>> = {
  lower: stringFunction(1, (text = '') => lowerCase(text)),
  upper: stringFunction(1, (text = '') => upperCase(text)),
  replace_all: stringFunction(3, (from = '', to = '', text = '') =>
    replaceSome(text, from, to, Number.POSITIVE_INFINITY),
  ),
  replace: {
    parameters: ['string', 'string', 'int', 'string'],
    call: (from, to, count, text) =>
      replaceSome(text as string, from as string, to as string, limitOf(count)),
  },
  split: {
    parameters: ['string', 'string', 'int'],
    call: (text, separator, index) =>
      splitPiece(text as string, separator as string, Number(index)),
  },
};

/** A count below zero means all, as in Go. */
function limitOf(count: GoValue): number {
  return Number(count) < 0 ? Number.POSITIVE_INFINITY : Number(count);
}

/** An empty `from` is found before each character and at the end, as in Go. */
function replaceSome(text: string, from: string, to: string, limit: number): string {
  const pieces = from === '' ? ['', ...text, ''] : text.split(from);
  return pieces.reduce((result, piece, index) => result + (index <= limit ? to : from) + piece);
}

function splitPiece(text: string, separator: string, index: number): string {
  const pieces = separator === '' ? [...text] : text.split(separator);
  const piece = pieces[index];
  if (piece === undefined) {
    throw new Error(
      `the substring ${index} was unavailable using the separator value, ${separator}, only ${pieces.length} values were found`,
    );
  }
  return piece;
}

/** Functions that are known and have nothing to give here. */
const refused: Readonly<Record<string, TemplateFunction>> = {
  aws_secretsmanager: {
    parameters: ['string'],
    variadic: true,
    call: refuse('AWS Secrets Manager is only allowed in the variables section'),
  },
  aws_secretsmanager_raw: refusal(
    1,
    'AWS Secrets Manager is only allowed in the variables section',
  ),
  consul_key: refusal(1, 'consul_key is not allowed here'),
  env: refusal(1, 'env vars are not allowed here'),
  sed: refusal(2, 'template function `sed` is deprecated use `replace` or `replace_all` instead.'),
  template_dir: refusal(0, 'template path not available'),
  user: refusal(
    1,
    'there are no user variables in HCL templates: use var.NAME of HCL in its place',
  ),
  vault: refusal(2, 'Vault vars are only allowed in the variables section'),
};

function refusal(count: number, reason: string): TemplateFunction {
  return stringFunction(count, refuse(reason));
}

function refuse(reason: string): () => never {
  return () => {
    throw new Error(reason);
  };
}
