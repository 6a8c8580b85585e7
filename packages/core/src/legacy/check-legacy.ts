import { type Diagnostics, type JsonValue, suggest } from '@bake/hcl';
import { parseVersion, satisfies, type Version } from '../config/version-constraint.ts';
import { coreVersion } from '../version.ts';
import { type LegacyComponent, type LegacyTemplate, rawNameOf } from './legacy-template.ts';
import * as messages from './messages.ts';

/** Reports what does not go together: a version that is too new, no builders, wrong references. */
export function checkLegacy(template: LegacyTemplate, diagnostics: Diagnostics): void {
  checkVersion(template, diagnostics);
  checkComponents(template, diagnostics);
}

/** Reports that there are no builders, and references to some that are not there. */
export function checkComponents(template: LegacyTemplate, diagnostics: Diagnostics): void {
  const { builders, buildersPlace } = template;
  if (builders.length === 0 && buildersPlace !== undefined) {
    diagnostics.add(messages.noBuilders(buildersPlace));
  }
  checkReferences(template, diagnostics);
}

/** Reports filters and overrides for builders that are not there. */
export function checkReferences(template: LegacyTemplate, diagnostics: Diagnostics): void {
  const names = template.builders.map(rawNameOf);
  // Packer does not look at the error-cleanup-provisioner.
  for (const component of template.provisioners) {
    checkFilters(component, names, diagnostics);
    checkOverride(component, names, diagnostics);
  }
  for (const component of template.sequences.flat()) checkFilters(component, names, diagnostics);
}

function checkVersion({ minVersion }: LegacyTemplate, diagnostics: Diagnostics): void {
  if (minVersion === undefined || minVersion.value === '') return;
  const version = parseVersion(minVersion.value);
  if (version === undefined) {
    diagnostics.add(messages.invalidVersion(minVersion.value, minVersion.range));
  } else if (!satisfies(parseVersion(coreVersion) as Version, [{ operator: '>=', version }])) {
    const { value, range } = minVersion;
    diagnostics.add(messages.unsupportedVersion(value, coreVersion, range));
  }
}

function checkFilters(
  component: LegacyComponent,
  names: readonly string[],
  diagnostics: Diagnostics,
): void {
  for (const { name, value } of component.properties) {
    if (name.value !== 'only' && name.value !== 'except') continue;
    for (const item of value.kind === 'array' ? value.items : [value]) {
      checkName(name.value, item, names, diagnostics);
    }
  }
}

function checkName(
  kind: string,
  item: JsonValue,
  names: readonly string[],
  diagnostics: Diagnostics,
): void {
  if (item.kind !== 'string' || names.includes(item.value)) return;
  const similar = suggest(item.value, names);
  diagnostics.add(messages.unknownBuilder(kind, item.value, similar, item.range));
}

function isNull(value: JsonValue): boolean {
  return value.kind === 'literal' && value.value === null;
}

function checkOverride(
  component: LegacyComponent,
  names: readonly string[],
  diagnostics: Diagnostics,
): void {
  const override = component.properties.find(({ name }) => name.value === 'override')?.value;
  if (override === undefined || isNull(override)) return;
  if (override.kind !== 'object') {
    const wanted = 'a JSON object with builders\' names: { "name": { "option": "value" } }';
    diagnostics.add(messages.wrongKind('"override"', wanted, override.range));
    return;
  }
  for (const { name, value } of override.properties) {
    checkName('override', name, names, diagnostics);
    if (value.kind === 'object') continue;
    const wanted = 'a JSON object with options';
    diagnostics.add(messages.wrongKind(`override of "${name.value}"`, wanted, value.range));
  }
}
