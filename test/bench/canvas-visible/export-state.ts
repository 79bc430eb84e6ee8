import { fileSource } from '../../../shared/range-source.ts';
import { decodeWhole } from '../../../shared/text/decode.ts';
import { openZip } from '../../../shared/zip/archive.ts';
import { readMemberWhole } from '../../../shared/zip/member.ts';

/** Largest file of state that is read. */
const MAX_BYTES = 64 * 1024 * 1024;

/** What an export's own state fields show as visible, by type, and what else is counted against. Reads nothing by the kind's own rules. */
export interface ExportState {
  readonly names: ReadonlySet<string>;
  /** Titles of what is visible. */
  readonly visible: ReadonlyMap<string, readonly string[]>;
  /** `<item>`s by file of Canvas' own QTI. */
  readonly questions: ReadonlyMap<string, number>;
  /** Banks that each file of Canvas' own QTI draws from, once for each time. */
  readonly draws: ReadonlyMap<string, readonly string[]>;
}

type Judge = (text: string) => readonly [type: string, title: string] | undefined;

export async function readState(path: string): Promise<ExportState> {
  const source = await fileSource(path);
  const state = new State();
  try {
    for await (const entry of (await openZip(source)).entries()) {
      if (entry.type !== 'member') continue;
      const { member } = entry;
      await state.add(member.name, async () => decodeWhole(await readMemberWhole(source, member, MAX_BYTES)));
    }
    return state;
  } finally {
    await source.close();
  }
}

class State implements ExportState {
  readonly names = new Set<string>();
  readonly visible = new Map<string, string[]>();
  readonly questions = new Map<string, number>();
  readonly draws = new Map<string, string[]>();

  async add(name: string, read: () => Promise<string>): Promise<void> {
    this.names.add(name);
    if (name.endsWith('.xml.qti')) this.#addQuiz(name, await read());
    const judge = JUDGES.find(([pattern]) => pattern.test(name))?.[1];
    const found = judge === undefined ? [] : judge(await read());
    for (const [type, title] of found) this.visible.set(type, [...(this.visible.get(type) ?? []), title]);
  }

  #addQuiz(name: string, text: string): void {
    this.questions.set(name, text.match(/<item[\s>]/g)?.length ?? 0);
    this.draws.set(name, matches(text, /<sourcebank_ref>([^<]+)</g));
  }
}

const one =
  (judge: Judge) =>
  (text: string): (readonly [string, string])[] => {
    const found = judge(text);
    return found === undefined ? [] : [found];
  };

/** By the names that Canvas gives its files. */
const JUDGES: readonly (readonly [RegExp, (text: string) => (readonly [string, string])[]])[] = [
  [
    /^wiki_content\/.*\.html$/,
    one((text) => when(/name="workflow_state" content="(?:active|published)"/.test(text), 'page', text)),
  ],
  [/\/assignment(?:_settings)?\.xml$/, one((text) => when(isPublished(text), 'assignment', text))],
  [/\/assessment_meta\.xml$/, one((text) => when(isAvailable(text), 'quiz', text))],
  [/^[gi][0-9a-f]{32}\.xml$/, one(topic)],
  [/^course_settings\/events\.xml$/, one(() => ['calendar', 'Calendar'])],
  [/^course_settings\/module_meta\.xml$/, moduleLinks],
];

function when(isVisible: boolean, type: string, text: string): readonly [string, string] | undefined {
  return isVisible ? [type, /<title>([^<]*)/.exec(text)?.[1] ?? ''] : undefined;
}

function isPublished(text: string): boolean {
  return field(text, 'workflow_state') === 'published' && field(text, 'only_visible_to_overrides') !== 'true';
}

function isAvailable(text: string): boolean {
  const graded = text.includes('<assignment ') ? field(text, 'workflow_state') === 'published' : true;
  return field(text, 'available') === 'true' && graded;
}

function topic(text: string): readonly [string, string] | undefined {
  if (!text.includes('<topicMeta')) return undefined;
  const type = field(text, 'type') === 'announcement' ? 'announcement' : 'discussion';
  return when(field(text, 'workflow_state') === 'active', type, text);
}

/** Active links and tools of active modules. */
function moduleLinks(text: string): (readonly [string, string])[] {
  const types: Readonly<Record<string, string>> = { ExternalUrl: 'link', ContextExternalTool: 'tool' };
  return text.split('<module ').flatMap((module) => {
    const [head = '', ...items] = module.split('<item ');
    if (field(head, 'workflow_state') !== 'active') return [];
    return items.flatMap((item) => {
      const type = types[field(item, 'content_type') ?? ''];
      return type !== undefined && field(item, 'workflow_state') === 'active'
        ? [[type, field(item, 'title') ?? '']]
        : [];
    });
  }) as (readonly [string, string])[];
}

function field(text: string, name: string): string | undefined {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1];
}

function matches(text: string, pattern: RegExp): string[] {
  return Array.from(text.matchAll(pattern), ([, group = '']) => group);
}
