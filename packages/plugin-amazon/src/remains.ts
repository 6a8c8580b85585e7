import type { Remains } from '@bake/plugin-sdk';

/** Kinds of things that the builders note in the journal. */
export type RemainKind =
  | 'key-pair'
  | 'security-group'
  | 'instance-profile'
  | 'launch-template'
  | 'instance'
  | 'snapshot'
  | 'image'
  | 'volume'
  | 's3-object'
  | 'bundle'
  | 'import-task';

const kinds: readonly RemainKind[] = [
  'key-pair',
  'security-group',
  'instance-profile',
  'launch-template',
  'instance',
  'snapshot',
  'image',
  'volume',
  's3-object',
  'bundle',
  'import-task',
];

/** How `bake cleanup` removes them. */
export const remains: Readonly<Record<string, Remains>> = Object.fromEntries(
  kinds.map((kind) => [
    kind,
    {
      async remove(traces, context) {
        const { reclaim } = await import('./aws/reclaim.ts');
        await reclaim(kind, traces, context);
      },
    } satisfies Remains,
  ]),
);
