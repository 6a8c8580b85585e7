import type { Call } from './ec2-server.ts';
import { type Acts, type Answer, Fault } from './world/act.ts';
import { identityActs } from './world/identities.ts';
import { type Image, type Import, imageActs } from './world/images.ts';
import { type Instance, instanceActs } from './world/instances.ts';
import { keyPairActs } from './world/key-pairs.ts';
import { networkActs } from './world/network.ts';
import { objectActs } from './world/objects.ts';
import { volumeActs } from './world/volumes.ts';

/** A cloud as small as can be: what was made in it and not removed. */
export class World {
  readonly keyPairs = new Set<string>();
  readonly groups = new Map<string, string>();
  /** Instance profiles, roles, and what connects them. */
  readonly identities = new Set<string>();
  /** What was asked for launch templates with, by name. */
  readonly templates = new Map<string, Call['params']>();
  readonly instances = new Map<string, Instance>();
  readonly images = new Map<string, Image>();
  /** Copies of images by the token that they were asked for with. */
  readonly copies = new Map<string, string>();
  readonly volumes = new Set<string>();
  /** Instances by the volumes that they have. */
  readonly attachments = new Map<string, string>();
  /** Volumes by the token that they were asked for with. */
  readonly marks = new Map<string, string>();
  readonly snapshots = new Set<string>();
  /** Objects in buckets of S3, and what is uploaded in parts. */
  readonly objects = new Set<string>();
  readonly imports = new Map<string, Import>();
  /** What AWS says of snapshots that it makes itself. */
  readonly descriptions = new Map<string, string>();
  /** Volumes that snapshots were made of. */
  readonly snapshotVolumes = new Map<string, string>();
  /** Calls after which a thing is what it is to become. */
  slowness = 0;
  /** What images are of: `windows`. */
  platform: string | undefined;
  #count = 0;

  /** Names of all that is left, but for terminated instances. */
  get left(): readonly string[] {
    const running = [...this.instances].filter(([, { state }]) => state !== 'terminated');
    return [
      ...this.keyPairs,
      ...this.groups.keys(),
      ...this.templates.keys(),
      ...this.identities,
      ...running.map(([id]) => id),
      ...this.images.keys(),
      ...this.volumes,
      ...this.snapshots,
      ...this.objects,
      ...[...this.imports].filter(([, { state }]) => state === 'active').map(([id]) => id),
    ];
  }

  answer(call: Call): Answer {
    const act = actions[call.action];
    if (act === undefined) throw new Fault('InvalidAction', call.action);
    return act(call, this);
  }

  id(kind: string): string {
    this.#count += 1;
    return `${kind}-${this.#count}`;
  }
}

const actions: Acts = {
  ...identityActs,
  ...networkActs,
  ...keyPairActs,
  ...instanceActs,
  ...volumeActs,
  ...imageActs,
  ...objectActs,
  GetParameter: () => ({ Parameter: { Value: 'ami-new', Version: 3, ARN: 'arn:p' } }),
  GetSecretValue: () => ({ SecretString: '{"user":"ada","port":5432}', VersionId: 'v1' }),
  CreateTags: () => ({ return: true }),
  DeleteTags: () => ({ return: true }),
};
