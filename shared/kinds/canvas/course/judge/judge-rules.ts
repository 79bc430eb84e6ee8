import type { Metadata } from '../metadata.ts';

/** What judging needs to know beside the course. */
export interface JudgeRules {
  readonly metadata: Metadata | undefined;
  /** Do the modules show anything? Those of an export without Canvas' settings do by an option only. */
  readonly isShown: boolean;
  /** Does the manifest's tree stand for the settings that the export lacks? */
  readonly isTree: boolean;
  isTutorFile(path: string): boolean;
}
