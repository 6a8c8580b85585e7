# A box made of another box: brought up, provisioned and packed again by Vagrant.

packer {
  required_plugins {
    vagrant = {
      source  = "github.com/hashicorp/vagrant"
      version = ">= 1.1.0"
    }
  }
}

variable "box" {
  type        = string
  default     = "output-boxes/debian-libvirt.box"
  description = "The box to start from; base.pkr.hcl makes this one."
}

variable "template" {
  type        = string
  default     = ""
  description = "A template of the Vagrantfile, in place of the one that the builder has."
}

source "vagrant" "web" {
  communicator = "ssh"
  source_path  = var.box
  provider     = "libvirt"
  template     = var.template
  box_name     = "bake-debian-web"
  add_force    = true
  ssh_timeout  = "20m"
}

build {
  sources = ["source.vagrant.web"]

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
      "sync",
    ]
  }
}
