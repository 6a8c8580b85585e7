/** Templates to validate. They use what packer 1.6.6 and bake both have: builder null, nothing that is reached. */

export const smallest = `
source "null" "a" {
  communicator = "none"
}
build {
  sources = ["null.a"]
  provisioner "shell-local" {
    inline = ["true"]
  }
}
`;

/** The quickstart with builder null: 2 sources, 3 provisioners, 3 post-processors. */
export const small = `
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
`;

/**
 * As many images as asked for, each of ten blocks: a variable, a local made from it, a source, and a build of that
 * source with five provisioners and a post-processor. 1,000 of them are 10,000 blocks with 1,000 sources and 5,000
 * provisioners.
 */
export function images(count) {
  return Array.from({ length: count }, (_, number) => image(number)).join('');
}

export const blocksPerImage = 10;

function image(number) {
  const provisioner = (step) => `  provisioner "shell-local" {
    inline = ["echo \${local.title_${number}} step ${step}"]
  }
`;
  return `variable "title_${number}" {
  type    = string
  default = "image ${number}"
}
locals {
  title_${number} = upper(var.title_${number})
}
source "null" "image_${number}" {
  communicator = "none"
}
build {
  sources = ["source.null.image_${number}"]
${[1, 2, 3, 4, 5].map(provisioner).join('')}  post-processor "manifest" {
    output = "manifest-${number}.json"
  }
}
`;
}
