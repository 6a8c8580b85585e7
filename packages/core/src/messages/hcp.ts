import type { Block, Diagnostic, Range } from '@bake/hcl';
import { error, warning } from './diagnostic.ts';

/** What core says of hcp_packer_registry blocks. Summaries are Packer's. */

const block = 'hcp_packer_registry';

export function withoutHcp({ type, header }: Block): Diagnostic {
  return warning(
    'no-hcp',
    `${block} has no effect`,
    'bake does not talk to HCP Packer: the block is checked, and nothing is registered there.',
    type.range,
    header,
  );
}

export function registryInBuild({ type, header }: Block): Diagnostic {
  return warning(
    'deprecated-registry-place',
    `Build block level ${block} are deprecated`,
    'Move the block out of the build block, to the top level of the template.',
    type.range,
    header,
  );
}

export function secondRegistryOfBuild({ type, header }: Block): Diagnostic {
  return error(
    'duplicate-registry',
    `Only one ${block} is allowed`,
    'Put what both say into one.',
    type.range,
    header,
  );
}

export function secondRegistry({ type, header }: Block, first: string): Diagnostic {
  return error(
    'duplicate-registry',
    'Multiple HCP Packer registry block declaration',
    `There is already one at ${first}, and a template has only one. Keep it at the top level.`,
    type.range,
    header,
  );
}

export function longDescription(length: number, subject: Range): Diagnostic {
  return error(
    'invalid-registry',
    `${block}.description should have a maximum length of 255 characters`,
    `This one has ${length} bytes. Shorten it.`,
    subject,
  );
}

export function invalidBucketName(subject: Range): Diagnostic {
  return error(
    'invalid-registry',
    `${block}.bucket_name can only contain between 3 and 36 ASCII letters, numbers and hyphens`,
    'Choose such a name, for instance "ubuntu-base".',
    subject,
  );
}

export function labelsTwice(subject: Range): Diagnostic {
  return error(
    'invalid-registry',
    `${block}.labels and ${block}.bucket_labels are mutually exclusive`,
    '"labels" is the older name of "bucket_labels". Keep "bucket_labels" alone.',
    subject,
  );
}

export function deprecatedLabels(subject: Range): Diagnostic {
  return warning(
    'deprecated-option',
    `the argument ${block}.labels has been deprecated`,
    'Call it "bucket_labels".',
    subject,
  );
}
