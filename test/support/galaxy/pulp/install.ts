import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** As it was measured; another version may ask other paths. */
const PACKAGES = ['pulpcore==3.123.1', 'pulp-ansible==0.30.3', 'psycopg[binary]', 'gunicorn'];
/** Debian's places for the programs of a PostgreSQL server, newest first. */
const POSTGRES = [17, 16, 15, 14].map((version) => `/usr/lib/postgresql/${version}/bin`);

/** Where the programs of a Pulp and of its database are. */
export interface PulpPrograms {
  /** Of a Python virtual environment. */
  readonly pulp: string;
  readonly postgres: string;
}

/**
 * A Pulp of the pinned versions: the virtual environment that `SMALLBATCH_PULP` names, else one that is kept in the folder for
 * temporary files; or why there is none. `install` gets what is missing from PyPI, which takes minutes.
 */
export async function findPulp(install: boolean): Promise<PulpPrograms | { readonly missing: string }> {
  const postgres = POSTGRES.find((folder) => existsSync(join(folder, 'initdb')));
  if (!postgres) return { missing: 'expected a PostgreSQL server (package postgresql), found none' };
  const venv = process.env.SMALLBATCH_PULP ?? join(tmpdir(), 'smallbatch-pulp');
  const pulp = join(venv, 'bin');
  if (existsSync(join(pulp, 'pulpcore-manager'))) return { pulp, postgres };
  if (!install) return { missing: `expected a Pulp in ${venv} (SMALLBATCH_PULP), found none` };
  try {
    await run('python3', ['-m', 'venv', venv]);
    await run(join(pulp, 'pip'), ['install', '--quiet', ...PACKAGES], { timeout: 900_000 });
    return { pulp, postgres };
  } catch (error) {
    return { missing: `expected ${PACKAGES.join(', ')} to install, found ${error}` };
  }
}
