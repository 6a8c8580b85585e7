# A box with a web server, made of a box of Ubuntu that others publish.

packer {
  required_plugins {
    vagrant = {
      source  = "github.com/hashicorp/vagrant"
      version = ">= 1.1.0"
    }
  }
}

variable "provider" {
  type        = string
  default     = "libvirt"
  description = "What runs the machine: libvirt, virtualbox, vmware_desktop."
}

source "vagrant" "ubuntu" {
  communicator = "ssh"
  source_path  = "bento/ubuntu-24.04"
  provider     = var.provider
  add_force    = true
}

build {
  sources = ["source.vagrant.ubuntu"]

  provisioner "shell" {
    inline = ["sudo apt-get update", "sudo apt-get install -y nginx", "sudo systemctl enable nginx"]
  }

  post-processor "checksum" {
    checksum_types = ["sha256"]
    output         = "output-ubuntu/package.{{ .ChecksumType }}"
  }
}
