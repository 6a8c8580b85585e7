import { readFileSync } from 'node:fs';
import { isFailure } from '@bake/plugin-sdk';
import { describe, expect, test } from '@jest/globals';
import {
  checkTemplate,
  renderTemplate,
  TemplateFailure,
  type TemplateFunction,
  usesTemplate,
} from '../../src/go-template/index.ts';

/** The texts of these tables were rendered by Go's own text/template; the messages are Go's too. */
function table(name: string): readonly (readonly [string, string])[] {
  return fixture(name) as readonly (readonly [string, string])[];
}

function fixture(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`fixtures/${name}.json`, import.meta.url), 'utf8'));
}

const data = fixture('data') as Readonly<Record<string, unknown>>;

const functions: Readonly<Record<string, TemplateFunction>> = {
  upper: { parameters: ['string'], call: (text) => String(text).toUpperCase() },
  lower: { parameters: ['string'], call: (text) => String(text).toLowerCase() },
  repeat: {
    parameters: ['string', 'int'],
    call: (text, count) => String(text).repeat(Number(count)),
  },
  fails: {
    parameters: ['string'],
    call(text) {
      throw new Error(`it failed: ${text}`);
    },
  },
};

function failureOf(text: string): TemplateFailure {
  try {
    renderTemplate(text, { data, functions });
  } catch (error) {
    if (error instanceof TemplateFailure) {
      return error;
    }
    throw error;
  }
  throw new Error('The template was rendered.');
}

test.each(table('renders'))('renderTemplate(%j) gives what Go gives', (text, want) => {
  expect(renderTemplate(text, { data, functions })).toBe(want);
});

test.each(table('failures'))('renderTemplate(%j) fails as Go does', (text, message) => {
  expect(failureOf(text).message).toBe(message);
});

test.each(table('own-failures'))(
  'renderTemplate(%j) fails in words of its own',
  (text, message) => {
    expect(failureOf(text).message).toBe(message);
  },
);

describe('a failure', () => {
  test('is one that core knows how to show, with its place in the text', () => {
    const failure = failureOf('one\ntwo {{nope}}');
    expect(isFailure(failure)).toBe(true);
    expect(failure.place.start).toBe(10);
    expect(failure.detail).toContain('{{"{{"}}');
  });

  test('while rendering keeps its cause', () => {
    expect(failureOf('a {{fails "x"}}')).toMatchObject({
      place: { start: 4, end: 13 },
      cause: new Error('it failed: x'),
    });
  });
});

test('a template that calls itself without end fails', () => {
  expect(failureOf('{{define "r"}}{{template "r"}}{{end}}{{template "r"}}').message).toContain(
    'exceeded maximum template depth',
  );
});

test('a map that is a JavaScript Map is a map', () => {
  expect(renderTemplate('{{.M.a}}', { data: { M: new Map([['a', 'x']]) } })).toBe('x');
});

test('names of Object.prototype are no keys and no functions', () => {
  expect(renderTemplate('{{.toString}} {{.Deep.constructor}}', { data })).toBe(
    '<no value> <no value>',
  );
  expect(failureOf('{{toString}}').message).toContain('function "toString" not defined');
});

test('checkTemplate finds mistakes without data', () => {
  expect(() => checkTemplate('{{.Anything}} {{upper .X}}', functions)).not.toThrow();
  expect(() => checkTemplate('{{nope}}')).toThrow('function "nope" not defined');
});

test.each([
  ['plain', false],
  ['{ {', false],
  ['{{', true],
  ['a {{.B}}', true],
])('usesTemplate(%j) is %j', (text, want) => {
  expect(usesTemplate(text)).toBe(want);
});
