import {
  type Attribute,
  applyDefaults,
  ConversionFailure,
  compareText,
  convert,
  type Diagnostic,
  Diagnostics,
  type EncodedValue,
  type Expression,
  encodeValue,
  evaluate,
  type FunctionContext,
  parseExpression,
  parseJsonConfig,
  parseTemplate,
  type Scope,
  standardFunctions,
  templateRenderer,
  typeFromExpression,
  type Value,
} from '../../src/index.ts';
import type { Answer, OracleProblem, Question } from './oracle.ts';
import { variables } from './variables.ts';

/** What bake makes of questions, in the oracle's form; `folder` is where `fileset` looks. */
export function answering(folder: string): (question: Question) => Answer {
  const surroundings: Omit<FunctionContext, 'renderTemplate'> = {
    baseDir: folder,
    workingDir: folder,
    startTime: new Date('2024-01-02T15:04:05.678Z'),
    environment: {},
    askService: () => {
      throw new Error('The questions ask no service.');
    },
  };
  const renderTemplate = templateRenderer(standardFunctions, surroundings as FunctionContext);
  const scope: Scope = {
    variables: new Map(Object.entries(variables)),
    functions: standardFunctions,
    functionContext: { ...surroundings, renderTemplate },
  };
  return (question) => answer(question, scope);
}

function answer(question: Question, scope: Scope): Answer {
  const { value: expression, diagnostics: unread, offset } = parse(question);
  if (unread.length > 0) return { problems: problemsOf(unread, offset), unreadable: true };
  if (question.value !== undefined) {
    const { diagnostics } = parseExpression({ name: 'value.hcl', text: question.value });
    if (diagnostics.length > 0) return { problems: problemsOf(diagnostics, 0), unreadable: true };
  }
  const found = new Diagnostics();
  const value =
    question.kind === 'type'
      ? converted(expression, question.value ?? '', scope, found)
      : evaluate(expression, scope, found);
  if (found.hasErrors) return { problems: problemsOf(found.list, offset) };
  return { value: normal(encodeValue(value)), problems: [] };
}

function problemsOf(list: readonly Diagnostic[], offset: number): readonly OracleProblem[] {
  return list.map(({ summary, detail, subject }) => {
    const before = subject?.source.text.slice(offset, subject.start) ?? '';
    return { summary, detail, start: Buffer.byteLength(before) };
  });
}

interface Parsed {
  readonly value: Expression;
  readonly diagnostics: readonly Diagnostic[];
  /** How many characters stand before the question's text. */
  readonly offset: number;
}

function parse({ kind, text }: Question): Parsed {
  const source = { name: 'test.hcl', text };
  if (kind === 'template') return { ...parseTemplate(source), offset: 0 };
  if (kind !== 'json') return { ...parseExpression(source), offset: 0 };
  const before = '{"a":';
  const { value, diagnostics } = parseJsonConfig({ ...source, text: `${before}${text}}` });
  const [attribute] = value.body.items;
  return { value: (attribute as Attribute).value, diagnostics, offset: before.length };
}

function converted(constraint: Expression, text: string, scope: Scope, found: Diagnostics): Value {
  const { type, defaults } = typeFromExpression(constraint, found);
  const { value: expression } = parseExpression({ name: 'value.hcl', text });
  if (found.hasErrors) return { kind: 'null', type };
  const given = evaluate(expression, scope, found);
  if (found.hasErrors) return given;
  try {
    return convert(applyDefaults(given, defaults), type);
  } catch (error) {
    if (!(error instanceof ConversionFailure)) throw error;
    found.error({ code: 'conversion', summary: 'Conversion', detail: error.message });
    return given;
  }
}

/** Numbers as text in full, objects as pairs: what two encoders cannot write differently. */
function normal(data: EncodedValue): unknown {
  if (typeof data === 'number') return { $: 'number', text: String(data) };
  if (data === null) return { $: 'null', type: 'any' };
  if (Array.isArray(data)) return data.map(normal);
  if (typeof data !== 'object') return data;
  const tagged = data as Readonly<Record<string, EncodedValue>>;
  if (typeof tagged['$'] !== 'string') return { $: 'object', entries: pairs(tagged) };
  if (tagged['$'] === 'number') return { $: 'number', text: tagged['text'] };
  if (tagged['$'] === 'null' || tagged['$'] === 'unknown') return tagged;
  if ('items' in tagged) {
    return { ...tagged, items: (tagged['items'] as readonly EncodedValue[]).map(normal) };
  }
  if ('entries' in tagged) {
    return { ...tagged, entries: pairs(tagged['entries'] as Record<string, EncodedValue>) };
  }
  return tagged;
}

function pairs(entries: Readonly<Record<string, EncodedValue>>): unknown {
  // In the order of Go, which JavaScript does not keep for names like "0".
  return Object.entries(entries)
    .sort(([a], [b]) => compareText(a, b))
    .map(([name, entry]) => [name, normal(entry)]);
}
