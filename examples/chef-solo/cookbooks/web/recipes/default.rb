directory node['web']['folder'] do
  recursive true
end

file "#{node['web']['folder']}/index.html" do
  content "Baked by Chef\n"
end
