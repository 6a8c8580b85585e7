import {
  type ConfigSchema,
  type DataSource,
  defineDataSource,
  type Infer,
  string,
  stringMap,
} from '@bake/plugin-sdk';
import { accessOptions, checkAccess, idlePollingOptions } from '../options/access.ts';
import { imageFilterOptions } from '../options/run.ts';

const config = {
  ...imageFilterOptions,
  ...accessOptions,
  ...idlePollingOptions,
} satisfies ConfigSchema;

/** Decoded options of the data source. */
export type AmiQuery = Infer<typeof config>;

const result = {
  id: string('ID of the image.', { required: true }),
  name: string('Name of the image.', { required: true }),
  creation_date: string('When it was made.', { required: true }),
  owner: string('Account that it belongs to.', { required: true }),
  owner_name: string('Alias of that account, such as `amazon`.', { required: true }),
  tags: stringMap('Its tags.', { required: true }),
} satisfies ConfigSchema;

const ami: DataSource<typeof config, typeof result> = defineDataSource({
  name: 'amazon-ami',
  doc: 'Finds a machine image of Amazon.',
  config,
  result,
  check(query, complain) {
    checkAccess(query, complain);
    if (Object.keys(query.filters ?? {}).length === 0) {
      complain('filters', { summary: 'The `filters` must be specified' });
    }
    if (!query.owners?.length) {
      complain('owners', {
        summary: 'For security reasons, you must declare an owner',
        detail:
          'Anybody can publish an image of the same name. Set "owners" to an account ID, "self" or "amazon".',
      });
    }
  },
  async read(query, context) {
    const { readAmi } = await import('./read-ami.ts');
    return readAmi(query, context);
  },
});
export default ami;
