/** How long `validate` takes beside Debian's packer, in pairs; and what of it is Node's own start-up. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { timePairs } from './pairs.js';

const bake = [process.execPath, join(import.meta.dirname, '../../packages/cli/bin/bake.js')];

const templates = {
  'smallest (1 source, 1 provisioner)': `
source "null" "a" {
  communicator = "none"
}
build {
  sources = ["null.a"]
  provisioner "shell-local" {
    inline = ["true"]
  }
}
`,
  'small (the quickstart on null: 2 sources, 3 provisioners, 3 post-processors)': `
variable "greeting" {
  type    = string
  default = "Hello"
}
locals {
  title = upper("web + worker")
}
source "null" "web" {
  communicator = "none"
}
source "null" "worker" {
  communicator = "none"
}
build {
  sources = ["source.null.web", "source.null.worker"]
  provisioner "shell" {
    inline = ["mkdir -p app/bin"]
  }
  provisioner "file" {
    source      = "\${path.root}/main.pkr.hcl"
    destination = "app/motd.txt"
  }
  provisioner "shell" {
    environment_vars = ["GREETING=\${var.greeting}", "TITLE=\${local.title}"]
    inline           = ["echo \\"$TITLE\\" > app/title.txt"]
  }
  post-processors {
    post-processor "compress" {
      output = "web.zip"
    }
    post-processor "checksum" {
      checksum_types = ["sha256"]
    }
    post-processor "manifest" {
    }
  }
}
`,
};

/** Rows of the benchmark; none when there is no packer to compare with. */
export function benchValidate() {
  if (spawnSync('packer', ['version']).status !== 0) {
    console.log('SKIPPED: validate beside packer: no packer on PATH');
    return [];
  }
  const env = { ...process.env, CHECKPOINT_DISABLE: '1' };
  const folder = mkdtempSync(join(tmpdir(), 'bake-bench-'));
  try {
    return Object.entries(templates).map(([name, text]) => {
      writeFileSync(join(folder, 'main.pkr.hcl'), text);
      const ours = [...bake, 'validate', 'main.pkr.hcl'];
      const pair = timePairs(ours, ['packer', 'validate', 'main.pkr.hcl'], { cwd: folder, env });
      const bare = timePairs(ours, [process.execPath, '-e', '0'], { cwd: folder, env, rounds: 7 });
      return { name, ...pair, node: bare.theirs };
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
