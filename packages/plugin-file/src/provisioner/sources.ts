import type { CopyConfig } from './component.ts';

/** What to copy, in its order, each with the path of the option that names it: `sources.0`. */
export function sourcesOf(
  copy: Pick<CopyConfig, 'source' | 'sources'>,
): readonly { readonly option: string; readonly path: string }[] {
  const listed = (copy.sources ?? []).map((path, index) => ({ option: `sources.${index}`, path }));
  return copy.source ? [...listed, { option: 'source', path: copy.source }] : listed;
}
