page:
  file.managed:
    - name: {{ pillar['folder'] }}/index.html
    - contents: Baked by Salt for {{ pillar['owner'] }}
    - makedirs: True
