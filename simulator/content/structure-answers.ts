import type { Topic } from './topic.js';

/** Tables, lists, quotes, mathematics: Markdown in all its shapes. */
export const STRUCTURE_ANSWERS: readonly Topic[] = [
  {
    keywords: /\btable|\bcompare|\bcomparison\b|\bversus\b|\bvs\b/i,
    text: `Here is how the three compare:

| Database   | Best at                 | Runs as        | Licence       | Largest row |
| :--------- | :---------------------- | :------------: | :------------ | ----------: |
| SQLite     | one process, one file   |    library     | public domain |    ~1 GB    |
| PostgreSQL | many writers, rich types |    server     | PostgreSQL    |    1.6 TB   |
| DuckDB     | analysis over columns   |    library     | MIT           |  by memory  |

**In short:**

- Take **SQLite** while one process writes: there is nothing to run and nothing to back up but a file.
- Take **PostgreSQL** when several processes write, or when you need row-level security.
- Take **DuckDB** to ask questions of data that you already have, such as Parquet or \`.csv\` files.

| Question                  | SQLite | PostgreSQL | DuckDB |
| ------------------------- | :----: | :--------: | :----: |
| Works without a server    |   ✅   |     ❌     |   ✅   |
| Several writers at once   |   ❌   |     ✅     |   ❌   |
| Full text search built in |   ✅   |     ✅     |   ⚠️   |

The \`|\` in a cell is written as \\|, and cells may hold *emphasis*, \`code\` and [links](https://example.com).
`,
  },
  {
    keywords: /\b(math|maths|equation|formula|integral|proof|theorem)\b/i,
    text: `The sum of the first $n$ odd numbers is a square:

$$
\\sum_{k=1}^{n} (2k - 1) = n^2
$$

**Proof by induction.** For $n = 1$ both sides are $1$. If it holds for $n$, then

$$
\\sum_{k=1}^{n+1} (2k - 1) = n^2 + (2(n + 1) - 1) = n^2 + 2n + 1 = (n + 1)^2. \\qquad\\blacksquare
$$

The same in plain text: 1 = 1², 1 + 3 = 4 = 2², 1 + 3 + 5 = 9 = 3², 1 + 3 + 5 + 7 = 16 = 4².

And the Gaussian integral, which has no elementary antiderivative but a simple value: ∫₋∞^∞ e^(−x²) dx = √π ≈ 1.7724538509.
`,
  },
  {
    keywords: /\b(list|steps|checklist|recipe)\b/i,
    text: `## Before you start

- [x] Read the release notes
- [x] Make a backup, and **restore it once** to see that it works
- [ ] Tell the people who will notice

## The steps

1. Put the new version beside the old one.
2. Start it with the same configuration:
   - another port, such as \`8081\`
   - the same database, *read only*
     - a copy, if you have the space
     - a snapshot otherwise
3. Compare both for an hour:
   1. answers per second
   2. errors
   3. memory
4. Move one tenth of the traffic, then the rest.

## Afterwards

* Keep the old version for a week.
* Write down what surprised you.

---

Term
: A step that you can undo in less time than it took.
`,
  },
  {
    keywords: /\b(quote|quotation|cite|citation|poem|poetry)\b/i,
    text: `> Perfection is finally attained not when there is no longer anything to add, but when there is no longer anything to take
> away.
>
> — Antoine de Saint-Exupéry, *Terre des hommes* (1939)

It is often quoted about design, and it was written about aeroplanes.

> A quote may hold a list,
>
> 1. one,
> 2. two,
>
> > and another quote,
>
> \`\`\`text
> and even code.
> \`\`\`

Four lines of my own:

*The river asks the stone to move,*\\
*the stone prefers to stay;*\\
*a thousand years of gentle proof*\\
*and both have had their way.*
`,
  },
];
