# A box with a web server, made of a box of CentOS that others publish.

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

source "vagrant" "centos" {
  communicator = "ssh"
  source_path  = "centos/stream9"
  provider     = var.provider
  add_force    = true
}

build {
  sources = ["source.vagrant.centos"]

  provisioner "shell" {
    inline = ["sudo dnf install -y nginx", "sudo systemctl enable nginx"]
  }

  post-processor "checksum" {
    checksum_types = ["sha256"]
    output         = "output-centos/package.{{ .ChecksumType }}"
  }
}
