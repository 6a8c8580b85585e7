import {
  bool,
  type ConfigSchema,
  type DataSource,
  defineDataSource,
  type Infer,
  string,
} from '@bake/plugin-sdk';
import { checkAccess, idlePollingOptions, serviceAccessOptions } from '../options/access.ts';

const config = {
  name: string('Name of the parameter; `NAME:VERSION` or `NAME:LABEL` for another version.', {
    required: true,
    example: '"/web/version"',
  }),
  with_decryption: bool('Decrypt a parameter of the kind SecureString.', { default: false }),
  ...serviceAccessOptions,
  ...idlePollingOptions,
} satisfies ConfigSchema;

/** Decoded options of the data source. */
export type ParameterQuery = Infer<typeof config>;

const result = {
  value: string('Value of the parameter.', { required: true, sensitive: true }),
  version: string('Version of the parameter.', { required: true }),
  arn: string('ARN of the parameter.', { required: true }),
} satisfies ConfigSchema;

const parameterStore: DataSource<typeof config, typeof result> = defineDataSource({
  name: 'amazon-parameterstore',
  doc: 'Reads a parameter of AWS Systems Manager.',
  config,
  result,
  check(query, complain) {
    checkAccess(query, complain);
    if (query.name === '') complain('name', { summary: "a 'name' must be provided" });
  },
  async read(query, context) {
    const { readParameter } = await import('./read-parameter.ts');
    return readParameter(query, context);
  },
});
export default parameterStore;
