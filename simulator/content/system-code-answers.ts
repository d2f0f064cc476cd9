import type { Topic } from './topic.js';

/** Code in the languages of systems, databases and shells. */
export const SYSTEM_CODE_ANSWERS: readonly Topic[] = [
  {
    keywords: /\brust\b/i,
    text: `In Rust the type says that the text may be missing, and the compiler makes you handle it:

\`\`\`rust
use std::collections::HashMap;

/// Counts words, ignoring case. Borrows the text, copies only the keys.
fn word_counts(text: &str) -> HashMap<String, usize> {
    let mut counts = HashMap::new();
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()) {
        *counts.entry(word.to_lowercase()).or_insert(0) += 1;
    }
    counts
}

fn main() {
    let counts = word_counts("The quick brown fox. The lazy dog!");
    assert_eq!(counts["the"], 2);
    println!("{counts:#?}");
}
\`\`\`

1. \`entry(…).or_insert(0)\` looks the key up **once**.
2. \`split\` takes a closure, so no regular expression is needed.
3. \`{counts:#?}\` prints the map over several lines.
`,
  },
  {
    keywords: /\bgolang\b|\bin go\b|\bgoroutine/i,
    text: `A worker pool in Go is a channel and a few goroutines:

\`\`\`go
package main

import (
	"fmt"
	"sync"
)

func main() {
	jobs := make(chan int)
	results := make(chan int)
	var workers sync.WaitGroup

	for range 4 {
		workers.Go(func() {
			for n := range jobs {
				results <- n * n
			}
		})
	}
	go func() {
		for n := 1; n <= 10; n++ {
			jobs <- n
		}
		close(jobs)
		workers.Wait()
		close(results)
	}()

	sum := 0
	for square := range results {
		sum += square
	}
	fmt.Println(sum) // 385
}
\`\`\`

Closing \`jobs\` ends the workers, and only when all of them are done may \`results\` be closed.
`,
  },
  {
    keywords: /\b(sql|sqlite|postgres(ql)?|database|query)\b/i,
    text: `The latest message of every session, in one query:

\`\`\`sql
SELECT s.id, s.title, m.content, m.created_at
FROM sessions AS s
JOIN LATERAL (
  SELECT content, created_at
  FROM messages
  WHERE messages.session_id = s.id
  ORDER BY seq DESC
  LIMIT 1
) AS m ON true
WHERE s.user_id = $1
ORDER BY m.created_at DESC
LIMIT 20;
\`\`\`

It is fast with one index:

\`\`\`sql
CREATE INDEX messages_by_session ON messages (session_id, seq DESC);
\`\`\`

| Without the index | With the index |
| ----------------: | -------------: |
|            812 ms |         1.4 ms |

*(measured on one million messages; your numbers will differ)*
`,
  },
  {
    keywords: /\b(bash|shell|terminal|command line|linux)\b/i,
    text: `To find the ten largest files below the current folder:

\`\`\`bash
#!/usr/bin/env bash
set -euo pipefail

find "\${1:-.}" -type f -printf '%s\\t%p\\n' |
  sort --numeric-sort --reverse |
  head --lines=10 |
  numfmt --to=iec --field=1
\`\`\`

What the first lines are for:

* \`set -e\` stops at the first command that fails,
* \`-u\` treats a variable that isn't set as an error,
* \`-o pipefail\` makes a pipe fail when **any** of its commands does.

On macOS \`find\` has no \`-printf\`; use \`stat -f '%z%t%N'\` there.
`,
  },
  {
    keywords: /\bc\+\+|\bcpp\b|\bc program|\bpointer/i,
    text: `\`std::unique_ptr\` makes ownership visible and costs nothing at run time:

\`\`\`cpp
#include <iostream>
#include <memory>
#include <vector>

struct Node {
  int value;
  std::vector<std::unique_ptr<Node>> children;
};

int sum(const Node& node) {
  int total = node.value;
  for (const auto& child : node.children) total += sum(*child);
  return total;
}

int main() {
  Node root{1, {}};
  root.children.push_back(std::make_unique<Node>(Node{2, {}}));
  root.children.push_back(std::make_unique<Node>(Node{3, {}}));
  std::cout << sum(root) << '\\n';  // 6
}
\`\`\`

When \`root\` goes out of scope the whole tree is freed: no \`delete\`, no leak, no double free.
`,
  },
];
