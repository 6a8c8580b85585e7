import { Diagnostics } from '@bake/hcl';
import type { Template } from '../config/template.ts';
import { type ComponentBlock, readBuildBlock } from './build-block.ts';
import type { EvaluatedTemplate } from './evaluate-template.ts';
import type { SourceUse } from './source-use.ts';

/** What a build block holds, by name: its plugins need not be there, its bodies need not be right. */
export interface BuildOutline {
  readonly name: string | undefined;
  readonly description: string | undefined;
  /** Those that the template declares, in the order of the block. */
  readonly sources: readonly SourceOutline[];
  readonly provisioners: readonly ComponentOutline[];
  readonly errorCleanup: ComponentOutline | undefined;
  /** Sequences, each a chain. */
  readonly postProcessors: readonly (readonly ComponentOutline[])[];
}

/** A source as a build uses it. */
export interface SourceOutline {
  readonly type: string;
  readonly name: string;
  /** The name that the build uses, `name` where it gives no other. */
  readonly localName: string;
}

/** A provisioner or post-processor; `only` and `except` name sources as `type.name`. */
export interface ComponentOutline {
  readonly type: string;
  readonly name: string | undefined;
  readonly only: readonly string[];
  readonly except: readonly string[];
}

/** The outlines of a template's builds, in template order. What is wrong with a block is passed over. */
export async function outlineBuilds(
  template: Template,
  { scope, answers }: EvaluatedTemplate,
): Promise<readonly BuildOutline[]> {
  const builds = await answers.settled(new Diagnostics(), (diagnostics) =>
    template.builds.map((block) => readBuildBlock(block, { template, scope, diagnostics })),
  );
  return builds.map((build) => {
    return {
      name: build.name || undefined,
      description: build.description || undefined,
      sources: build.sources.map(sourceOutline),
      provisioners: build.provisioners.map(componentOutline),
      errorCleanup: build.errorCleanup && componentOutline(build.errorCleanup),
      postProcessors: build.sequences.map((sequence) => sequence.map(componentOutline)),
    };
  });
}

function sourceOutline({ declaration, localName }: SourceUse): SourceOutline {
  return { type: declaration.type, name: declaration.name, localName };
}

function componentOutline({ type, meta }: ComponentBlock): ComponentOutline {
  return { type, name: meta.name, only: [...meta.only], except: [...meta.except] };
}
