import type { Filter } from '@aws-sdk/client-ec2';

/** Filters as templates have them: a map, and blocks for more of the same. */
export interface FilterConfig {
  readonly filters?: Readonly<Record<string, string>> | undefined;
  readonly filter?: readonly { readonly name: string; readonly value: string }[];
}

/** The filters of a template in one map; a name may stand in both, the block counts. */
export function filterMap({
  filters,
  filter = [],
}: FilterConfig): Readonly<Record<string, string>> {
  return { ...filters, ...Object.fromEntries(filter.map(({ name, value }) => [name, value])) };
}

/** Whether the template says anything to filter by. */
export function hasFilters(config: FilterConfig | undefined): config is FilterConfig {
  return config !== undefined && Object.keys(filterMap(config)).length > 0;
}

/** Filters as AWS takes them. Several values of one are separated by commas, a comma in a value is `\,`. */
export function toFilters(values: Readonly<Record<string, string | undefined>>): Filter[] {
  return Object.entries(values).flatMap(([Name, text]) =>
    text === undefined ? [] : [{ Name, Values: valuesIn(text) }],
  );
}

function valuesIn(text: string): string[] {
  return text.split(/(?<!\\),/).map((value) => value.replaceAll('\\,', ','));
}
