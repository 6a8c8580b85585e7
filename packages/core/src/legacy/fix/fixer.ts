import { isRecord, type JsonData, type JsonRecord } from './json-data.ts';

/** One thing that changed between versions of Packer, and how a template follows. */
export interface Fixer {
  /** Packer's name for it. */
  readonly name: string;
  /** What it does, for the help text. */
  readonly summary: string;
  /** The builder as it should be; the template is as earlier fixers left it. Throws a `Failure`. */
  builder?(builder: JsonRecord, template: JsonRecord): JsonRecord;
  provisioner?(provisioner: JsonRecord): JsonRecord;
  postProcessor?(postProcessor: JsonRecord): JsonRecord;
}

/** A change to one component. */
export type Change = (component: JsonRecord) => JsonRecord;

/** The change, made only to components of these types; a `*` at the end stands for anything. */
export function forTypes(types: readonly string[], change: Change): Change {
  return (component) => {
    const { type } = component;
    const isMeant = types.some((wanted) =>
      wanted.endsWith('*')
        ? typeof type === 'string' && type.startsWith(wanted.slice(0, -1))
        : type === wanted,
    );
    return isMeant ? change(component) : component;
  };
}

/** Removes properties. */
export function removing(...names: readonly string[]): Change {
  return (component) =>
    Object.fromEntries(Object.entries(component).filter(([name]) => !names.includes(name)));
}

/** What to do about a property that is to be renamed. */
export interface Renaming {
  /** Only values of this type are renamed; others stay under the old name. */
  readonly only?: 'string' | 'boolean';
  /** A value that already stands under the new name is kept, and the old one dropped. */
  readonly keepsNew?: true;
}

/** Renames a property. */
export function renaming(from: string, to: string, { only, keepsNew }: Renaming = {}): Change {
  return (component) => {
    const value = component[from];
    if (value === undefined) return component;
    const isSet = keepsNew === true && Object.hasOwn(component, to);
    if (only !== undefined && typeof value !== only) return component;
    const rest = removing(from)(component);
    return isSet ? rest : { ...rest, [to]: value };
  };
}

/** Removes a property where the one that took its place stands too. */
export function superseding(old: string, by: string): Change {
  return (component) => (Object.hasOwn(component, by) ? removing(old)(component) : component);
}

/** Several changes, one after the other. */
export function inOrder(...changes: readonly Change[]): Change {
  return (component) => changes.reduce((changed, change) => change(changed), component);
}

/** Changes the text of a property; what is no text stays. */
export function rewriting(name: string, rewrite: (text: string) => string): Change {
  return (component) => {
    const value = component[name];
    return typeof value === 'string' ? { ...component, [name]: rewrite(value) } : component;
  };
}

/** Post-processors stand in the array and in arrays in it; texts are those without options. */
export function changedPostProcessors(
  list: readonly JsonData[],
  change: Change,
): readonly JsonData[] {
  const changed = (data: JsonData): JsonData => (isRecord(data) ? change(data) : data);
  return list.map((data) => (Array.isArray(data) ? data.map(changed) : changed(data)));
}
