# A folder with a page.
class web {
  file { $facts['folder']:
    ensure => directory,
  }
  file { "${facts['folder']}/index.html":
    content => "Baked by Puppet as ${facts['packer_build_name']}\n",
  }
}
