# A base box for Vagrant with libvirt: a disk of Debian, with what Vagrant wants to find in a machine.

packer {
  required_plugins {
    qemu = {
      source  = "github.com/hashicorp/qemu"
      version = ">= 1.1.0"
    }
    vagrant = {
      source  = "github.com/hashicorp/vagrant"
      version = ">= 1.1.0"
    }
  }
}

variable "image" {
  type        = string
  default     = "base.qcow2"
  description = "The disk to start from; ../qemu-debian/make-base.sh makes this one."
}

variable "accelerator" {
  type        = string
  default     = "none"
  description = "What runs the machine: none leaves it to QEMU, kvm is quicker where it works."
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
  ssh_timeout      = "20m"
  shutdown_command = "sudo poweroff"
}

build {
  sources = ["source.qemu.debian"]

  provisioner "shell" {
    execute_command = "chmod +x {{ .Path }}; sudo {{ .Vars }} {{ .Path }}"
    script          = "${path.root}/files/for-vagrant.sh"
  }

  post-processor "vagrant" {
    compression_level    = 1
    output               = "output-boxes/debian-{{ .Provider }}.box"
    vagrantfile_template = "${path.root}/files/Vagrantfile.base"

    # Vagrant can take the box and its versions from this file on a web server. Packer knows no such block.
    catalog {
      path        = "output-boxes/debian.json"
      name        = "bake/debian"
      version     = "12.0.0"
      description = "Debian 12, as small as can be."
    }
  }
}
