import {
  block,
  bool,
  type Complain,
  type ConfigSchema,
  type Infer,
  number,
  string,
  stringMap,
  strings,
} from '@bake/plugin-sdk';
import { isKmsKey } from './kms-key.ts';
import { rendered, tagBlocks, tagMap } from './tags.ts';

/** How an instance or image connects to networks. */
export const networkingOptions = {
  ena_support: bool('Switch enhanced networking (ENA) on or off; as the source has it without.'),
  sriov_support: bool('Switch enhanced networking by SR-IOV on.', { default: false }),
} satisfies ConfigSchema;

/** Decoded networking options. */
export type NetworkingConfig = Infer<typeof networkingOptions>;

/** What the image is to be, in builders that make one. */
export const amiOptions = {
  ami_name: string('Name of the image. No other image of the account may have it in a region.', {
    required: true,
    example: '"web-{{timestamp}}"',
  }),
  ami_description: string(
    'Description of the image; may hold `{{ .SourceAMI }}` and so on.',
    rendered,
  ),
  ami_virtualization_type: string('Kind of virtualization of the source image to filter by.', {
    oneOf: ['hvm', 'paravirtual'],
  }),
  ami_users: strings('Accounts that may start instances of the image.'),
  ami_groups: strings('Groups that may; `all` makes the image public.'),
  ami_org_arns: strings('Organisations that may, as ARNs.'),
  ami_ou_arns: strings('Organisational units that may, as ARNs.'),
  ami_product_codes: strings('Product codes of the image.'),
  ami_regions: strings('Regions to copy the image to.'),
  skip_region_validation: bool('Do not ask AWS at the start whether it knows the regions.', {
    default: false,
  }),
  snapshot_copy_duration_minutes: number(
    'How long copies of snapshots may take (time-based copies): 15 to 2880, in steps of 15.',
    { unit: 'minutes' },
  ),
  tags: tagMap('Tags of the image and its snapshots.'),
  tag: tagBlocks('tags'),
  ...networkingOptions,
  force_deregister: bool(
    'First deregister images that have the name already. `-force` does so, too.',
    { default: false },
  ),
  force_delete_snapshot: bool('Delete the snapshots of those images as well.', { default: false }),
  encrypt_boot: bool(
    'Encrypt the image by copying it; `false` makes copies that are not encrypted. As the source is without.',
  ),
  kms_key_id: string('Key to encrypt it with in `region`; that of EBS without.'),
  region_kms_key_ids: stringMap(
    'Keys to encrypt with by region, for all of `ami_regions`. "" is that of EBS.',
  ),
  skip_save_build_region: bool('Keep the image in `ami_regions` only, not in `region`.', {
    default: false,
  }),
  imds_support: string('`v2.0` makes instances of the image insist on version 2 of the metadata.'),
  deprecate_at: string('When the image is deprecated, in UTC.', {
    example: '"2030-01-01T00:00:00Z"',
  }),
  deregistration_protection: block('Protects the image from being deregistered.', {
    enabled: bool('Switch the protection on.', { default: false }),
    with_cooldown: bool('Keep it for 24 hours after it is switched off; also switches it on.', {
      default: false,
    }),
  }),
  snapshot_tags: tagMap('Further tags of the snapshots.'),
  snapshot_tag: tagBlocks('snapshot_tags'),
  snapshot_users: strings('Accounts that may make volumes of the snapshots.'),
  snapshot_groups: strings('Groups that may; `all` makes the snapshots public.'),
} satisfies ConfigSchema;

/** Decoded image options. */
export type AmiConfig = Infer<typeof amiOptions>;

/** Checks across the image options. `region` is the one to build in, if the template says so. */
export function checkAmi(config: AmiConfig, region: string | undefined, complain: Complain): void {
  checkName(config.ami_name, complain);
  checkKeys(config, region, complain);
  checkSharing(config, complain);
  checkDates(config, complain);
  checkImdsSupport(config, complain);
}

/** Checks the one value that AWS has. */
export function checkImdsSupport(
  { imds_support: support }: Pick<AmiConfig, 'imds_support'>,
  complain: Complain,
): void {
  if (!support || support === 'v2.0') return;
  complain('imds_support', { summary: 'imds_support can only be "v2.0"' });
}

/** Checks that AWS takes the name of an image. */
export function checkName(name: string, complain: Complain): void {
  if (name.length < 3 || name.length > 128) {
    complain('ami_name', {
      summary: 'ami_name must be between 3 and 128 characters long',
      detail: `"${name}" has ${name.length}.`,
    });
  }
  const bad = new Set(name.match(/[^a-zA-Z0-9()[\] ./\-'@_]/g));
  if (bad.size > 0) {
    complain('ami_name', {
      summary: 'ami_name has characters that AWS does not take',
      detail: `${[...bad].map((one) => `"${one}"`).join(', ')} cannot be in it. Letters, digits, spaces and ()[]./-'@_ can.`,
    });
  }
}

function checkKeys(config: AmiConfig, region: string | undefined, complain: Complain): void {
  const { kms_key_id: key, region_kms_key_ids: keys = {}, ami_regions: regions = [] } = config;
  const named = Object.keys(keys);
  for (const each of named.filter((one) => !regions.includes(one))) {
    complain('region_kms_key_ids', {
      summary: `Region ${each} is in region_kms_key_ids but not in ami_regions`,
    });
  }
  for (const each of regions.filter((one) => one !== region && !(one in keys))) {
    if (named.length === 0) break;
    complain('ami_regions', {
      summary: `Region ${each} is in ami_regions but not in region_kms_key_ids`,
      detail: 'An empty text as its key stands for the key of EBS there.',
    });
  }
  const used = [...(key ? [key] : []), ...Object.values(keys).filter(Boolean)];
  if (used.length > 0 && config.encrypt_boot !== true) {
    complain(key ? 'kms_key_id' : 'region_kms_key_ids', {
      summary: 'A key needs encrypt_boot',
      detail: 'Set "encrypt_boot = true", or leave out "kms_key_id" and "region_kms_key_ids".',
    });
  }
  for (const each of used.filter((one) => !isKmsKey(one))) {
    complain(each === key ? 'kms_key_id' : 'region_kms_key_ids', {
      summary: `"${each}" is not a valid KMS key ID`,
      detail: 'Give the ID of a key, `alias/NAME`, or the ARN of one of them.',
    });
  }
}

/** Others cannot read what is encrypted with the key that AWS made for the account. */
function checkSharing(config: AmiConfig, complain: Complain): void {
  const keys = Object.values(config.region_kms_key_ids ?? {});
  const isDefaultKey = !config.kms_key_id && keys.length === 0 && config.encrypt_boot === true;
  if (!isDefaultKey && !keys.includes('')) return;
  const shared = (['ami_users', 'ami_org_arns', 'ami_ou_arns', 'snapshot_users'] as const).find(
    (option) => config[option]?.length,
  );
  if (shared === undefined) return;
  complain(shared, {
    summary: 'Cannot share what is encrypted with the default KMS key',
    detail: isDefaultKey
      ? 'Name a key of your own in "kms_key_id".'
      : 'Name a key of your own for each region in "region_kms_key_ids".',
  });
}

const dateTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

function checkDates(config: AmiConfig, complain: Complain): void {
  const { deprecate_at: date, snapshot_copy_duration_minutes: minutes } = config;
  if (date && (!dateTime.test(date) || Number.isNaN(Date.parse(date)))) {
    complain('deprecate_at', {
      summary: 'deprecate_at is not a time',
      detail: `"${date}" is not of the form YYYY-MM-DDTHH:MM:SSZ.`,
    });
  }
  if (minutes !== undefined && (minutes < 15 || minutes > 2880 || minutes % 15 !== 0)) {
    complain('snapshot_copy_duration_minutes', {
      summary: 'Not a duration that AWS takes',
      detail: 'Give 15 to 2880 minutes, in steps of 15.',
    });
  }
}
