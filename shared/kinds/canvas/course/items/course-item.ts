/** What a line of files.jsonl can be. `settings` are Canvas' own bookkeeping, a `bank` holds questions that quizzes draw from. */
export const ITEM_TYPES = [
  'page',
  'assignment',
  'quiz',
  'discussion',
  'announcement',
  'link',
  'tool',
  'syllabus',
  'calendar',
  'file',
  'bank',
  'settings',
] as const;
export type ItemType = (typeof ITEM_TYPES)[number];

/** Dates in ISO 8601, UTC. */
export interface Terms {
  readonly dueAt?: string | undefined;
  readonly unlockAt?: string | undefined;
  readonly lockAt?: string | undefined;
  readonly points?: number | undefined;
}

/** One thing of a course as Canvas shows it, joined from the resources that describe it; judged later, when all are known. */
export interface CourseItem {
  readonly type: ItemType;
  readonly identifier: string;
  /** The archive's path of its text; what is written nowhere but in the settings begins with a slash, as no path does. */
  readonly path: string;
  readonly title: string;
  /** Why students can't see it, wherever they meet it. */
  readonly closedBy: string | undefined;
  /** Nothing says whether they see it, since the export lacks its settings: a module has to lead to it. */
  readonly unknownBy: string | undefined;
  /** Why they find it only through a module. */
  readonly hiddenBy: string | undefined;
  /** Canvas' number of the tab that lists it; undefined where students meet it elsewhere, too (grades, notifications, the home page). */
  readonly tab: number | undefined;
  readonly terms: Terms;
  /** Links within the course, as they stand in its text. */
  readonly links: readonly string[];
  /** Other identifiers that links may name it by, such as that of a quiz's assignment. */
  readonly aliases: readonly string[];
  /** Paths of what belongs to it beside its text. */
  readonly parts: ItemParts;
  /** Where a link or tool leads. */
  readonly url: string | undefined;
  /** What an assignment's settings say beyond its terms, for its readers. */
  readonly task: Task | undefined;
  /** Questions that it has, of a quiz. */
  readonly questions: number | undefined;
}

interface ItemParts {
  readonly settings?: string | undefined;
  readonly questions?: string | undefined;
  /** Identifiers of the question banks that it draws from. */
  readonly banks?: readonly string[] | undefined;
}

/** An assignment's settings as its students see them. */
export interface Task {
  readonly submissionTypes: readonly string[];
  readonly allowedExtensions: readonly string[];
  readonly gradingType: string | undefined;
  readonly group: string | undefined;
  readonly allowedAttempts: number | undefined;
  readonly peerReviews: boolean;
  /** Identifier of its rubric. */
  readonly rubric: string | undefined;
  readonly toolUrl: string | undefined;
}

type Basics = Pick<CourseItem, 'type' | 'identifier' | 'path' | 'title'>;

/** An item with nothing that is not said. */
export function courseItem(basics: Basics, more: Partial<CourseItem> = {}): CourseItem {
  return {
    closedBy: undefined,
    unknownBy: undefined,
    hiddenBy: undefined,
    tab: undefined,
    terms: {},
    links: [],
    aliases: [],
    parts: {},
    url: undefined,
    task: undefined,
    questions: undefined,
    ...basics,
    ...more,
  };
}
