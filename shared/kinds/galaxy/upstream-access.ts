import * as z from 'zod';
import { SmallbatchError } from '../../errors.ts';
import type { Http } from '../../http/http.ts';
import { hideSecret } from '../../safe-text/secrets.ts';

export interface AccessOptions {
  readonly server: string;
  readonly http: Http;
  readonly token?: string;
  readonly authUrl?: string;
  readonly signal?: AbortSignal;
}

/** Credentials for one server. */
export interface Access {
  /** Makes a request with them, if the URL is of the server's own origin; once more when a token turns out to have expired. */
  with<T>(url: string, request: (headers: Record<string, string>) => Promise<T>): Promise<T>;
}

/** A token is renewed so long before it ends, in ms: a request may wait. */
const RENEWED_BEFORE_MS = 30_000;
/** What a token lasts when the server does not say, in s: RFC 6749 leaves it open, Red Hat's SSO says 900. */
const DEFAULT_SECONDS = 300;
/** Token replies have 2 to 4 kB. */
const MAX_TOKEN_BYTES = 100_000;

const tokenReply = z.object({
  access_token: z.string().min(1),
  expires_in: z.number().positive().optional(),
});

/** `Authorization: Token …`, or with an `authUrl` a Bearer token that is had for it (RFC 6749, 6). */
export function openAccess(options: AccessOptions): Access {
  const { origin } = new URL(options.server);
  const { token } = options;
  if (token === undefined) return { with: (_, request) => request({}) };
  const renewed =
    options.authUrl === undefined ? undefined : openBearer({ ...options, token, authUrl: options.authUrl });
  return {
    async with(url, request) {
      if (URL.parse(url)?.origin !== origin) return await request({});
      if (!renewed) return await request({ authorization: `Token ${token}` });
      try {
        return await request(await renewed.header());
      } catch (error) {
        if (!(error instanceof SmallbatchError) || error.code !== 'UPSTREAM_REFUSED') throw error;
        renewed.forget();
        return await request(await renewed.header());
      }
    },
  };
}

function openBearer(options: AccessOptions & { readonly token: string; readonly authUrl: string }) {
  let current: Promise<{ readonly value: string; readonly endsAt: number }> | undefined;
  return {
    forget: () => {
      current = undefined;
    },
    async header() {
      if (current && (await current).endsAt <= performance.now()) current = undefined;
      current ??= exchange(options);
      try {
        return { authorization: `Bearer ${(await current).value}` };
      } catch (error) {
        current = undefined;
        throw error;
      }
    },
  };
}

async function exchange({
  http,
  authUrl,
  token,
  signal,
}: AccessOptions & { authUrl: string; token: string }) {
  const body = new URLSearchParams({
    grant_type: 'refresh_token',
    client_id: 'cloud-services',
    refresh_token: token,
  });
  const found = await http.json(authUrl, tokenReply, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: body.toString(),
    signal,
    maxBytes: MAX_TOKEN_BYTES,
    isSecret: true,
  });
  hideSecret(found.access_token);
  const lastsMs = (found.expires_in ?? DEFAULT_SECONDS) * 1000;
  // a token that lasts less than the margin is used for half its time
  const endsAt = performance.now() + Math.max(lastsMs - RENEWED_BEFORE_MS, lastsMs / 2);
  return { value: found.access_token, endsAt };
}
