import {
  type Block,
  type DecodedBody,
  type Diagnostic,
  type Diagnostics,
  decodeItems,
  describeAt,
  expandDynamic,
  listOf,
  mapOf,
  type Range,
  type Scope,
  showRange,
  stringType,
} from '@bake/hcl';
import * as messages from '../messages.ts';
import { argument, nullableArgument } from './meta-arguments.ts';

/** An `hcp_packer_registry` block with what its expressions can refer to. */
export interface Registration {
  readonly block: Block;
  readonly scope: Scope;
}

const schema = {
  attributes: {
    bucket_name: argument(stringType),
    description: argument(stringType),
    labels: nullableArgument(mapOf(stringType)),
    bucket_labels: nullableArgument(mapOf(stringType)),
    build_labels: nullableArgument(mapOf(stringType)),
    channels: nullableArgument(listOf(stringType)),
  },
  blocks: {},
};

/**
 * Checks the `hcp_packer_registry` blocks of a template as Packer does (core-behaviour, section 3.5), so
 * that one that Packer would refuse is not found out there, and says that bake does nothing with them.
 * `inBuilds` has the blocks of each build, `top` those beside them.
 */
export function checkRegistries(
  top: readonly Registration[],
  inBuilds: readonly (readonly Registration[])[],
  diagnostics: Diagnostics,
): void {
  for (const [first, ...others] of inBuilds) {
    if (first !== undefined) diagnostics.add(messages.registryInBuild(first.block));
    for (const { block } of others) diagnostics.add(messages.secondRegistryOfBuild(block));
  }
  const [first, ...others] = [...inBuilds.flatMap((blocks) => blocks[0] ?? []), ...top];
  for (const { block } of others) {
    diagnostics.add(messages.secondRegistry(block, placeOf(first?.block ?? block)));
  }
  for (const registration of [...inBuilds.flat(), ...top]) check(registration, diagnostics);
}

function check({ block, scope }: Registration, diagnostics: Diagnostics): void {
  diagnostics.add(messages.withoutHcp(block));
  const { items } = expandDynamic(block.body, scope, diagnostics);
  const decoded = decodeItems(items, schema, block.header, diagnostics);
  const report = (name: string, describe: (subject: Range) => Diagnostic): void =>
    diagnostics.add(describeAt(decoded, name, describe));
  const bytes = Buffer.byteLength(textOf(decoded, 'description'));
  if (bytes > 255) report('description', (at) => messages.longDescription(bytes, at));
  const bucket = textOf(decoded, 'bucket_name');
  if (bucket !== '' && !/^[a-zA-Z0-9-]{3,36}$/.test(bucket)) {
    report('bucket_name', messages.invalidBucketName);
  }
  if (!isFilled(decoded, 'labels')) return;
  const isTwice = isFilled(decoded, 'bucket_labels');
  report('labels', isTwice ? messages.labelsTwice : messages.deprecatedLabels);
}

/** The empty text where there is none, or none that is known. */
function textOf(decoded: DecodedBody, name: string): string {
  const value = decoded.attributes.get(name)?.value;
  return value?.kind === 'string' ? value.value : '';
}

function isFilled(decoded: DecodedBody, name: string): boolean {
  const value = decoded.attributes.get(name)?.value;
  return value?.kind === 'map' && value.entries.size > 0;
}

function placeOf({ header }: Block): string {
  const { file, start } = showRange(header);
  return `${file}:${start.line}`;
}
