import type { Diagnostics, Range, Scope } from '@bake/hcl';
import { suggest } from '@bake/hcl';
import { isFailure, type ManifestKind } from '@bake/plugin-sdk';
import type { Template } from '../config/template.ts';
import * as messages from '../messages.ts';
import type { ComponentOf, Loaded, Registry } from '../plugins/registry.ts';
import type { Answers } from '../services/answers.ts';

/** What all of planning shares. */
export interface Planning {
  readonly template: Template;
  readonly registry: Registry;
  /** `var`, `local`, `data`, `path`, `packer` and the functions. */
  readonly scope: Scope;
  readonly diagnostics: Diagnostics;
  /** What expressions in the scope are evaluated with. */
  readonly answers: Answers;
  readonly startTime: Date;
  readonly workingDir: string;
  /** What `{{build}}` gives before there is a build; absent where asking is a mistake. */
  readonly data?: Readonly<Record<string, string>>;
}

/** What reading a build block needs: no plugin has to be there. */
export type BuildReading = Pick<Planning, 'template' | 'scope' | 'diagnostics'>;

const nouns: Readonly<Record<ManifestKind, string>> = {
  builders: 'source',
  provisioners: 'provisioner',
  'post-processors': 'post-processor',
  'data-sources': 'data source',
  communicators: 'communicator',
};

/** Loads a component that the template names at `subject`; reports and gives `undefined` when it cannot be had. `noun` is what messages call the kind. */
export async function loadComponent<K extends ManifestKind>(
  registry: Registry,
  kind: K,
  type: string,
  subject: Range,
  diagnostics: Diagnostics,
  noun: string = nouns[kind],
): Promise<Loaded<ComponentOf[K]> | undefined> {
  if (!registry.has(kind, type)) {
    const similar = suggest(type, registry.names(kind));
    diagnostics.add(messages.unknownComponent(noun, type, similar, subject));
    return undefined;
  }
  try {
    return await registry.load(kind, type);
  } catch (error) {
    if (!isFailure(error)) throw error;
    diagnostics.add(messages.componentDidNotLoad(error.message, error.detail, subject));
    return undefined;
  }
}
