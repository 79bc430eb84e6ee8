import * as z from 'zod';

/** A server as the config speaks of it: what is secret is named by its ARN. So the functions' environment has it. */
export const serverGrant = z.object({
  origin: z.string(),
  proxy: z.string().optional(),
  proxyLogin: z.string().optional(),
  ca: z.string().optional(),
  clientCertificate: z.string().optional(),
  login: z.string().optional(),
  token: z.string().optional(),
  requestsPerSecond: z.number().optional(),
});
export type ServerGrant = z.infer<typeof serverGrant>;
