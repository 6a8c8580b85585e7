/**
 * Version constraints as HashiCorp's go-version has them: comma-separated, each an operator (`=`, `!=`,
 * `>`, `>=`, `<`, `<=`, `~>`) and a version. `~> 1.2` lets the last part named grow, so
 * `~> 1` lets everything. A pre-release fulfils only what names a pre-release of the same numbers.
 */
export interface VersionConstraint {
  readonly operator: Operator;
  readonly version: Version;
}

/** A version taken apart: numbers, and the pre-release without its dash. */
export interface Version {
  /** As many as were written, at least one. */
  readonly segments: readonly number[];
  readonly prerelease: string;
}

type Operator = '=' | '!=' | '>' | '>=' | '<' | '<=' | '~>';

const versionPattern =
  /^v?(\d+(?:\.\d+)*)(?:-(\d[0-9A-Za-z~-]*(?:\.[0-9A-Za-z~-]+)*)|-?([A-Za-z~-][0-9A-Za-z~-]*(?:\.[0-9A-Za-z~-]+)*))?(?:\+[0-9A-Za-z~-]+(?:\.[0-9A-Za-z~-]+)*)?$/;
const constraintPattern = /^(=|!=|>=|<=|>|<|~>)?\s*(\S+)$/;

/** Reads a version; `undefined` if it is none. */
export function parseVersion(text: string): Version | undefined {
  const match = versionPattern.exec(text.trim());
  if (match === null) return undefined;
  const segments = (match[1] as string).split('.').map(Number);
  return { segments, prerelease: match[2] ?? match[3] ?? '' };
}

/** Reads constraints; `undefined` if the text has another form. */
export function parseConstraints(text: string): readonly VersionConstraint[] | undefined {
  const constraints = text.split(',').map((part) => {
    const match = constraintPattern.exec(part.trim());
    const version = match === null ? undefined : parseVersion(match[2] as string);
    return version && { operator: (match?.[1] ?? '=') as Operator, version };
  });
  return constraints.every((constraint) => constraint !== undefined) ? constraints : undefined;
}

/** True when the version fulfils all the constraints. */
export function satisfies(version: Version, constraints: readonly VersionConstraint[]): boolean {
  return constraints.every((constraint) => fulfils(version, constraint));
}

/**
 * Whether an installed version will do, both as texts. A pre-release that is installed counts as what it will be, as
 * in Packer, where it can be told to be ignored.
 */
export function fits(version: string, constraint: string): boolean {
  const parsed = parseVersion(version);
  if (parsed === undefined) return false;
  return satisfies({ ...parsed, prerelease: '' }, parseConstraints(constraint) ?? []);
}

function fulfils(version: Version, { operator, version: bound }: VersionConstraint): boolean {
  const order = compareVersions(version, bound);
  if (operator === '=') return order === 0;
  if (operator === '!=') return order !== 0;
  if (!isComparable(version, bound)) return false;
  switch (operator) {
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '~>':
      return order >= 0 && sharesAllButLast(version, bound);
  }
}

function isComparable(version: Version, bound: Version): boolean {
  if (version.prerelease === '') return true;
  return bound.prerelease !== '' && compareNumbers(version, bound) === 0;
}

function sharesAllButLast(version: Version, bound: Version): boolean {
  // A release is not what somebody means who names a pre-release, and parts that are not there do not match.
  if (bound.prerelease !== '' && version.prerelease === '') return false;
  if (bound.segments.length > Math.max(3, version.segments.length)) return false;
  const fixed = bound.segments.slice(0, -1);
  return fixed.every((segment, index) => (version.segments[index] ?? 0) === segment);
}

/** Orders versions: negative, zero or positive. A pre-release comes before its release. */
export function compareVersions(a: Version, b: Version): number {
  return compareNumbers(a, b) || comparePrereleases(a.prerelease, b.prerelease);
}

function compareNumbers(a: Version, b: Version): number {
  const length = Math.max(a.segments.length, b.segments.length);
  for (let index = 0; index < length; index += 1) {
    const difference = (a.segments[index] ?? 0) - (b.segments[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function comparePrereleases(a: string, b: string): number {
  if (a === b) return 0;
  if (a === '') return 1;
  if (b === '') return -1;
  const left = a.split('.');
  const right = b.split('.');
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const order = compareParts(left[index], right[index]);
    if (order !== 0) return order;
  }
  return 0;
}

function compareParts(a: string | undefined, b: string | undefined): number {
  if (a === b) return 0;
  if (a === undefined) return -1;
  if (b === undefined) return 1;
  const bothNumbers = /^\d+$/.test(a) && /^\d+$/.test(b);
  if (bothNumbers) return Number(a) - Number(b);
  if (/^\d+$/.test(a)) return -1;
  if (/^\d+$/.test(b)) return 1;
  return a < b ? -1 : 1;
}
