import type { Dispatcher } from 'undici';
import type { ServerSettings } from '../server-settings.ts';
import { openDispatcher } from './dispatcher.ts';
import { type Pace, toPace } from './pace.ts';

export interface HopLimits {
  /** Time until a reply begins, in ms. */
  readonly headersMs: number;
  /** Longest silence within a body, in ms. */
  readonly silenceMs: number;
}

/** How requests reach one origin. */
interface Route {
  readonly dispatcher: Dispatcher;
  readonly authorization: string | undefined;
  readonly pace: Pace;
}

/** Where requests go, and where they may not. */
export interface Network {
  readonly allowedHosts: readonly string[];
  readonly limits: HopLimits;
  route(url: URL): Route;
  close(): Promise<void>;
}

/** One route for each server that the config speaks of, and one for all others. */
export function openNetwork(
  allowedHosts: readonly string[],
  servers: readonly ServerSettings[],
  limits: HopLimits & { readonly connectMs: number },
): Network {
  const toRoute = (settings: Partial<ServerSettings>): Route => ({
    dispatcher: openDispatcher(allowedHosts, limits.connectMs, settings),
    authorization: settings.authorization,
    pace: toPace(settings.requestsPerSecond),
  });
  const others = toRoute({});
  const routes = new Map(servers.map((settings) => [new URL(settings.origin).origin, toRoute(settings)]));
  return {
    allowedHosts,
    limits,
    route: ({ origin }) => routes.get(origin) ?? others,
    async close() {
      await Promise.all([others, ...routes.values()].map(({ dispatcher }) => dispatcher.destroy()));
    },
  };
}
