import { mkdirSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { basename, join } from 'node:path';
import type { AmazonCloud } from './amazon-cloud.ts';
import type { RunSettings } from './run-bake.ts';

/** Regions that a build has images in. */
export const regions: readonly string[] = ['eu-central-1', 'eu-west-1'];

/** What a builder is told besides. */
const options = {
  'amazon-ebs': '',
  'amazon-ebssurrogate': `
  ami_virtualization_type = "hvm"
  launch_block_device_mappings {
    device_name           = "/dev/sdf"
    volume_size           = 1
    delete_on_termination = true
  }
  ami_root_device {
    source_device_name = "/dev/sdf"
    device_name        = "/dev/xvda"
  }
`,
} as const;

/** Makes a folder with a template `main.pkr.hcl`, and says how to run bake there. */
export function placeAmazonBuild(
  { address, sshd }: AmazonCloud,
  cwd: string,
  builder: keyof typeof options,
): RunSettings {
  mkdirSync(cwd);
  const template = `
source "${builder}" "web" {
  region              = "eu-central-1"
  custom_endpoint_ec2 = "${address}"
  ami_name            = "web-${basename(cwd)}"
  ami_regions         = ["eu-west-1"]
  source_ami          = "ami-0ubuntu"
  instance_type       = "t3.micro"
  ssh_username        = "${userInfo().username}"
  ssh_port            = ${sshd.target.port}
  tags                = { Of = "{{ .SourceAMI }}" }
  aws_polling {
    delay_seconds = 1
  }
${options[builder]}
}
build {
  sources = ["${builder}.web"]
  provisioner "shell" {
    inline = ["echo provisioned"]
  }
}
`;
  writeFileSync(join(cwd, 'main.pkr.hcl'), template);
  const env = {
    AWS_ACCESS_KEY_ID: 'key',
    AWS_SECRET_ACCESS_KEY: 'secret-of-the-test',
    AWS_EC2_METADATA_DISABLED: 'true',
    BAKE_STATE_DIR: join(cwd, 'state'),
  };
  return { cwd, env };
}
