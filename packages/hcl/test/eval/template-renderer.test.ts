import { expect, test } from '@jest/globals';
import { templateRenderer } from '../../src/eval/template-renderer.ts';
import {
  defineFunction,
  type FunctionContext,
  FunctionFailure,
} from '../../src/functions/define-function.ts';
import { stringType } from '../../src/value/type.ts';
import { markSensitive, stringValue, type Value } from '../../src/value/value.ts';
import { functions, made, tableOf } from './evaluating.ts';

const context: FunctionContext = {
  baseDir: '/base',
  workingDir: '/',
  startTime: new Date(0),
  environment: {},
  renderTemplate: () => stringValue(''),
  askService: () => undefined,
};

function render(text: string, variables: Readonly<Record<string, Value>> = {}): Value {
  return templateRenderer(functions, context)('a.tpl', text, new Map(Object.entries(variables)));
}

test('renders with the variables and functions', () => {
  expect(render(`x=\${upper(x)}\n`, { x: made('"a"') })).toEqual(stringValue('x=A\n'));
  expect(render(`\${[1]}`)).toEqual(made('[1]'));
});

test('keeps the mark of a secret', () => {
  expect(render(`x=\${x}`, { x: markSensitive(made('1')) })).toEqual(
    markSensitive(stringValue('x=1')),
  );
});

test.each([
  [`a\n \${nope}`, /^a\.tpl:2,4: Variables not allowed\. /],
  [`\${`, /^a\.tpl:1,/],
  [`\${templatefile("b")}`, /templatefile/],
])('a mistake in %j fails', (text, message) => {
  expect(() => render(text)).toThrow(FunctionFailure);
  expect(() => render(text)).toThrow(message);
});

test('gives functions the context', () => {
  const where = defineFunction({
    name: 'where',
    doc: 'The base folder.',
    parameters: [],
    result: stringType,
    call: (_, { baseDir }) => stringValue(baseDir),
  });
  const renderer = templateRenderer(tableOf([where]), context);
  expect(renderer('a.tpl', `\${where()}`, new Map())).toEqual(stringValue('/base'));
});
