# An image of Debian with a small service in it: built, tagged, saved to a file and pushed.

packer {
  required_plugins {
    docker = {
      source  = "github.com/hashicorp/docker"
      version = ">= 1.0.0"
    }
  }
}

variable "image" {
  type        = string
  default     = "debian-base:12"
  description = "The image to start from; make-base.sh makes this one."
}

variable "registry" {
  type        = string
  default     = "127.0.0.1:5000"
  description = "Where to push to."
}

variable "version" {
  type    = string
  default = "1.0"
}

source "docker" "hello" {
  image   = var.image
  pull    = false
  commit  = true
  message = "hello ${var.version}"
  changes = [
    "ENV HELLO_VERSION=${var.version}",
    "CMD [\"/usr/local/bin/hello\"]",
  ]
  # The scripts below need no network.
  run_command = ["-d", "-i", "-t", "--network=none", "--entrypoint=/bin/sh", "--", "{{.Image}}"]
}

build {
  sources = ["source.docker.hello"]

  provisioner "file" {
    source      = "${path.root}/files/motd.txt"
    destination = "/etc/motd"
  }

  provisioner "shell" {
    inline = [
      "printf '#!/bin/sh\\necho \"hello $HELLO_VERSION\"\\ncat /etc/motd\\n' > /usr/local/bin/hello",
      "chmod 755 /usr/local/bin/hello",
    ]
  }

  post-processors {
    post-processor "docker-tag" {
      repository = "${var.registry}/hello"
      tags       = [var.version, "latest"]
    }
    post-processor "docker-save" {
      path = "hello.tar"
    }
    post-processor "docker-push" {}
  }
}
