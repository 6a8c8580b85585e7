# A disk of Debian with a small service on it.

packer {
  required_plugins {
    qemu = {
      source  = "github.com/hashicorp/qemu"
      version = ">= 1.1.0"
    }
  }
}

variable "image" {
  type        = string
  default     = "base.qcow2"
  description = "The disk to start from; make-base.sh makes this one."
}

variable "accelerator" {
  type        = string
  default     = ""
  description = "What runs the machine; KVM where it works by default."
}

source "qemu" "debian" {
  accelerator      = var.accelerator
  iso_url          = var.image
  iso_checksum     = "none"
  disk_image       = true
  disk_size        = "1G"
  format           = "qcow2"
  vm_name          = "debian.qcow2"
  headless         = true
  ssh_username     = "packer"
  ssh_password     = "packer"
  shutdown_command = "sudo poweroff"
}

build {
  sources = ["source.qemu.debian"]

  provisioner "file" {
    source      = "${path.root}/files/motd"
    destination = "/tmp/motd"
  }

  provisioner "shell" {
    execute_command = "chmod +x {{ .Path }}; sudo {{ .Vars }} {{ .Path }}"
    inline = [
      "mv /tmp/motd /etc/motd",
      "chown root:root /etc/motd",
      "printf '#!/bin/sh\\necho hello from $(hostname)\\n' > /usr/local/bin/hello",
      "chmod 755 /usr/local/bin/hello",
    ]
  }
}
