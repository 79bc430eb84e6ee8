import type { ItemResult } from '../../../kind.ts';
import type { ItemType } from '../course/items/course-item.ts';
import type { FileLine } from './files-list.ts';

/** Entries of one list that are named; all are counted. */
const MAX_NAMED = 200;

/** Things that are counted, the first of them named. */
export class Named<T = string> {
  readonly first: T[] = [];
  count = 0;

  add(value: T): void {
    this.count += 1;
    if (this.first.length < MAX_NAMED) this.first.push(value);
  }
}

export interface DeadLinkLine {
  readonly in: string;
  readonly published: boolean;
  readonly link: string;
  readonly why: string;
}

interface TypeCount {
  total: number;
  published: number;
}

/** Counts a course's files and items, and what became of them, while they are listed. */
export class CourseSurvey {
  readonly types = new Map<ItemType, TypeCount>();
  /** Published files that there is no conversion for, by extension. */
  readonly unsupported = new Map<string, number>();
  readonly quizzesWithoutQuestions = new Named();
  /** Published quizzes that draw from a bank that the export does not have. */
  readonly missingBanks = new Named();
  readonly empty = new Named();
  readonly deadLinks = new Named<DeadLinkLine>();
  /** Dead links in what students see. */
  deadPublished = 0;
  links = 0;
  readonly #ids: ReadonlySet<string>;
  readonly #outputs = new Map<string, string>();

  /** `ids`: what the outline leads to. */
  constructor(ids: ReadonlySet<string>) {
    this.#ids = ids;
  }

  /** Where the Markdown of something in the outline lies, if it has any. */
  outputOf(id: string): string | undefined {
    return this.#outputs.get(id);
  }

  add({ detail = {} }: ItemResult, line: FileLine): void {
    this.#countType(line);
    if (line.output !== null)
      for (const id of namesOf(line)) if (this.#ids.has(id)) this.#outputs.set(id, line.output);
    if (line.published) this.#addPublished(line, detail);
    this.#addLinks(line, detail);
  }

  #countType({ type, published }: FileLine): void {
    const count = this.types.get(type) ?? { total: 0, published: 0 };
    count.total += 1;
    if (published) count.published += 1;
    this.types.set(type, count);
  }

  #addPublished(line: FileLine, detail: NonNullable<ItemResult['detail']>): void {
    const { type, status, path, extension, questions } = line;
    if (status === 'unsupported') this.unsupported.set(extension, (this.unsupported.get(extension) ?? 0) + 1);
    if (type === 'quiz' && questions === 0) this.quizzesWithoutQuestions.add(path);
    if (typeof detail.missingBanks === 'number') this.missingBanks.add(path);
    if (detail.isEmpty === true) this.empty.add(path);
  }

  #addLinks({ path, published, deadLinks }: FileLine, detail: NonNullable<ItemResult['detail']>): void {
    if (typeof detail.links === 'number') this.links += detail.links;
    if (published) this.deadPublished += deadLinks;
    const named = Array.isArray(detail.dead) ? detail.dead : [];
    for (const each of named) {
      const { link, why } = each as { link: string; why: string };
      this.deadLinks.add({ in: path, published, link, why });
    }
    // what its own result did not name
    this.deadLinks.count += deadLinks - named.length;
  }
}

/** The outline names a file as the course does. */
function namesOf({ id, path }: FileLine): string[] {
  return id === path ? [id] : [id, path];
}
