import type { RootValues } from '@bake/core';
import { compareText, goQuote, renderValue, type Value } from '@bake/hcl';

/** Variables and locals in Packer's layout, which scripts read: a quoted value each, sorted by name. */
export function valuesText({ variables, locals }: RootValues): string {
  return `> input-variables:\n\n${lines('var', variables)}\n> local-variables:\n\n${lines('local', locals)}`;
}

function lines(prefix: string, values: ReadonlyMap<string, Value>): string {
  return [...values]
    .toSorted(([a], [b]) => compareText(a, b))
    .map(([name, value]) => `${prefix}.${name}: ${goQuote(renderValue(value))}\n`)
    .join('');
}
