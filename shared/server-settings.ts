/** How one server is spoken to, as the stack's config says. */
export interface ServerSettings {
  /** Scheme, host and port: `https://hub.internal:8443`. */
  readonly origin: string;
  /** Requests go by way of it, whatever the environment says; it is the admin's own, so its address is not judged. */
  readonly proxy?: { readonly url: string; readonly authorization?: string };
  /** PEM: authorities that its certificate may be from, in place of the public ones. */
  readonly ca?: string;
  /** PEM: a certificate for the client, and its key. */
  readonly clientCertificate?: string;
  /** A whole `Authorization` header, for requests that bring none of their own. */
  readonly authorization?: string;
  readonly requestsPerSecond?: number;
}
