import type { Topic } from './topic.js';

/** Code in the languages of applications. */
export const CODE_ANSWERS: readonly Topic[] = [
  {
    keywords: /\bpython\b/i,
    text: `Here is a small, typed Python function that groups log lines by status code:

\`\`\`python
from collections import Counter
from collections.abc import Iterable
import re

LINE = re.compile(r'"(?:GET|POST) (?P<path>\\S+)[^"]*" (?P<status>\\d{3})')


def count_statuses(lines: Iterable[str]) -> Counter[str]:
    """Counts HTTP status codes; lines of another shape are skipped."""
    found = (LINE.search(line) for line in lines)
    return Counter(match["status"] for match in found if match)


if __name__ == "__main__":
    with open("access.log", encoding="utf-8") as log:
        for status, count in count_statuses(log).most_common():
            print(f"{status}: {count:>6}")
\`\`\`

A few notes:

- The file is read **line by line**, so a log of many gigabytes needs no more memory than a short one.
- \`Counter.most_common()\` sorts by frequency; use \`sorted(counter.items())\` to sort by code instead.
- The pattern is compiled once. That is about *twice* as fast here as \`re.search\` with a string.

To run it: \`python3 count_statuses.py\`.
`,
  },
  {
    keywords: /\b(typescript|javascript|node(\.?js)?|react|promise|async)\b/i,
    text: `You can limit how many promises run at once without a library:

\`\`\`typescript
/** Runs \`work\` for every item, at most \`limit\` at a time; results keep the order of the items. */
export async function mapLimited<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results = new Array<R>(items.length);
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++;
      results[index] = await work(items[index]!, index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  return results;
}
\`\`\`

And how it is used:

\`\`\`typescript
const pages = await mapLimited(urls, 4, async (url) => {
  const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
  if (!response.ok) throw new Error(\`\${url}: \${response.status}\`);
  return response.text();
});
\`\`\`

**Why this works:** JavaScript runs one callback at a time, so \`next++\` can't be interrupted between the read and the
write. Each worker takes the next index when it is free, which keeps all of them busy even if one request is slow.

> If one item fails, \`Promise.all\` rejects at once, but the other workers go on. Pass an \`AbortSignal\` if they should stop.
`,
  },
  {
    keywords: /\bjava\b|\bkotlin\b/i,
    text: `With records and pattern matching the visitor pattern isn't needed any more:

\`\`\`java
sealed interface Shape permits Circle, Rectangle {}

record Circle(double radius) implements Shape {}

record Rectangle(double width, double height) implements Shape {}

static double area(Shape shape) {
    return switch (shape) {
        case Circle(double r) -> Math.PI * r * r;
        case Rectangle(double w, double h) when w == h -> w * w; // a square
        case Rectangle(double w, double h) -> w * h;
    };
}
\`\`\`

The compiler checks that the \`switch\` is **exhaustive**: add a \`Triangle\` and this method no longer compiles until it
handles it.
`,
  },
  {
    keywords: /\b(css|html|web ?page|layout)\b/i,
    text: `A page that is readable on a phone and on a wide screen needs very little:

\`\`\`html
<!doctype html>
<html lang="en">
  <meta charset="utf-8" />
  <meta name="viewport" content="width=device-width, initial-scale=1" />
  <title>Reading room</title>
  <link rel="stylesheet" href="style.css" />
  <main>
    <h1>Reading room</h1>
    <p>One column, a comfortable measure, &amp; the reader's own font size.</p>
  </main>
</html>
\`\`\`

\`\`\`css
:root {
  color-scheme: light dark;
  font-family: system-ui, sans-serif;
  line-height: 1.5;
}

main {
  max-inline-size: 65ch;
  margin-inline: auto;
  padding: clamp(1rem, 4vw, 3rem);
}
\`\`\`

- \`65ch\` keeps lines at 60–70 characters.
- \`margin-inline\` also works for right-to-left text.
- \`<script>alert("this is text, not a script")</script>\` in an answer must show up as text.
`,
  },
  {
    keywords: /\b(json|yaml|config(uration)?)\b/i,
    text: `The same configuration, first as JSON:

\`\`\`json
{
  "name": "reading-room",
  "replicas": 3,
  "limits": { "requestsPerMinute": 60, "burst": 10 },
  "features": ["history", "search"],
  "contact": null
}
\`\`\`

and as YAML:

\`\`\`yaml
name: reading-room
replicas: 3
limits:
  requestsPerMinute: 60
  burst: 10
features:
  - history
  - search
contact: null # quote "no", "on" and "off": they are booleans in YAML 1.1
\`\`\`

JSON is the safer choice where programs write it; YAML where people do.
`,
  },
];
