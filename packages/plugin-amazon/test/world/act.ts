import type { Call } from '../ec2-server.ts';
import type { World } from '../world.ts';
import type { Xml } from '../xml.ts';

/** The content of an answer. */
export type Answer = { readonly [name: string]: Xml };

/** An error in AWS's form. */
export class Fault extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** What a call does, and what is answered. Throws a `Fault`. */
export type Act = (call: Call, world: World) => Answer;

/** Acts by the actions of AWS that they play. */
export type Acts = Readonly<Record<string, Act>>;

/** Something that was always there. */
export interface Thing {
  readonly [name: string]: Xml;
}

/** The first value of a filter of a call. */
export function filterOf(params: Call['params'], name: string): string | undefined {
  const entry = Object.entries(params).find(
    ([key, value]) => /^Filters?\.\d+\.Name$/.test(key) && value === name,
  );
  return entry && params[entry[0].replace(/Name$/, 'Value.1')];
}
