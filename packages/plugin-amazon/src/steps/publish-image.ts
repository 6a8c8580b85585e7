import {
  CreateTagsCommand,
  EnableImageDeprecationCommand,
  EnableImageDeregistrationProtectionCommand,
  ModifyImageAttributeCommand,
  type ModifyImageAttributeRequest,
  type PermissionGroup,
  type Tag,
} from '@aws-sdk/client-ec2';
import { defineStep, type RunContext } from '@bake/plugin-sdk';
import type { Cloud } from '../aws/cloud.ts';
import type { Ec2 } from '../aws/ec2.ts';
import { snapshotsOf } from '../aws/remove-image.ts';
import { shareSnapshots } from '../aws/share-snapshots.ts';
import { together } from '../aws/together.ts';
import type { AmiConfig } from '../options/ami.ts';
import type { RegionImage } from './copy-image.ts';

/** The options that have a say in it. */
type PublishConfig = Pick<
  AmiConfig,
  | 'ami_users'
  | 'ami_groups'
  | 'ami_org_arns'
  | 'ami_ou_arns'
  | 'ami_product_codes'
  | 'imds_support'
  | 'snapshot_users'
  | 'snapshot_groups'
  | 'deprecate_at'
>;

/** What to say of the finished images, and who may use them. */
export interface PublishWish {
  readonly cloud: Cloud;
  readonly config: PublishConfig;
  readonly images: readonly RegionImage[];
  /** Rendered. */
  readonly description: string;
  readonly tags: Tag[];
  readonly snapshotTags: Tag[];
}

/** Gives the images their description, tags, permissions, and deprecation, in all regions. */
export const publishImage = defineStep<PublishWish, void>({
  name: 'publish-image',
  run: publish,
});

/** The same outside of a builder. */
export async function publish(
  wish: PublishWish,
  { ui, signal }: Pick<RunContext, 'ui' | 'signal'>,
): Promise<void> {
  await together(
    wish.images.map(async ({ region, image }) => {
      const { ImageId: id = '' } = image;
      const place = { ec2: wish.cloud.ec2(region), id, snapshots: snapshotsOf(image), signal };
      ui.say(`Setting attributes and tags of ${id} in ${region}`);
      await setAttributes(wish, place);
      await shareSnapshots(place.ec2, place.snapshots, wish.config, signal);
      await setTags(wish, place);
      await setDeprecation(wish.config, place);
    }),
  );
}

interface Place {
  readonly ec2: Ec2;
  readonly id: string;
  readonly snapshots: readonly string[];
  readonly signal: AbortSignal;
}

/** AWS changes one kind of attribute in a call. */
async function setAttributes(wish: PublishWish, { ec2, id, signal }: Place): Promise<void> {
  const { config, description } = wish;
  const permissions = [
    config.ami_groups?.map((one) => ({ Group: one as PermissionGroup })),
    config.ami_users?.map((one) => ({ UserId: one })),
    config.ami_org_arns?.map((one) => ({ OrganizationArn: one })),
    config.ami_ou_arns?.map((one) => ({ OrganizationalUnitArn: one })),
  ].flatMap((list) => (list?.length ? [{ LaunchPermission: { Add: list } }] : []));
  const changes: Omit<ModifyImageAttributeRequest, 'ImageId'>[] = [
    ...(description ? [{ Description: { Value: description } }] : []),
    ...permissions,
    ...(config.ami_product_codes?.length ? [{ ProductCodes: [...config.ami_product_codes] }] : []),
    ...(config.imds_support ? [{ ImdsSupport: { Value: config.imds_support } }] : []),
  ];
  for (const change of changes) {
    await ec2.send(new ModifyImageAttributeCommand({ ImageId: id, ...change }), signal);
  }
}

async function setTags({ tags, snapshotTags }: PublishWish, place: Place): Promise<void> {
  const { ec2, id, snapshots, signal } = place;
  if (tags.length > 0) {
    const Resources = [id, ...snapshots];
    await ec2.send(new CreateTagsCommand({ Resources, Tags: tags }), signal);
  }
  if (snapshotTags.length > 0 && snapshots.length > 0) {
    const Resources = [...snapshots];
    await ec2.send(new CreateTagsCommand({ Resources, Tags: snapshotTags }), signal);
  }
}

async function setDeprecation({ deprecate_at: date }: PublishConfig, place: Place): Promise<void> {
  const { ec2, id, signal } = place;
  if (!date) return;
  const DeprecateAt = new Date(date);
  await ec2.send(new EnableImageDeprecationCommand({ ImageId: id, DeprecateAt }), signal);
}

/** Which images to protect. */
export interface ProtectWish extends Pick<PublishWish, 'cloud' | 'images'> {
  readonly config: Pick<AmiConfig, 'deregistration_protection'>;
}

/** Protects the images from being deregistered: last, as they cannot be removed after it if something fails. */
export const protectImages = defineStep<ProtectWish, void>({
  name: 'protect-images',
  async run({ cloud, config, images }, { signal }) {
    const { deregistration_protection: protection } = config;
    if (!protection?.enabled && !protection?.with_cooldown) return;
    await together(
      images.map(async ({ region, image: { ImageId } }) => {
        const WithCooldown = protection.with_cooldown;
        const command = new EnableImageDeregistrationProtectionCommand({ ImageId, WithCooldown });
        await cloud.ec2(region).send(command, signal);
      }),
    );
  },
});
