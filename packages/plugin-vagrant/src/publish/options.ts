import {
  bool,
  type Complain,
  type ConfigSchema,
  checkTemplateOption,
  type Infer,
  string,
} from '@bake/plugin-sdk';

/** Options of both post-processors that publish boxes. */
export const publishOptions = {
  version: string('Version that the box is, such as `1.4.0`.', { required: true }),
  version_description: string('What is new in the version, in Markdown.'),
  no_release: bool('Leave the version unreleased: nobody gets it yet.', { default: false }),
  architecture: string(
    'Architecture that the box is for; what its metadata.json says if left out.',
    { example: '"amd64"' },
  ),
  default_architecture: string(
    'The architecture whose box clients get that do not ask for one; this box is marked so if it is its own.',
  ),
  box_download_url: string(
    'Where the box is served, if it is not to be uploaded: a Go template with `.Provider`, `.Architecture` and `.ArtifactId`.',
    { templating: 'component', fields: ['ArtifactId', 'Architecture', 'Provider'] },
  ),
  no_direct_upload: bool('Upload through the service, not directly to where it keeps boxes.', {
    default: false,
  }),
  box_checksum: string('Checksum that clients compare the box with, as `sha256:...`.'),
  insecure_skip_tls_verify: bool('Take any certificate, unless it is of the public service.', {
    default: false,
  }),
} satisfies ConfigSchema;

/** The decoded options. */
export type PublishConfig = Infer<typeof publishOptions>;

/** Checks the options that both have. */
export async function checkPublish(
  { version, box_checksum, box_download_url }: PublishConfig,
  complain: Complain,
): Promise<void> {
  if (version === '') {
    complain('version', {
      summary: 'version must be set',
      detail: 'Give the version that the box is to be, for instance "1.0.0".',
    });
  }
  if (box_checksum && !/^[^:]+:./.test(box_checksum)) {
    complain('box_checksum', {
      summary: 'box_checksum format invalid (format: CHECKSUM_TYPE:CHECKSUM_VALUE)',
      detail: 'Write it as "sha256:" and the digits.',
    });
  }
  await checkTemplateOption('box_download_url', box_download_url, complain);
}

/** Whether a tag is of the form `registry/box`; complains if it is not. */
export function checkTag(tag: string, complain: Complain): void {
  if (/^[^/]+\/[^/]+$/.test(tag)) return;
  complain('box_tag', {
    summary: tag === '' ? 'box_tag must be set' : 'box_tag must include registry and box name',
    detail: 'Write it as in a Vagrantfile, with one slash: "hashicorp/precise64".',
  });
}
