/** Canvas writes these tokens in place of its own addresses; each may be percent-encoded (`%24`). */
const TOKEN = /^(?:\$|%24)([A-Z-]+(?:_[A-Z]+)*)(?:\$|%24)\/?(.*)$/s;
/** What Canvas appends to file links for its own viewer. */
const VIEWER_PARAMETERS = /^(?:canvas_|wrap$|verifier$)/;

/**
 * Where a link in a page leads within the archive: file links to `web_resources/…`, page links to `wiki_content/….html`, links to an
 * assignment, quiz or discussion to its resource's folder. Undefined for what is no Canvas token.
 */
export function resolveCanvasLink(link: string): string | undefined {
  const match = TOKEN.exec(link);
  if (match === null) return undefined;
  const [, token = '', rest = ''] = match;
  if (token === 'IMS-CC-FILEBASE') return `web_resources/${withoutViewer(rest)}`;
  if (token === 'WIKI_REFERENCE') return wikiPath(rest);
  if (token === 'CANVAS_OBJECT_REFERENCE') return objectPath(rest);
  return undefined;
}

/** The archive path that a resolved link names: decoded, without query and fragment. */
export function pathOfLink(link: string): string {
  const bare = link.replace(/[?#].*$/s, '');
  try {
    return decodeURIComponent(bare);
  } catch (error) {
    if (error instanceof URIError) return bare;
    throw error;
  }
}

function wikiPath(rest: string): string | undefined {
  const page = /^(?:pages|wiki)\/([^?#]+)/.exec(rest)?.[1];
  return page === undefined ? undefined : `wiki_content/${page}.html${fragmentOf(rest)}`;
}

function objectPath(rest: string): string | undefined {
  const match = /^(assignments|quizzes|discussion_topics|pages)\/([^/?#]+)/.exec(rest);
  if (match === null) return undefined;
  const [, type, id = ''] = match;
  return type === 'pages' ? `wiki_content/${id}.html${fragmentOf(rest)}` : `${id}/`;
}

function fragmentOf(rest: string): string {
  return /#.*$/s.exec(rest)?.[0] ?? '';
}

function withoutViewer(rest: string): string {
  const [, path = '', query, fragment = ''] = /^([^?#]*)(?:\?([^#]*))?(#.*)?$/s.exec(rest) ?? [];
  const kept = (query ?? '')
    .split('&')
    .filter((pair) => pair !== '' && !VIEWER_PARAMETERS.test(pair.split('=')[0] ?? ''));
  return `${path}${kept.length === 0 ? '' : `?${kept.join('&')}`}${fragment}`;
}
