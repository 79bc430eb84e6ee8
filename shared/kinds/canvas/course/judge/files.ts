import { type Hidden, hiddenFolder } from '../files-meta.ts';
import { classify, dependenciesOf } from '../items/classify.ts';
import { roleReason } from '../items/role.ts';
import type { Resource } from '../manifest.ts';
import type { Course } from '../read.ts';
import { TABS } from '../settings.ts';
import type { JudgeRules } from './judge-rules.ts';
import { isOpen, type Place, whyAllAreLocked, whyPlaceIsClosed } from './places.ts';
import { joinedMetadata, type Verdict } from './verdict.ts';

/** What one resource says of one of its files. */
interface Saying {
  readonly resource: Resource;
  readonly places: readonly Place[];
  /** What files_meta.xml says about the file. */
  readonly meta: (Hidden & { readonly title: string | undefined }) | undefined;
  readonly folder: Hidden;
}

/** Every file that the manifest has, judged by the modules, files_meta.xml, the Files tab and metadata.json. */
export function judgeFiles(
  course: Course,
  places: ReadonlyMap<string, readonly Place[]>,
  rules: JudgeRules,
): Map<string, Verdict> {
  const dependencies = dependenciesOf(course.manifest);
  const sayings = new Map<string, Saying[]>();
  for (const resource of course.manifest.resources) {
    if (classify(resource, dependencies) !== 'file') continue;
    const at = places.get(resource.identifier) ?? [];
    for (const path of resource.files) {
      const saying = toSaying(path, resource, at, course);
      sayings.set(path, [...(sayings.get(path) ?? []), saying]);
    }
  }
  return new Map([...sayings].map(([path, said]) => [path, judgeFile(path, said, course, rules)]));
}

function toSaying(path: string, resource: Resource, places: readonly Place[], course: Course): Saying {
  const meta = course.filesMeta.files.get(resource.identifier);
  const below = belowWebResources(path);
  const folder = below === undefined ? {} : hiddenFolder(course.filesMeta.folders, below);
  return { resource, places, meta, folder };
}

function judgeFile(path: string, said: readonly Saying[], course: Course, rules: JudgeRules): Verdict {
  const places = said.flatMap(({ places }) => places);
  const below = belowWebResources(path);
  const found = joinedMetadata([below === undefined ? undefined : rules.metadata?.file(below)]);
  const closedBy = whyClosed(path, said, places, rules) ?? found.closedBy;
  const ways = said.flatMap((saying) => waysOf(path, saying, course, rules));
  const way = ways.findLast(({ isIn }) => isIn);
  const outBy = whyOut(closedBy ?? found.hiddenBy, way, ways, path, course);
  return {
    path,
    title: way?.title ?? '',
    reason: outBy ?? way?.reason ?? '',
    isPublished: outBy === undefined,
    closedBy,
    places,
    url: found.url,
  };
}

function whyClosed(
  path: string,
  said: readonly Saying[],
  places: readonly Place[],
  { isTutorFile }: JudgeRules,
): string | undefined {
  if (isTutorFile(path)) return 'in the tutor folder';
  for (const { resource, meta, folder } of said) {
    const closedBy = meta?.closedBy ?? folder.closedBy;
    const reason = roleReason(resource) ?? (closedBy && `files_meta.xml: ${closedBy}`);
    if (reason !== undefined) return reason;
  }
  return whyAllAreLocked(places);
}

/** One way by which students find a file, or why it is none. A later one gives the title. */
interface Way {
  readonly isIn: boolean;
  readonly reason: string;
  readonly title: string | undefined;
  readonly isModule?: boolean;
}

function waysOf(path: string, saying: Saying, course: Course, rules: JudgeRules): Way[] {
  return [
    ...filesTabWay(path, saying, course),
    ...saying.places.map((place) => moduleWay(place, rules)),
    ...listedWay(saying, course),
  ];
}

/** What lies in Canvas' Files, unless files_meta.xml hides it. */
function filesTabWay(path: string, { resource, meta, folder }: Saying, course: Course): Way[] {
  if (resource.type !== 'webcontent' || belowWebResources(path) === undefined) return [];
  const outBy = course.filesMetaUnread ?? folder.hiddenBy ?? prefixed(meta?.hiddenBy);
  const title = path.slice(path.lastIndexOf('/') + 1);
  return [{ isIn: outBy === undefined, reason: outBy ?? 'in Files', title }];
}

function moduleWay(place: Place, { isShown }: JudgeRules): Way {
  const { module, item } = place;
  const closedBy = isShown ? whyPlaceIsClosed(place) : NOT_CANVAS;
  const reason = closedBy ?? `in module "${module.title}"`;
  return { isIn: closedBy === undefined && isOpen(place), reason, title: item.title, isModule: true };
}

/** What files_meta.xml lists as visible. */
function listedWay({ meta }: Saying, course: Course): Way[] {
  if (meta === undefined) return [];
  const outBy = course.filesMetaUnread ?? prefixed(meta.hiddenBy);
  return [{ isIn: outBy === undefined, reason: outBy ?? 'listed in files_meta.xml', title: meta.title }];
}

function whyOut(
  hiddenBy: string | undefined,
  way: Way | undefined,
  ways: readonly Way[],
  path: string,
  { settings }: Course,
): string | undefined {
  if (hiddenBy !== undefined) return hiddenBy;
  if (way === undefined) return ways.find(({ isIn }) => !isIn)?.reason ?? UNLISTED;
  const isReached = ways.some(({ isIn, isModule }) => isIn && isModule);
  const isListed = belowWebResources(path) === undefined || isReached || !settings.hiddenTabs.has(TABS.files);
  return isListed ? undefined : filesTabReason(ways);
}

/** A module that would lead there and does not says more than the tab. */
function filesTabReason(ways: readonly Way[]): string {
  const closed = ways.find(({ isIn, isModule }) => !isIn && isModule)?.reason;
  return closed ?? 'the Files tab is hidden, and no module or page leads to it';
}

export const UNLISTED = 'no module, page or file list publishes it';
/** Without Canvas' settings no one knows what students see. */
const NOT_CANVAS = 'no Canvas settings say what students see';

function belowWebResources(path: string): string | undefined {
  return path.startsWith('web_resources/') ? path.slice('web_resources/'.length) : undefined;
}

function prefixed(reason: string | undefined): string | undefined {
  return reason === undefined ? undefined : `files_meta.xml: ${reason}`;
}
