import * as z from 'zod';
import type { ServerSettings } from '../server-settings.ts';
import { readEnv } from './env.ts';
import { readSecretByArn } from './secrets.ts';
import { type ServerGrant, serverGrant } from './server-grant.ts';

const grantsByKind = z.record(z.string(), z.array(serverGrant));

/** How a kind speaks to servers, secrets included. @throws SmallbatchError SECRET_MISSING */
export async function readServers(kind: string): Promise<readonly ServerSettings[]> {
  const grants = grantsByKind.parse(JSON.parse(readEnv(['servers']).servers))[kind] ?? [];
  return await Promise.all(grants.map(toSettings));
}

async function toSettings(grant: ServerGrant): Promise<ServerSettings> {
  const read = async (arn: string | undefined) =>
    arn === undefined ? undefined : await readSecretByArn(arn);
  const [proxyLogin, login, token] = [
    await read(grant.proxyLogin),
    await read(grant.login),
    await read(grant.token),
  ];
  return {
    origin: grant.origin,
    proxy: grant.proxy === undefined ? undefined : { url: grant.proxy, authorization: toBasic(proxyLogin) },
    ca: await read(grant.ca),
    clientCertificate: await read(grant.clientCertificate),
    authorization: token === undefined ? toBasic(login) : `Token ${token}`,
    requestsPerSecond: grant.requestsPerSecond,
  };
}

/** `user:password` as HTTP's Basic scheme has it (RFC 7617). */
const toBasic = (login: string | undefined): string | undefined =>
  login === undefined ? undefined : `Basic ${Buffer.from(login).toString('base64')}`;
