import { randomUUID } from 'node:crypto';
import {
  type _InstanceType,
  CreateFleetCommand,
  type CreateFleetCommandInput,
  type CreateFleetError,
  CreateLaunchTemplateCommand,
  type LaunchTemplateTagSpecificationRequest,
  type RequestLaunchTemplateData,
  type SpotAllocationStrategy,
} from '@aws-sdk/client-ec2';
import type { BuildContext, Failure } from '@bake/plugin-sdk';
import { type Made, make } from '../aws/make.ts';
import { markTag } from '../aws/mark.ts';
import { codeOf } from '../aws/refusal.ts';
import { tagged } from '../aws/tags.ts';
import { settled } from '../aws/wait.ts';
import * as messages from '../messages.ts';
import type { StartWish } from './run-instance.ts';
import { type RunRequest, runRequest } from './run-request.ts';

/**
 * Has AWS start an instance that it has to spare: by a fleet, which can choose among types and zones, of a temporary launch
 * template. The instance is found again by a tag.
 */
export async function launchSpot(wish: StartWish, context: BuildContext): Promise<Made> {
  const { ec2, pace } = wish;
  const mark = randomUUID();
  const name = `bake-${mark}`;
  const template = new CreateLaunchTemplateCommand({
    LaunchTemplateName: name,
    ClientToken: mark,
    LaunchTemplateData: templateData(wish, await runRequest(wish), mark),
    ...tagged(wish.spotTags, 'launch-template'),
  });
  const makeTemplate = async (late: AbortSignal): Promise<string> =>
    (await ec2.send(template, late)).LaunchTemplate?.LaunchTemplateId ?? '';
  const label = `launch template ${name}`;
  const templateMaking = { kind: 'launch-template', label, traces: { name }, pace } as const;
  await make(ec2, { ...templateMaking, make: makeTemplate }, context);
  const making = {
    kind: 'instance',
    label: `spot instance with the tag ${markTag}=${mark}`,
    traces: { mark },
    pace,
  } as const;
  const request = fleetRequest(wish, name);
  return make(ec2, { ...making, make: (late) => launch(wish, request, late) }, context);
}

/** Launch templates take what the call that starts instances takes, but for a few things. */
function templateData(wish: StartWish, request: RunRequest, mark: string) {
  const {
    SubnetId,
    SecurityGroupIds,
    InstanceInitiatedShutdownBehavior: _stop,
    CapacityReservationSpecification: _reservation,
    TagSpecifications = [],
    ...data
  } = request;
  const ownTag = { Key: markTag, Value: mark };
  const forInstance = TagSpecifications.find((one) => one.ResourceType === 'instance')?.Tags ?? [];
  const others = TagSpecifications.filter((one) => one.ResourceType !== 'instance');
  const specifications: LaunchTemplateTagSpecificationRequest[] = [
    { ResourceType: 'instance', Tags: [...forInstance, ownTag] },
    ...others,
    ...(tagged(wish.spotTags, 'spot-instances-request').TagSpecifications ?? []),
  ];
  const subnet = { DeviceIndex: 0, SubnetId, Groups: SecurityGroupIds, DeleteOnTermination: true };
  const { spot_price: price } = wish.config;
  return {
    ...data,
    ...(SubnetId === undefined ? { SecurityGroupIds } : { NetworkInterfaces: [subnet] }),
    TagSpecifications: specifications,
    InstanceMarketOptions: {
      MarketType: 'spot',
      ...(price === 'auto' ? {} : { SpotOptions: { MaxPrice: price } }),
    },
  } as RequestLaunchTemplateData;
}

function fleetRequest({ config, fleetTags }: StartWish, name: string): CreateFleetCommandInput {
  const Overrides = config.spot_instance_types?.map((one) => ({
    InstanceType: one as _InstanceType,
  }));
  const { spot_allocation_strategy: strategy } = config;
  return {
    Type: 'instant',
    TargetCapacitySpecification: { TotalTargetCapacity: 1, DefaultTargetCapacityType: 'spot' },
    LaunchTemplateConfigs: [
      {
        LaunchTemplateSpecification: { LaunchTemplateName: name, Version: '1' },
        ...(Overrides?.length ? { Overrides } : {}),
      },
    ],
    ...(strategy
      ? { SpotOptions: { AllocationStrategy: strategy as SpotAllocationStrategy } }
      : {}),
    ...tagged(fleetTags, 'fleet'),
  };
}

/** Asks again while there is none to spare, or while the instance profile is too new to be known. */
async function launch(
  { ec2, pace }: StartWish,
  request: CreateFleetCommandInput,
  signal: AbortSignal,
): Promise<string> {
  return settled(isForNow, pace, signal, async () => {
    const command = new CreateFleetCommand({ ...request, ClientToken: randomUUID() });
    const { Instances, Errors = [] } = await ec2.send(command, signal);
    const id = Instances?.[0]?.InstanceIds?.[0];
    if (id === undefined) throw noSpot(Errors);
    return id;
  });
}

function isForNow(error: unknown): boolean {
  return (
    /^(InsufficientInstanceCapacity|UnfulfillableCapacity)$/.test(codeOf(error)) ||
    /Invalid IAM Instance Profile/i.test(String(error))
  );
}

function noSpot(errors: readonly CreateFleetError[]): Failure {
  const { ErrorCode: name = 'nothing to spare', ErrorMessage: message = '' } = errors[0] ?? {};
  return messages.noSpot(name, message);
}
