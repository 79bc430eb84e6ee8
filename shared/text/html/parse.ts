import { Parser } from 'htmlparser2';

export interface HtmlElement {
  /** In lower case. */
  readonly name: string;
  /** An attribute's value by its name in lower case. */
  attribute(name: string): string | undefined;
}

/** What a page holds, in its order. Each element that opens closes, void ones too. */
export interface HtmlVisitor {
  open(element: HtmlElement): void;
  close(name: string): void;
  text(text: string): void;
}

export interface HtmlParser {
  write(chunk: string): void;
  end(): void;
}

/** Elements within elements, deeper than any page made by people. What lies deeper counts as text of this level. */
const MAX_DEPTH = 500;

/** Parses a page piece by piece, as browsers would: what is not closed or nested wrongly closes where the next element begins. */
export function htmlParser(visitor: HtmlVisitor): HtmlParser {
  const parser = new Parser({
    onopentag(name, attributes) {
      if (!dropTooDeep(parser)) visitor.open(toElement(name, attributes));
    },
    onclosetag: (name) => visitor.close(name),
    ontext: (text) => visitor.text(text),
  });
  return parser;
}

/** The parser's own stack, whose top comes first. It looks through it at end tags, so that a deep one would take quadratic time. */
interface Stack {
  readonly stack: string[];
}

function dropTooDeep(parser: Parser): boolean {
  const { stack } = parser as unknown as Stack;
  if (stack.length <= MAX_DEPTH) return false;
  stack.shift();
  return true;
}

function toElement(name: string, attributes: Readonly<Record<string, string>>): HtmlElement {
  return {
    name,
    attribute: (key) => (Object.hasOwn(attributes, key) ? attributes[key] : undefined),
  };
}
