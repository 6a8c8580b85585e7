import { describe, expect, test } from '@jest/globals';
import {
  type HclFunction,
  specialFunctions,
  standardFunctions,
  unknownValue,
} from '../../src/index.ts';
import { problemsOf, resultOf } from './evaluation.ts';

/** Arguments with which each function works or, with a `!` in front, fails: there is no such file, that is no key. */
const examples: Readonly<Record<string, readonly string[]>> = {
  abs: ['1'],
  abspath: ['"a"'],
  alltrue: ['[true]'],
  anytrue: ['[true]'],
  aws_secretsmanager: ['"a"', '"b"'],
  aws_secretsmanager_raw: ['"a"'],
  base64decode: ['"YQ=="'],
  base64encode: ['"a"'],
  base64gzip: ['"a"'],
  basename: ['"a/b"'],
  bcrypt: ['"a"', '4'],
  ceil: ['1.5'],
  chomp: ['"a"'],
  chunklist: ['[1]', '1'],
  cidrhost: ['"10.0.0.0/8"', '1'],
  cidrnetmask: ['"10.0.0.0/8"'],
  cidrsubnet: ['"10.0.0.0/8"', '1', '1'],
  cidrsubnets: ['"10.0.0.0/8"', '1'],
  coalesce: ['1', '2'],
  coalescelist: ['[1]', '[2]'],
  compact: ['["a"]'],
  concat: ['[1]', '[2]'],
  consul_key: ['"a"'],
  contains: ['[1]', '1'],
  csvdecode: ['"a"'],
  dirname: ['"a/b"'],
  distinct: ['[1]'],
  element: ['[1]', '0'],
  endswith: ['"a"', '"a"'],
  file: ['!"a"'],
  filebase64: ['!"a"'],
  fileexists: ['"a"'],
  fileset: ['"a"', '"*"'],
  flatten: ['[1]'],
  floor: ['1.5'],
  format: ['"%s"', '1'],
  formatdate: ['"YYYY"', '"2024-01-01T00:00:00Z"'],
  formatlist: ['"%s"', '1'],
  indent: ['1', '"a"'],
  index: ['[1]', '1'],
  join: ['","', '["a"]'],
  jsondecode: ['"1"'],
  jsonencode: ['1'],
  keys: ['{ a = 1 }'],
  legacy_isotime: ['"2006"'],
  legacy_strftime: ['"%Y"'],
  length: ['[1]'],
  log: ['8', '2'],
  lookup: ['{ a = 1 }', '"a"', '2'],
  lower: ['"a"'],
  max: ['1', '2'],
  md5: ['"a"'],
  merge: ['{ a = 1 }', '{ b = 2 }'],
  min: ['1', '2'],
  parseint: ['"1"', '10'],
  pathexpand: ['"a"'],
  pow: ['2', '2'],
  range: ['1', '2'],
  regex: ['"a"', '"a"'],
  regex_replace: ['"a"', '"a"', '"b"'],
  regexall: ['"a"', '"a"'],
  replace: ['"a"', '"a"', '"b"'],
  reverse: ['[1]'],
  rfc3339_parse: ['"2024-01-01T00:00:00Z"'],
  rsadecrypt: ['!"a"', '"b"'],
  setintersection: ['[1]', '[1]'],
  setproduct: ['[1]', '[1]'],
  setunion: ['[1]', '[1]'],
  sha1: ['"a"'],
  sha256: ['"a"'],
  sha512: ['"a"'],
  signum: ['1'],
  slice: ['[1]', '0', '1'],
  sort: ['["a"]'],
  split: ['","', '"a"'],
  startswith: ['"a"', '"a"'],
  strcontains: ['"a"', '"a"'],
  strrev: ['"a"'],
  substr: ['"a"', '0', '1'],
  sum: ['[1]'],
  templatefile: ['!"a"', '{}'],
  textdecodebase64: ['"YQ=="', '"UTF-8"'],
  textencodebase64: ['"a"', '"UTF-8"'],
  timestamp: [],
  title: ['"a"'],
  trim: ['"a"', '"a"'],
  trimprefix: ['"a"', '"a"'],
  trimspace: ['"a"'],
  trimsuffix: ['"a"', '"a"'],
  unix_timestamp_parse: ['1'],
  upper: ['"a"'],
  urlencode: ['"a"'],
  uuidv4: [],
  uuidv5: ['"dns"', '"a"'],
  values: ['{ a = 1 }'],
  vault: ['"a"', '"b"'],
  yamldecode: ['"1"'],
  yamlencode: ['1'],
  zipmap: ['["a"]', '[1]'],
};

const special = specialFunctions.map(({ name }) => name);

test('there is an example of every function', () => {
  const names = standardFunctions.names().filter((name) => !special.includes(name));
  expect(Object.keys(examples).sort()).toEqual(names);
});

describe.each(Object.entries(examples))('%s', (name, written) => {
  const definition = standardFunctions.get(name) as HclFunction;
  const fails = written[0]?.startsWith('!') === true;
  const args = written.map((arg) => arg.replace(/^!/, ''));
  const variables = { later: unknownValue() };
  const callWith = (index: number, arg: string): string =>
    `${name}(${args.with(index, arg).join(', ')})`;
  const parameterAt = (index: number) => definition.parameters[index] ?? definition.variadic;

  test('gives a known result', () => {
    const text = `${name}(${args.join(', ')})`;
    if (fails) expect(problemsOf(text)).not.toBe('');
    else expect(resultOf(text, { askService: () => 'b' }).kind).not.toBe('unknown');
  });

  test('takes no wrong number of arguments', () => {
    const isOpen = definition.variadic !== undefined;
    if (!isOpen) expect(problemsOf(`${name}(${[...args, '1'].join(', ')})`)).toMatch(/takes only/);
    const few = args.slice(0, definition.parameters.length - 1).join(', ');
    if (definition.parameters.length > 0) {
      expect(problemsOf(`${name}(${few})`)).toMatch(/is missing/);
    }
  });

  test('takes null only where it says so', () => {
    for (const index of args.keys()) {
      const problems = problemsOf(callWith(index, 'null'));
      if (parameterAt(index)?.nullable) expect(problems).not.toContain('must not be null');
      else expect(problems).toContain('must not be null');
    }
  });

  test('waits for arguments that are unknown', () => {
    for (const index of args.keys()) {
      const text = callWith(index, 'later');
      if (parameterAt(index)?.takesUnknown) expect(problemsOf(text, { variables })).toBe('');
      else expect(resultOf(text, { variables }).kind).toBe('unknown');
    }
  });
});
