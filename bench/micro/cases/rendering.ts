import { MarkdownStream } from '../../../client/src/markdown/markdown-stream.js';
import type { NodeSink } from '../../../client/src/markdown/node-sink.js';

import type { MicroCase } from '../micro-case.js';

/** Fewer than elsewhere: a paint is dear, and a batch's allocations have to fit in the young generation. */
const EVENTS = 300;

const SECTION = `## A theme that returns

A *rondo* alternates its **theme** with episodes, as in \`A B A C A\`; see [the form](https://example.org/rondo).

- the theme comes first
- each episode is new, and **longer** than the one before
- the theme returns unchanged

| part | key | bars |
|---|---|---:|
| A | tonic | 8 |
| B | dominant | 16 |

\`\`\`ts
const form = ['A', 'B', 'A', 'C', 'A'];
for (const part of form) play(part);
\`\`\`

`;

/** About what a token is: words, marks, line ends. */
const TOKENS = [...(SECTION.match(/\s?\w+|[^\w\s]|\s+/g) ?? [])];

/** Nodes that only know their children: what is left is the work of the renderer itself. */
interface BareNode {
  children: BareNode[];
  parent?: BareNode;
}

const bareNode = (): BareNode => ({ children: [] });

const SINK: NodeSink<BareNode> = {
  element: bareNode,
  hidden: bareNode,
  text: bareNode,
  code: () => ({ node: bareNode(), append: () => undefined, close: () => undefined }),
  formula: bareNode,
  section: bareNode,
  tablePart: (body) => body,
  append: (parent, child) => {
    child.parent = parent;
    parent.children.push(child);
  },
  prepend: (parent, child) => {
    if (child.parent !== undefined) SINK.remove(child);
    child.parent = parent;
    parent.children.unshift(child);
  },
  appendText: () => undefined,
  setText: () => undefined,
  split: (node) => {
    const rest: BareNode = { children: [], parent: node.parent! };
    const siblings = node.parent!.children;
    siblings.splice(siblings.indexOf(node) + 1, 0, rest);
    return rest;
  },
  replace: (old, next) => {
    const siblings = old.parent!.children;
    siblings[siblings.indexOf(old)] = next;
    next.parent = old.parent!;
  },
  remove: (node) => void node.parent!.children.splice(node.parent!.children.indexOf(node), 1),
  clear: (parent) => void (parent.children.length = 0),
};

export const RENDER: MicroCase = {
  name: 'render',
  what: 'token of Markdown shown on the page, without the browser: headings, lists, tables, code; one token a paint',
  events: EVENTS,
  batch: () => {
    const stream = new MarkdownStream(SINK, bareNode());
    for (let token = 0; token < EVENTS; token++) {
      stream.append(TOKENS[token % TOKENS.length]!);
      stream.paint();
    }
    stream.finish();
  },
};
