import type { StoredCheckpoint } from './checkpoint-store.ts';

/** What a build would take from the cache, and why not the rest. */
export interface BuildExplanation {
  readonly build: string;
  readonly provisioners: readonly ProvisionerExplanation[];
}

/** What becomes of one provisioner. */
export interface ProvisionerExplanation {
  readonly type: string;
  /** It need not run: its work is in this checkpoint, or in a later one that goes before it. */
  readonly checkpoint?: StoredCheckpoint;
  /** Why it runs. */
  readonly reason?: string;
}

/** Ends a build that was only to be explained. */
export class Explained extends Error {}
