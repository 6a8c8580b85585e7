/**
 * A certificate of `localhost` and `127.0.0.1`, signed by itself, and its key, for servers that tests start
 * and nobody else trusts. Good until 2126.
 */
export const localCertificate: { readonly cert: string; readonly key: string } = {
  cert: `-----BEGIN CERTIFICATE-----
MIIBmzCCAUGgAwIBAgIUU9iZFYPZ40ut/ZQqj9zpH+ZAgIIwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyNTE0MjAyOVoYDzIxMjYxMTAx
MTQyMDI5WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAASXsXsT2vaLj/VViGxHJIcF9mygje8sJC+qjbIP2srsIF3VnPzqKKgr
9n6zJkKstx1wxiZyYEL2unXPnYHSjvLbo28wbTAdBgNVHQ4EFgQUyyj0u9poM7Lx
ZuKqOrOGWWxGWmgwHwYDVR0jBBgwFoAUyyj0u9poM7LxZuKqOrOGWWxGWmgwDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
zj0EAwIDSAAwRQIhAPcznfG26ZKEISP6svnH1lN59DK9jrgNIif+3wEQs/wKAiA1
JAPi2C59SCUdHGi77UqyHDUAin4sLm3GmdzyUkefcw==
-----END CERTIFICATE-----
`,
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgYyxlQgcutmW7R6bJ
Il/311OtiNymVK5KVETCu/d73f+hRANCAASXsXsT2vaLj/VViGxHJIcF9mygje8s
JC+qjbIP2srsIF3VnPzqKKgr9n6zJkKstx1wxiZyYEL2unXPnYHSjvLb
-----END PRIVATE KEY-----
`,
};
