import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect } from '@jest/globals';
import type { Ec2Server } from '../ec2-server.ts';
import type { BuildSettings, Outcome } from '../test-build.ts';

/** Options as templates have them. */
export type Given = Readonly<Record<string, unknown>>;
/** Parameters of a call; `undefined`: without. */
export type Params = Readonly<Record<string, string | undefined>>;

/** What a build did: its outcome, and the server that it called. */
export interface Seen extends Outcome {
  readonly server: Ec2Server;
}

/** How an option shows: in a call with these parameters (`undefined`: without), or as a function checks. */
export type Effect = readonly [action: string, params: Params] | ((seen: Seen) => void);

/** Shows what options do. */
export interface Row {
  /** Options that the row shows, a nested one by its path. */
  readonly shows: string | readonly string[];
  readonly set: Given | ((server: Ec2Server) => Given);
  readonly effect: Effect;
  readonly env?: (server: Ec2Server) => Readonly<Record<string, string | undefined>>;
  readonly prepare?: (server: Ec2Server) => void;
  readonly settings?: BuildSettings;
  /** The build is to fail. */
  readonly fails?: RegExp;
}

const folder = mkdtempSync(join(tmpdir(), 'bake-amazon-'));
afterAll(() => rmSync(folder, { recursive: true }));
/** Writes a file for a test, and gives its path. */
export const file = (name: string, content: string): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};

/** Stands for the ID of anything of a kind. */
export function expectAny(kind: string): string {
  return `any ${kind}`;
}

/** Expects a call with these parameters among those that were made. */
export function expectCall({ server }: Seen, action: string, params: Params): void {
  const calls = server.of(action).map((call) => call.params);
  const isLike = (call: Params): boolean =>
    Object.entries(params).every(([name, wanted]) =>
      wanted?.startsWith('any ')
        ? call[name]?.startsWith(`${wanted.slice(4)}-`)
        : call[name] === wanted,
    );
  if (!calls.some(isLike)) expect(calls).toContainEqual(expect.objectContaining(params));
}

/** The call that makes the image that all others are copies of. */
export function firstAction({ server }: Seen): string {
  return server.of('RegisterImage').length > 0 ? 'RegisterImage' : 'CreateImage';
}
