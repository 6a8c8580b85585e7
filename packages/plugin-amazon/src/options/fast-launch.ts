import { block, blocks, bool, type Complain, type Infer, number, string } from '@bake/plugin-sdk';

const templateOptions = {
  template_id: string('ID of the launch template to prepare instances with.'),
  template_name: string('Name of the launch template.'),
  template_version: number('Version of the launch template; its latest one without.'),
};

const options = {
  enable_fast_launch: bool('Switch it on.', { default: false }),
  ...templateOptions,
  max_parallel_launches: number('How many instances at once prepare snapshots: 6 or more.'),
  target_resource_count: number('How many snapshots to keep ready.'),
  region_launch_templates: blocks('Launch templates of single regions.', {
    region: string('The region, that of the build or one of `ami_regions`.', { required: true }),
    enable_fast_launch: bool('Switch it on there; as in the block around it without.'),
    ...templateOptions,
  }),
};

/** Faster starts of Windows. */
export const fastLaunchOptions = {
  fast_launch: block(
    'Has AWS prepare snapshots, so that instances of an image of Windows start faster.',
    options,
  ),
};

/** The decoded block. */
export type FastLaunchConfig = Infer<typeof options>;

/** A launch template, and whether the region gets fast launch at all. */
export type RegionFastLaunch = Pick<
  FastLaunchConfig,
  'template_id' | 'template_name' | 'template_version'
>;

/** What holds in a region; nothing where fast launch stays off. */
export function fastLaunchIn(
  config: FastLaunchConfig | undefined,
  region: string,
): RegionFastLaunch | undefined {
  const own = config?.region_launch_templates.find((one) => one.region === region);
  const isOn = own?.enable_fast_launch ?? config?.enable_fast_launch;
  return isOn ? (own ?? config) : undefined;
}

/** Checks the block. `regions` are those that the image is to be in, as far as the template says. */
export function checkFastLaunch(
  config: FastLaunchConfig | undefined,
  regions: readonly string[],
  complain: Complain,
): void {
  if (config === undefined) return;
  checkTemplate('fast_launch.0', config, complain);
  for (const [index, one] of config.region_launch_templates.entries()) {
    const place = `fast_launch.0.region_launch_templates.${index}`;
    checkTemplate(place, one, complain);
    if (regions.length > 0 && !regions.includes(one.region)) {
      complain(`${place}.region`, {
        summary: `The image is not made in ${one.region}`,
        detail: 'Add the region to "ami_regions", or leave out its launch template.',
      });
    }
  }
  const { max_parallel_launches: most } = config;
  if (most !== undefined && most !== 0 && most < 6) {
    complain('fast_launch.0.max_parallel_launches', {
      summary: 'max_parallel_launches must be at least 6',
      detail: 'AWS takes no less.',
    });
  }
}

function checkTemplate(place: string, given: RegionFastLaunch, complain: Complain): void {
  if (given.template_id && given.template_name) {
    complain(`${place}.template_name`, {
      summary: 'A launch template is named twice',
      detail: 'Set "template_id" or "template_name", not both.',
    });
  }
  if (given.template_version && !given.template_id && !given.template_name) {
    complain(`${place}.template_version`, {
      summary: 'Which launch template',
      detail: 'Set "template_id" or "template_name" to say which one the version is of.',
    });
  }
}
