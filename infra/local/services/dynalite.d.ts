declare module 'dynalite' {
  import type { Server } from 'node:http';

  /** `path` is a LevelDB folder; the `...Ms` are how long a table stays in a transitional state. */
  export default function dynalite(options: { path?: string; createTableMs?: number }): Server;
}
