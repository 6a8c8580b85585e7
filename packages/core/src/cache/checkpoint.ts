import type { Traces } from '@bake/plugin-sdk';
import type { PluginIdentity } from '../plugins/registry.ts';
import type { KeyedHash } from './keyed-hash.ts';
import type { Parts } from './parts.ts';

/** A checkpoint as the cache knows it. Every hash in it is keyed. */
export interface Checkpoint {
  /** A UUID. */
  readonly id: string;
  /** Fingerprint of all that went into it. */
  readonly key: string;
  /** Fingerprint of what came before its provisioner: the key of the checkpoint before, or of the machine's start. */
  readonly previous: string;
  /** What its provisioner depends on. */
  readonly parts: Parts;
  /** What the machine started of. */
  readonly start: Parts;
  /** How many provisioners' work it holds, and of how many. */
  readonly done: number;
  readonly total: number;
  /** Type of the last of them. */
  readonly provisioner: string;
  readonly build: string;
  /** Folder of the template, absolute: the builder's plugin is found from there. */
  readonly templateFolder: string;
  readonly builder: { readonly type: string; readonly plugin: PluginIdentity };
  /** When it was made, RFC 3339. */
  readonly time: string;
  readonly bytes: number;
  readonly traces: Traces;
}

const format = 1;

/** The text of a checkpoint's file. */
export function writeCheckpoint(checkpoint: Checkpoint, hash: KeyedHash): string {
  const text = JSON.stringify(checkpoint);
  return `${JSON.stringify({ format, seal: hash.of(format, text), checkpoint })}\n`;
}

/** Reads such a text; `undefined` if it is not, to the letter, what a cache with this key has written. */
export function readCheckpoint(text: string, hash: KeyedHash): Checkpoint | undefined {
  try {
    const file = JSON.parse(text) as {
      readonly format?: unknown;
      readonly seal?: unknown;
      readonly checkpoint?: Checkpoint;
    };
    if (file.format !== format || file.checkpoint === undefined) return undefined;
    const isWhole = file.seal === hash.of(format, JSON.stringify(file.checkpoint));
    return isWhole ? file.checkpoint : undefined;
  } catch {
    return undefined;
  }
}
