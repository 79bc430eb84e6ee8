import { LinkScan } from '../../links/scan.ts';
import { isText, type QtiPart, type Question, textsOf } from '../../quiz/question.ts';
import { readQti } from '../../quiz/read-qti.ts';
import type { Resource } from '../manifest.ts';
import { dependentFiles, mainFile, questionsFile } from './classify.ts';
import { type CourseItem, courseItem } from './course-item.ts';
import type { ItemRules } from './item-rules.ts';
import { toQuiz } from './quiz.ts';

/**
 * A quiz: Common Cartridge's QTI, which lacks what that format can't say and is often empty; Canvas' own QTI with all questions; and its
 * settings.
 */
export async function quizItem(resource: Resource, rules: ItemRules): Promise<CourseItem | undefined> {
  const { reader, resources, now } = rules;
  const beside = [...resource.files, ...dependentFiles(resource, resources)];
  const path = mainFile(resource);
  if (path === undefined) return undefined;
  const settings = beside.find((file) => file.endsWith('assessment_meta.xml'));
  const full = questionsFile(beside);
  const questions = full !== undefined && reader.has(full) ? full : undefined;
  const records = settings === undefined ? [] : await reader.records(settings, ['quiz', 'assignment']);
  const { title, closedBy, ...known } = toQuiz(records, now);
  const found = await scanQti(questions ?? path, rules, records[0]?.fields.get('description'));
  const { identifier } = resource;
  return courseItem(
    { type: 'quiz', identifier, path, title: title || found.title },
    {
      ...known,
      closedBy: closedBy ?? (settings === undefined ? undefined : reader.doubt(settings)),
      links: found.links,
      questions: found.questions,
      parts: { settings, questions, banks: found.banks },
    },
  );
}

interface Scanned {
  readonly title: string;
  readonly links: readonly string[];
  readonly banks: readonly string[];
  readonly questions: number;
}

async function scanQti(path: string, { reader }: ItemRules, description = ''): Promise<Scanned> {
  const scan = new QuizScan();
  await scan.links.addHtml(description);
  await reader.read(path, async (chunks) => {
    for await (const part of readQti(chunks)) await scan.add(part);
  });
  return { title: scan.title, links: scan.links.links, banks: [...scan.banks], questions: scan.questions };
}

/** What is noted of a quiz's questions before it is converted. */
class QuizScan {
  readonly links = new LinkScan();
  readonly banks = new Set<string>();
  title = '';
  questions = 0;

  async add(part: QtiPart): Promise<void> {
    if (part.type === 'quiz') this.title = part.title;
    if (part.type === 'group' && part.bank !== undefined) this.banks.add(part.bank);
    if (part.type === 'question') await this.#addQuestion(part);
  }

  async #addQuestion(question: Question): Promise<void> {
    if (!isText(question)) this.questions += 1;
    for (const { text, isHtml } of textsOf(question)) if (isHtml) await this.links.addHtml(text);
  }
}
