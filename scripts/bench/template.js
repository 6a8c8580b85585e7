/** A template as people write them, about 2.5 kB; `number` makes its names its own. */
export function template(number) {
  return `# Image number ${number}
packer {
  required_plugins {
    amazon = {
      version = ">= 1.2.8"
      source  = "github.com/hashicorp/amazon"
    }
  }
}

variable "region_${number}" {
  type        = string
  default     = "eu-central-1"
  description = "Where the image number ${number} is made."
  validation {
    condition     = length(var.region_${number}) > 4 && can(regex("^[a-z]{2}-", var.region_${number}))
    error_message = "The region must be a full name, such as \\"eu-central-1\\"."
  }
}

locals {
  name_${number} = "web-\${formatdate("YYYYMMDD-hhmm", timestamp())}-\${var.suffix == "" ? "plain" : var.suffix}"
  tags_${number} = {
    Name        = local.name_${number}
    Environment = var.environment
    Owners      = join(",", [for owner in var.owners : lower(owner) if owner != ""])
    "made:by"   = "bake"
    Number      = ${number}
  }
}

source "amazon-ebs" "web_${number}" {
  ami_name      = local.name_${number}
  instance_type = var.fast ? "c5.4xlarge" : "t3.micro"
  region        = var.region_${number}
  ssh_username  = "admin"
  source_ami_filter {
    filters = {
      name                = "debian-12-amd64-*"
      root-device-type    = "ebs"
      virtualization-type = "hvm"
    }
    most_recent = true
    owners      = ["136693071363"]
  }
  launch_block_device_mappings {
    device_name           = "/dev/xvda"
    volume_size           = 8 * (1 + ${number} % 4)
    volume_type           = "gp3"
    delete_on_termination = true
  }
  dynamic "tag" {
    for_each = local.tags_${number}
    content {
      key   = tag.key
      value = tag.value
    }
  }
}

build {
  name    = "web-${number}"
  sources = ["source.amazon-ebs.web_${number}"]

  provisioner "file" {
    source      = "files/nginx.conf"
    destination = "/tmp/nginx.conf"
  }

  provisioner "shell" {
    environment_vars = ["DEBIAN_FRONTEND=noninteractive", "REGION=\${var.region_${number}}"]
    inline = [
      "sudo apt-get update",
      "sudo apt-get install -y nginx curl ca-certificates",
      "sudo install -m 0644 /tmp/nginx.conf /etc/nginx/nginx.conf",
    ]
    only = ["amazon-ebs.web_${number}"]
  }

  provisioner "shell" {
    inline = [<<-EOT
      set -eu
      # Leave nothing behind.
      rm -rf /tmp/nginx.conf /var/cache/apt/archives/*.deb
      echo "built \${build.ID} as number ${number}" | sudo tee /etc/image-release
      %{ if var.harden ~}
      sudo sysctl -w net.ipv4.conf.all.rp_filter=1
      %{ endif ~}
    EOT
    ]
    max_retries = 3
  }

  post-processor "manifest" {
    output     = "manifest-${number}.json"
    strip_path = true
    custom_data = {
      number = ${number}
      source = "\${build.Host}:\${build.Port}"
    }
  }
}
`;
}
