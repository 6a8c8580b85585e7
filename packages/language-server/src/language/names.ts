import type { ConfigFile, Range } from '@bake/hcl';
import { namesInFile } from './names-in-file.ts';

/** Something that a template declares and refers to. */
export interface Name {
  readonly kind: 'variable' | 'local' | 'source' | 'data';
  /** `x`; of sources and data `type.name`. */
  readonly key: string;
}

/** One place where a name stands. */
export interface Occurrence extends Name {
  /** The name itself, without what is around it. */
  readonly range: Range;
  /** With what leads to it: all of `data.http.page`. */
  readonly whole: Range;
  readonly isDeclaration: boolean;
}

const inFiles = new WeakMap<ConfigFile, readonly Occurrence[]>();

/** All occurrences of all names in files of a template. */
export function occurrencesIn(files: readonly ConfigFile[]): readonly Occurrence[] {
  return files.flatMap((file) => {
    const known = inFiles.get(file) ?? namesInFile(file);
    inFiles.set(file, known);
    return known;
  });
}

/** The name at an offset of a file. */
export function occurrenceAt(
  occurrences: readonly Occurrence[],
  path: string,
  offset: number,
): Occurrence | undefined {
  const holds = ({ source, start, end }: Range): boolean =>
    source.name === path && start <= offset && offset <= end;
  return (
    occurrences.find(({ range }) => holds(range)) ?? occurrences.find(({ whole }) => holds(whole))
  );
}

/** The places of one name, its declarations first. */
export function placesOf(
  { kind, key }: Name,
  occurrences: readonly Occurrence[],
): readonly Occurrence[] {
  const own = occurrences.filter((one) => one.kind === kind && one.key === key);
  return [...own.filter(isDeclaration), ...own.filter((one) => !isDeclaration(one))];
}

function isDeclaration(one: Occurrence): boolean {
  return one.isDeclaration;
}
