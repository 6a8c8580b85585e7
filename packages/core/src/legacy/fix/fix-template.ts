import {
  type Diagnostic,
  Diagnostics,
  type JsonValue,
  type Range,
  readJson,
  type Source,
  type WithDiagnostics,
} from '@bake/hcl';
import { isFailure } from '@bake/plugin-sdk';
import { checkComponents } from '../check-legacy.ts';
import { cannotFix, notLegacyJson, wrongKind } from '../messages.ts';
import { readLegacy } from '../read-legacy.ts';
import { changedPostProcessors, type Fixer } from './fixer.ts';
import { fixers } from './fixers.ts';
import { dataOf, isRecord, type JsonData, type JsonRecord, jsonText } from './json-data.ts';

/**
 * Brings a legacy template to the options that the present components have, with Packer's fixers in Packer's
 * order, and gives its new text, which ends with a line break: `undefined` when the template cannot be fixed.
 */
export function fixLegacy(source: Source): WithDiagnostics<string | undefined> {
  const diagnostics = new Diagnostics();
  const { value, problems } = readJson(source);
  diagnostics.add(...syntaxProblems(source, problems));
  if (problems.length === 0) checkForm(value, diagnostics);
  const template = dataOf(value);
  if (diagnostics.hasErrors || !isRecord(template)) {
    return { value: undefined, diagnostics: diagnostics.list };
  }
  const places = itemsOf(value, 'builders').map(({ range }) => range);
  const fixed = fixers.reduce(
    (before, fixer) => fixedBy(fixer, before, places, diagnostics),
    template,
  );
  const text = diagnostics.hasErrors ? undefined : `${jsonText(fixed)}\n`;
  return { value: text, diagnostics: diagnostics.list };
}

/** What is still wrong with a fixed template: its form, and names of builders that are not there. */
export function checkFixed(fixed: Source): readonly Diagnostic[] {
  const { value, diagnostics: found } = readLegacy(fixed);
  const diagnostics = new Diagnostics();
  diagnostics.add(...found);
  if (!diagnostics.hasErrors) checkComponents(value, diagnostics);
  return diagnostics.list;
}

function syntaxProblems(source: Source, problems: readonly Diagnostic[]): readonly Diagnostic[] {
  const isJson = problems.length === 0 || /^[\s\uFEFF]*[{[]/.test(source.text);
  return isJson ? problems : [notLegacyJson(source.name), ...problems.slice(0, 1)];
}

/** Fixers go through arrays of objects; what is no such thing cannot be fixed. */
function checkForm(value: JsonValue, diagnostics: Diagnostics): void {
  if (value.kind !== 'object') {
    diagnostics.add(wrongKind('template', 'a JSON object', value.range));
    return;
  }
  for (const { name, value: list } of value.properties) {
    if (!['builders', 'provisioners', 'post-processors'].includes(name.value)) continue;
    if (list.kind !== 'array' && !isNull(list)) {
      diagnostics.add(wrongKind(`"${name.value}"`, 'a JSON array', list.range));
    }
  }
  for (const item of itemsOf(value, 'builders')) {
    if (item.kind !== 'object') {
      diagnostics.add(wrongKind('builder', 'a JSON object', item.range));
    }
  }
}

function isNull(value: JsonValue): boolean {
  return value.kind === 'literal' && value.value === null;
}

function itemsOf(value: JsonValue, name: string): readonly JsonValue[] {
  if (value.kind !== 'object') return [];
  const list = value.properties.findLast((property) => property.name.value === name)?.value;
  return list?.kind === 'array' ? list.items : [];
}

function fixedBy(
  { builder, provisioner, postProcessor }: Fixer,
  template: JsonRecord,
  places: readonly Range[],
  diagnostics: Diagnostics,
): JsonRecord {
  // Packer writes the key down also where a template has no builders.
  const fixed: Record<string, JsonData> = { builders: null, ...template };
  const change = <T>(name: string, by: T | undefined, all: (list: Items, by: T) => Items): void => {
    const list = fixed[name];
    if (by !== undefined && Array.isArray(list)) fixed[name] = all(list, by);
  };
  change('builders', builder, (list, by) =>
    list.map((one, index) => {
      if (!isRecord(one)) return one;
      try {
        return by(one, template);
      } catch (error) {
        if (!isFailure(error)) throw error;
        diagnostics.add(cannotFix(error.message, places[index]));
        return one;
      }
    }),
  );
  change('provisioners', provisioner, (list, by) =>
    list.map((one) => (isRecord(one) ? by(one) : one)),
  );
  change('post-processors', postProcessor, changedPostProcessors);
  return fixed;
}

type Items = readonly JsonData[];
