import {
  type ConfigSchema,
  type DataSource,
  defineDataSource,
  type Infer,
  string,
} from '@bake/plugin-sdk';
import { checkAccess, idlePollingOptions, serviceAccessOptions } from '../options/access.ts';

const config = {
  name: string('Name or ARN of the secret.', { required: true }),
  key: string('Key of a secret that is a JSON object; its first one without.'),
  version_id: string('Version of the secret; goes before `version_stage`.'),
  version_stage: string('Label of the version.', { default: 'AWSCURRENT' }),
  ...serviceAccessOptions,
  ...idlePollingOptions,
} satisfies ConfigSchema;

/** Decoded options of the data source. */
export type SecretQuery = Infer<typeof config>;

const secret = { required: true, sensitive: true } as const;
const result = {
  value: string('Value of the key, or the whole text of a secret that is no JSON object.', secret),
  secret_string: string('The whole text of the secret.', secret),
  secret_binary: string('The bytes of a binary secret, in base64.', secret),
  version_id: string('Version of the secret.', { required: true }),
} satisfies ConfigSchema;

const secretsManager: DataSource<typeof config, typeof result> = defineDataSource({
  name: 'amazon-secretsmanager',
  doc: 'Reads a secret of AWS Secrets Manager.',
  config,
  result,
  check(query, complain) {
    checkAccess(query, complain);
    if (query.name === '') complain('name', { summary: "a 'name' must be provided" });
  },
  async read(query, context) {
    const { readSecret } = await import('./read-secret.ts');
    return readSecret(query, context);
  },
});
export default secretsManager;
