import { compareText, type JsonValue } from '@bake/hcl';
import type { BuildOutline, ComponentOutline } from '../plan/outline.ts';
import { type LegacyComponent, type LegacyTemplate, rawNameOf } from './legacy-template.ts';

/** A part of an inspection: words for people, or a fact that programs are told in between. */
export type InspectionLine =
  | { readonly type: 'text'; readonly text: string }
  | {
      readonly type: 'template-variable' | 'template-builder' | 'template-provisioner';
      /** Name, default and 1 (required) or 0; name and type; type. */
      readonly args: readonly string[];
    };

/**
 * What a legacy template is made of, as Packer tells it (core-behaviour, section 7.9): names are sorted and as
 * they are written, values of sensitive variables hidden.
 */
export function inspectLegacy(legacy: LegacyTemplate): readonly InspectionLine[] {
  const { description } = legacy;
  const text = description?.value ?? '';
  return [
    say('Packer Inspect: JSON mode'),
    ...(text === '' ? [] : [say('Description:\n'), say(`${text}\n`)]),
    ...variableLines(legacy),
    say('Builders:\n'),
    ...builderLines(legacy),
    say(''),
    say('Provisioners:\n'),
    ...provisionerLines(legacy),
    say(
      "\nNote: If your build names contain user variables or template\nfunctions such as 'timestamp', these are processed at build time,\nand therefore only show in their raw form here.",
    ),
  ];
}

/** The template as a build, in the form that builds in HCL have; names are those of builders. */
export function outlineLegacy(legacy: LegacyTemplate): BuildOutline {
  return {
    name: undefined,
    description: legacy.description?.value || undefined,
    sources: legacy.builders.map((builder) => {
      const name = rawNameOf(builder);
      return { type: builder.type.value, name, localName: name };
    }),
    provisioners: legacy.provisioners.map(componentOutline),
    errorCleanup: legacy.errorCleanup && componentOutline(legacy.errorCleanup),
    postProcessors: legacy.sequences.map((sequence) => sequence.map(componentOutline)),
  };
}

function variableLines({ variables }: LegacyTemplate): readonly InspectionLine[] {
  if (variables.size === 0) return [say('Variables:\n'), say('  <No variables>'), say('')];
  const sorted = [...variables].toSorted(([one], [other]) => compareText(one, other));
  const width = Math.max(...sorted.map(([name]) => name.length));
  const required = sorted.filter(([, variable]) => variable.default === null);
  const optional = sorted.filter(([, variable]) => variable.default !== null);
  return [
    ...(required.length === 0 ? [] : [say('Required variables:\n')]),
    ...required.flatMap(([name]) => [fact('template-variable', name, '', '1'), say(`  ${name}`)]),
    ...(required.length === 0 ? [] : [say('')]),
    say('Optional variables and their defaults:\n'),
    ...optional.flatMap(([name, variable]) => {
      const value = variable.sensitive ? '<sensitive>' : (variable.default?.value ?? '');
      return [
        fact('template-variable', name, value, '0'),
        say(`  ${name.padEnd(width)} = ${value}`),
      ];
    }),
    say(''),
  ];
}

function builderLines({ builders }: LegacyTemplate): readonly InspectionLine[] {
  if (builders.length === 0) return [say('  <No builders>')];
  const sorted = builders
    .map((builder) => ({ name: rawNameOf(builder), type: builder.type.value }))
    .toSorted((one, other) => compareText(one.name, other.name));
  const width = Math.max(...sorted.map(({ name }) => name.length));
  return sorted.flatMap(({ name, type }) => [
    fact('template-builder', name, type),
    say(`  ${name.padEnd(width)}${name === type ? '' : ` (${type})`}`),
  ]);
}

function provisionerLines({ provisioners }: LegacyTemplate): readonly InspectionLine[] {
  if (provisioners.length === 0) return [say('  <No provisioners>')];
  return provisioners.flatMap(({ type }) => [
    fact('template-provisioner', type.value),
    say(`  ${type.value}`),
  ]);
}

function say(text: string): InspectionLine {
  return { type: 'text', text };
}

function fact(
  type: Exclude<InspectionLine['type'], 'text'>,
  ...args: readonly string[]
): InspectionLine {
  return { type, args };
}

function componentOutline(component: LegacyComponent): ComponentOutline {
  return {
    type: component.type.value,
    name: component.name?.value,
    only: namesIn(component, 'only'),
    except: namesIn(component, 'except'),
  };
}

function namesIn({ properties }: LegacyComponent, filter: string): readonly string[] {
  const value = properties.find(({ name }) => name.value === filter)?.value;
  const items: readonly JsonValue[] = value?.kind === 'array' ? value.items : value ? [value] : [];
  return items.flatMap((item) => (item.kind === 'string' ? item.value : []));
}
