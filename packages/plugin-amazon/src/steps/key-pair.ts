import { randomUUID } from 'node:crypto';
import { CreateKeyPairCommand, DescribeKeyPairsCommand, type Tag } from '@aws-sdk/client-ec2';
import { defineStep, saveDebugKey } from '@bake/plugin-sdk';
import type { Ec2 } from '../aws/ec2.ts';
import { make } from '../aws/make.ts';
import { isRefusal } from '../aws/refusal.ts';
import { removers } from '../aws/removers.ts';
import { tagged } from '../aws/tags.ts';
import type { Pace } from '../aws/wait.ts';
import * as messages from '../messages.ts';
import type { RunConfig } from '../options/run.ts';

/** What key pair the template wants. */
export interface KeyPairWish {
  readonly ec2: Ec2;
  readonly config: RunConfig;
  readonly tags: Tag[];
  readonly pace: Pace;
}

/** The key pair to start the instance with. */
export interface KeyPair {
  readonly name?: string;
  /** That of a temporary pair. */
  readonly privateKey?: string;
}

/** Has AWS make a temporary key pair, unless the template has another way to log in. */
export const keyPair = defineStep<KeyPairWish, KeyPair>({
  name: 'key-pair',
  async run({ ec2, config, tags, pace }, context) {
    const { signal, ui, protect } = context;
    const given = config.temporary_key_pair_name;
    if (config.ssh_keypair_name) return { name: config.ssh_keypair_name };
    if (!given && !needsKey(config)) return {};
    const name = given || `bake_${randomUUID()}`;
    // Ours is removed by its name at the end, which must not be somebody's.
    if (given && (await exists(ec2, given, signal))) throw messages.keyPairTaken(given);
    ui.say(`Creating the temporary key pair ${name}`);
    let privateKey = '';
    const command = new CreateKeyPairCommand({
      KeyName: name,
      KeyType: config.temporary_key_pair_type === 'ed25519' ? 'ed25519' : 'rsa',
      ...tagged(tags, 'key-pair'),
    });
    const traces = { name };
    const create = async (late: AbortSignal): Promise<string> => {
      const answer = await ec2.send(command, late).catch(async (error: unknown) => {
        if (!isRefusal(error, /^InvalidKeyPair\.Duplicate$/)) throw error;
        // An answer was lost, and with it the private key.
        await removers['key-pair'](ec2, traces, { signal: late, pace });
        return ec2.send(command, late);
      });
      privateKey = answer.KeyMaterial ?? '';
      protect(privateKey);
      return answer.KeyPairId ?? name;
    };
    await make(
      ec2,
      { kind: 'key-pair', label: `key pair ${name}`, traces, pace, make: create },
      context,
    );
    await saveDebugKey(`ec2_${context.build.sourceName}.pem`, privateKey, context);
    return { name, privateKey };
  },
});

function needsKey(config: RunConfig): boolean {
  if (config.communicator === 'none') return false;
  if (config.communicator === 'winrm') return !config.winrm_password;
  return !config.ssh_private_key_file && !config.ssh_password && !config.ssh_agent_auth;
}

async function exists(ec2: Ec2, name: string, signal: AbortSignal): Promise<boolean> {
  try {
    const answer = await ec2.send(new DescribeKeyPairsCommand({ KeyNames: [name] }), signal);
    return (answer.KeyPairs?.length ?? 0) > 0;
  } catch (error) {
    if (isRefusal(error, /^InvalidKeyPair\.NotFound$/)) return false;
    throw error;
  }
}
