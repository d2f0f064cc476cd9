/** Answers to questions that name no topic; a hash of the question picks one. */
export const GENERAL_ANSWERS: readonly string[] = [
  `Good question. There are three things to weigh here:

1. **What you know today.** Decide on that, not on what you may learn next month.
2. **What it costs to change your mind.** If little, choose quickly; if much, take a day.
3. **Who has to live with it.** Ask them first.

If I had to choose right now, I would take the option that leaves the fewest parts to look after, and write down *why* in
one paragraph. In a year that paragraph is worth more than the decision itself.

> This is a simulated answer. Try words such as \`table\`, \`python\`, \`rust\`, \`math\`, \`emoji\`, \`中文\`, \`long\`, or \`count to 50\`.
`,
  `Hello! I'm one of three **simulated providers**: the text is made up, but it travels over real HTTP in the provider's own
wire format.

Things you can ask me for:

- code: *python*, *typescript*, *rust*, *golang*, *sql*, *bash*, *c++*, *html*
- Markdown: a *table*, a *list*, a *quote*, some *maths*
- languages: *中文*, *日本語*, *한국어*, *عربي*, *עברית*, *emoji*
- size: something *long*, or exactly *20 KB*
- \`echo: anything\` gives back exactly that text

Have fun 🙂
`,
  `The short answer is **yes, but measure first**.

The longer one: most systems spend their time in one or two places, and they are rarely where one expects them. So:

- take a profile under *real* load,
- change one thing,
- take it again.

\`\`\`text
before   p50 12 ms   p99 240 ms
after    p50 11 ms   p99  48 ms
\`\`\`

A median that barely moves and a p99 that falls by a factor of five is a good day's work: nobody notices the median, everybody
notices the worst case. If the numbers don't move at all, undo the change; code that doesn't help still has to be read.
`,
  `Let's take it apart.

**The idea.** Something that is produced once can be read by many, as long as every reader remembers how far it got.

**An example.** Think of a book in a library. The author doesn't wait for you; you put it down when you like, and a bookmark is
all that you need to go on. Two people can read the same copy on the same table, at different pages.

**Where it breaks.** The author may stop in the middle of a sentence. Then someone else has to continue:

- from exactly that word,
- in the same language,
- without telling you the beginning again.

That is harder than it sounds, and it is what makes it interesting.
`,
];
