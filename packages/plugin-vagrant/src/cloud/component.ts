import { type ConfigSchema, definePostProcessor, type Infer, string } from '@bake/plugin-sdk';
import { checkPublish, checkTag, publishOptions } from '../publish/options.ts';
import { isPublic, publicUrl, tokenOf } from './access.ts';

const config = {
  box_tag: string('The box, which must be there already, as in a Vagrantfile.', {
    required: true,
    example: '"hashicorp/precise64"',
  }),
  ...publishOptions,
  access_token: string(
    'Token of the service; what `VAGRANT_CLOUD_TOKEN` or else `ATLAS_TOKEN` in the environment says if left out. A service of your own may do without.',
    { sensitive: true },
  ),
  vagrant_cloud_url: string('The service.', { default: publicUrl }),
} satisfies ConfigSchema;

/** A decoded config of the post-processor. */
export type CloudConfig = Infer<typeof config>;

export default definePostProcessor({
  name: 'vagrant-cloud',
  doc: 'Uploads a Vagrant box to Vagrant Cloud, or to a service that speaks as it does.',
  config,
  remains: {
    published: {
      async remove(traces, context) {
        const { removePublished } = await import('../publish/remove-published.ts');
        const token = tokenOf({});
        await removePublished(
          traces,
          async () => token || undefined,
          'VAGRANT_CLOUD_TOKEN',
          context,
        );
      },
    },
  },
  async check(cloud, complain) {
    checkTag(cloud.box_tag, complain);
    await checkPublish(cloud, complain);
    if (isPublic(cloud.vagrant_cloud_url) && tokenOf(cloud) === '') {
      complain('access_token', {
        summary: 'access_token must be set if vagrant_cloud_url has not been overridden',
        detail: 'Set it, or VAGRANT_CLOUD_TOKEN in the environment, to a token of the service.',
      });
    }
  },
  async process(cloud, input, context) {
    const { publish } = await import('./publish.ts');
    return publish(cloud, input, context);
  },
});
