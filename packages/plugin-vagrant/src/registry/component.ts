import { bool, type ConfigSchema, definePostProcessor, type Infer, string } from '@bake/plugin-sdk';
import { checkPublish, checkTag, publishOptions } from '../publish/options.ts';
import { accessOf, publicAddress } from './access.ts';

const config = {
  box_tag: string('Registry and box, as in a Vagrantfile; the box is made if it is not there.', {
    required: true,
    example: '"hashicorp/precise64"',
  }),
  box_description: string('What a box is that is made.'),
  box_private: bool('A box that is made is for your organisation alone.', { default: false }),
  ...publishOptions,
  client_id: string(
    'ID of the service principal; what `HCP_CLIENT_ID` in the environment says if left out.',
  ),
  client_secret: string('Its secret; what `HCP_CLIENT_SECRET` says if left out.', {
    sensitive: true,
  }),
  hcp_api_address: string(
    `Host and port of the service, or a URL; what \`HCP_API_ADDRESS\` says, or else \`${publicAddress}\`, if left out.`,
  ),
  hcp_auth_url: string(
    'Where tokens come from; what `HCP_AUTH_URL` says, or else `https://auth.idp.hashicorp.com`, if left out.',
  ),
} satisfies ConfigSchema;

/** A decoded config of the post-processor. */
export type RegistryConfig = Infer<typeof config>;

export default definePostProcessor({
  name: 'vagrant-registry',
  doc: 'Uploads a Vagrant box to the HCP Vagrant Box Registry.',
  config,
  remains: {
    published: {
      async remove(traces, context) {
        const { removePublished } = await import('../publish/remove-published.ts');
        const { tokenSource } = await import('./token.ts');
        const token = tokenSource(accessOf({}), false, { protect: () => undefined });
        await removePublished(traces, token, 'HCP_CLIENT_ID and HCP_CLIENT_SECRET', context);
      },
    },
  },
  async check(registry, complain) {
    checkTag(registry.box_tag, complain);
    await checkPublish(registry, complain);
    const { isPublic, clientId, clientSecret } = accessOf(registry);
    const needed = { client_id: clientId, client_secret: clientSecret };
    for (const [option, value] of isPublic ? Object.entries(needed) : []) {
      if (value !== '') continue;
      complain(option, {
        summary: `${option} must be set`,
        detail: `Set it, or HCP_${option.toUpperCase()} in the environment, to that of a service principal.`,
      });
    }
    if (isPublic && registry.insecure_skip_tls_verify) {
      complain('insecure_skip_tls_verify', {
        summary: 'insecure_skip_tls_verify cannot be enabled for HCP',
        detail: 'Leave it out: it is for a service of your own in "hcp_api_address".',
      });
    }
  },
  async process(registry, input, context) {
    const { publish } = await import('./publish.ts');
    return publish(registry, input, context);
  },
});
