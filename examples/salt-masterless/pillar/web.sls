owner: web
