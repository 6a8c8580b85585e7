import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Moto } from '@bake/plugin-sdk/testing';

/** Puts a secret there. */
export async function createSecret({ address }: Moto, name: string, text: string): Promise<void> {
  const credentials = { accessKeyId: 'key', secretAccessKey: 'secret' };
  const client = new SecretsManagerClient({ endpoint: address, region: 'eu-west-1', credentials });
  await client.send(new CreateSecretCommand({ Name: name, SecretString: text }));
  client.destroy();
}
