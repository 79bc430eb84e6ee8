import type { IncomingMessage, ServerResponse } from 'node:http';

/** Who may read: a fixed token, or one that is had for a refresh token and lasts a while. */
export type Access =
  | { readonly token: string }
  | {
      readonly refreshToken: string;
      readonly expiresIn: number;
      /** Grows with each token that is given out; only the newest one is taken. */
      issued?: number;
    };

export const isTokenRequest = (path: string): boolean => path === '/auth/token';

export function hasAccess({ headers }: IncomingMessage, access: Access | undefined): boolean {
  if (!access) return true;
  const expected = 'token' in access ? `Token ${access.token}` : `Bearer ${nameOf(access.issued)}`;
  return headers.authorization === expected;
}

/** The SSO of Automation Hub: `grant_type=refresh_token` for an access token. */
export async function sendToken(
  request: IncomingMessage,
  reply: ServerResponse,
  access?: Access,
): Promise<void> {
  const form = new URLSearchParams(Buffer.concat(await Array.fromAsync(request)).toString());
  const isKnown =
    access &&
    'refreshToken' in access &&
    request.method === 'POST' &&
    form.get('grant_type') === 'refresh_token' &&
    form.get('client_id') === 'cloud-services' &&
    form.get('refresh_token') === access.refreshToken;
  if (!isKnown) return void reply.writeHead(400).end('{"error": "invalid_grant"}');
  access.issued = (access.issued ?? 0) + 1;
  reply.writeHead(200, { 'content-type': 'application/json' });
  reply.end(JSON.stringify({ access_token: nameOf(access.issued), expires_in: access.expiresIn }));
}

const nameOf = (issued = 0): string => `access-${issued}`;
