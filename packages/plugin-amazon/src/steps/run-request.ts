import { readFile } from 'node:fs/promises';
import type {
  _InstanceType,
  CapacityReservationPreference,
  Image,
  InstanceMetadataOptionsRequest,
  Placement,
  RunInstancesCommandInput,
  ShutdownBehavior,
  Tag,
  TagSpecification,
  Tenancy,
} from '@aws-sdk/client-ec2';
import { Failure, systemReason } from '@bake/plugin-sdk';
import { tagged } from '../aws/tags.ts';
import type { BlockDevice } from '../options/block-devices.ts';
import { isBurstable } from '../options/check-run.ts';
import type { RunConfig } from '../options/run.ts';
import { deviceMappings, noEphemeral } from './block-devices.ts';
import type { Network } from './network.ts';

/** What to start an instance with, beside the template's run options. */
export interface RunWish {
  readonly config: RunConfig;
  readonly image: Image;
  readonly devices: readonly BlockDevice[];
  readonly noEphemeral: boolean;
  readonly network: Network;
  readonly groups: string[];
  readonly key: string | undefined;
  /** Name of the instance profile. */
  readonly profile: string | undefined;
  readonly tags: Tag[];
  readonly volumeTags: Tag[];
}

/** All but how many. */
export type RunRequest = Omit<RunInstancesCommandInput, 'MinCount' | 'MaxCount' | 'ClientToken'>;

/** What the instance is to be, in the call that starts it. */
export async function runRequest(wish: RunWish): Promise<RunRequest> {
  const { config, image, network } = wish;
  const mappings = [...deviceMappings(wish.devices), ...(wish.noEphemeral ? noEphemeral() : [])];
  const userData = await userDataOf(config);
  const licences = licencesOf(config);
  return {
    ImageId: image.ImageId,
    ...(config.instance_type ? { InstanceType: config.instance_type as _InstanceType } : {}),
    InstanceInitiatedShutdownBehavior: config.shutdown_behavior as ShutdownBehavior,
    MetadataOptions: metadataOf(config),
    CapacityReservationSpecification: reservationOf(config),
    ...networkOf(wish),
    ...placementOf(config, network),
    ...specifications(wish),
    ...(mappings.length > 0 ? { BlockDeviceMappings: mappings } : {}),
    ...(wish.key ? { KeyName: wish.key } : {}),
    ...(userData ? { UserData: userData } : {}),
    ...(wish.profile ? { IamInstanceProfile: { Name: wish.profile } } : {}),
    ...(config.ebs_optimized ? { EbsOptimized: true } : {}),
    ...(config.enable_nitro_enclave ? { EnclaveOptions: { Enabled: true } } : {}),
    ...(isBurstable(config) ? { CreditSpecification: { CpuCredits: creditsOf(config) } } : {}),
    ...(licences.length > 0 ? { LicenseSpecifications: licences } : {}),
  };
}

async function userDataOf({ user_data, user_data_file: file }: RunConfig): Promise<string> {
  if (!file) return encoded(Buffer.from(user_data ?? ''));
  const content = await readFile(file).catch((error: unknown) => {
    throw new Failure({ summary: `Cannot read "${file}": ${systemReason(error)}`, cause: error });
  });
  return encoded(content);
}

/** What is base64 already stays. */
function encoded(data: Buffer): string {
  const text = data.toString().replaceAll(/[\r\n]/g, '');
  const isEncoded = text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
  return isEncoded ? text : data.toString('base64');
}

function metadataOf({ metadata_options: given }: RunConfig): InstanceMetadataOptionsRequest {
  if (given?.http_endpoint === 'disabled') return { HttpEndpoint: 'disabled' };
  return {
    HttpEndpoint: 'enabled',
    HttpTokens: given?.http_tokens === 'required' ? 'required' : 'optional',
    HttpPutResponseHopLimit: given?.http_put_response_hop_limit ?? 1,
    ...(given?.instance_metadata_tags === 'enabled' ? { InstanceMetadataTags: 'enabled' } : {}),
  };
}

function reservationOf(config: RunConfig) {
  const { capacity_reservation_id: id, capacity_reservation_group_arn: arn } = config;
  if (id) return { CapacityReservationTarget: { CapacityReservationId: id } };
  if (arn) return { CapacityReservationTarget: { CapacityReservationResourceGroupArn: arn } };
  const preference = config.capacity_reservation_preference || 'none';
  return { CapacityReservationPreference: preference as CapacityReservationPreference };
}

function networkOf({ config, network: { subnet }, groups }: RunWish) {
  const isPublic = config.associate_public_ip_address;
  if (subnet === undefined || isPublic === undefined) {
    return { SecurityGroupIds: groups, ...(subnet === undefined ? {} : { SubnetId: subnet }) };
  }
  return {
    NetworkInterfaces: [
      {
        DeviceIndex: 0,
        AssociatePublicIpAddress: isPublic,
        SubnetId: subnet,
        Groups: groups,
        DeleteOnTermination: true,
      },
    ],
  };
}

function placementOf(
  { placement, tenancy }: RunConfig,
  { zone }: Network,
): { readonly Placement?: Placement } {
  const Placement = {
    ...(zone ? { AvailabilityZone: zone } : {}),
    ...(placement?.host_id ? { HostId: placement.host_id } : {}),
    ...(placement?.host_resource_group_arn
      ? { HostResourceGroupArn: placement.host_resource_group_arn }
      : {}),
    ...(placement?.tenancy || tenancy
      ? { Tenancy: (placement?.tenancy || tenancy) as Tenancy }
      : {}),
  };
  return Object.keys(Placement).length > 0 ? { Placement } : {};
}

function specifications({ tags, volumeTags }: RunWish) {
  const list: TagSpecification[] = [
    ...(tagged(tags, 'instance', 'network-interface').TagSpecifications ?? []),
    ...(tagged(volumeTags, 'volume').TagSpecifications ?? []),
  ];
  return list.length > 0 ? { TagSpecifications: list } : {};
}

function creditsOf(config: RunConfig): string {
  return config.enable_unlimited_credits || config.enable_t2_unlimited ? 'unlimited' : 'standard';
}

function licencesOf({ license_specifications: given }: RunConfig) {
  return given.flatMap(({ license_configuration_request: request }) =>
    request?.license_configuration_arn
      ? [{ LicenseConfigurationArn: request.license_configuration_arn }]
      : [],
  );
}
