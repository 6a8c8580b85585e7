# Two machines, made the same way and packed up. The builder "sandbox" needs nothing but Node: each
# machine is a folder with a private SSH server. Swap it for "null", "docker" or "amazon-ebs" and the rest
# stays as it is.

packer {
  required_version = ">= 1.6.0"
}

variable "greeting" {
  type    = string
  default = "Hello"
}

variable "folder" {
  type        = string
  default     = "app"
  description = "Where the application lives on the machine, below the user's home."
}

variable "services" {
  type    = list(string)
  default = ["web", "worker"]
}

locals {
  title = upper(join(" + ", var.services))
}

source "sandbox" "web" {}

source "sandbox" "worker" {}

build {
  sources = ["source.sandbox.web", "source.sandbox.worker"]

  provisioner "shell" {
    inline = ["mkdir -p ${var.folder}/bin"]
  }

  provisioner "file" {
    source      = "${path.root}/files/motd.txt"
    destination = "${var.folder}/motd.txt"
  }

  provisioner "shell" {
    environment_vars = ["GREETING=${var.greeting}", "TITLE=${local.title}"]
    inline = [
      "echo \"$GREETING from ${source.name}\" > ${var.folder}/greeting.txt",
      "echo \"$TITLE\" > ${var.folder}/title.txt",
      "echo \"Provisioned $PACKER_BUILD_NAME\"",
    ]
  }

  post-processors {
    post-processor "compress" {
      output = "output-${source.name}/${source.name}.zip"
    }
    post-processor "checksum" {
      checksum_types = ["sha256"]
      output         = "output-${source.name}/${source.name}.{{.ChecksumType}}"
    }
    post-processor "manifest" {
      output = "output-${source.name}/manifest.json"
    }
  }
}
