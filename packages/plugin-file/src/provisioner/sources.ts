import type { CopyConfig } from './component.ts';

/** What to copy, in its order, each with the option that names it. */
export function sourcesOf(
  copy: Pick<CopyConfig, 'source' | 'sources'>,
): readonly { readonly option: 'source' | 'sources'; readonly path: string }[] {
  const listed = (copy.sources ?? []).map((path) => ({ option: 'sources' as const, path }));
  return copy.source ? [...listed, { option: 'source', path: copy.source }] : listed;
}
