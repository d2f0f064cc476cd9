import { describe, expect, it } from '@jest/globals';
import { joinedBehind, type How } from '../../../../support/seam-matrix.js';

const SHOWN = 'The moon pulls the water, and the water follows the moon';
const QUOTE = ', and the water follows the moon';
const CODE = 'Use this:\n\n```python\ndef tide(hour):\n    return hour % 12\n';

const straight = (text: string): string => text.replaceAll(/[“”«»]/g, '"').replaceAll('’', "'");

/** What readers get, however it is cut into pieces. */
function added(shown: string, said: string, how: How = 'instruction'): string[] {
  return [...new Set([[said], said].map((pieces) => joinedBehind(how, shown, pieces)))];
}

describe('something small before what is repeated', () => {
  it.each([
    ...['\n', ' ', '…', '...', '"', '“', '「', '\n\n…', '… "', '[…] ', '(...) ', '⋯', '‥'],
    ...['»', '‟', '＂', '〝', '｢', '❝', '【', '\u200c', '\u200e', '\u2060', '\u00ad'],
  ])('goes with it: %j', (small) => {
    expect(added(SHOWN, `${small}${QUOTE}. Twice`)).toEqual(['. Twice']);
    expect(added(SHOWN, `${small}${SHOWN}. Twice`)).toEqual(['. Twice']);
    expect(added(SHOWN, `${small}${SHOWN}. Twice`, 'prefix')).toEqual(['. Twice']);
  });

  it.each(['\n', '…', '“'])('goes with as much of it as is long: %j', (small) => {
    expect(added(SHOWN, `${small}the water follows the moon. Twice`)).toEqual(['. Twice']);
    expect(added(SHOWN, `${small}the moon. Twice`)).toEqual([`${small}the moon. Twice`]);
  });

  it.each(['\n', ' ', '…', '...', '"', '“', '「', '```\n', '<last-', '.', '[...', '(', '[…] ', '\u200d', '»'])(
    'stays where nothing is repeated: %j',
    (small) => {
      expect(added(SHOWN, `${small}twice a day`)).toEqual([`${small}twice a day`]);
      expect(added(SHOWN, small)).toEqual([small]);
      expect(added(SHOWN, `${small}twice a day`, 'prefix')).toEqual([`${small}twice a day`]);
    },
  );

  it('stays where the text goes on in rows', () => {
    expect(added('- low tide\n- low tide', '\n- low tide\n- low tide\nend')).toEqual(['\n- low tide\n- low tide\nend']);
    expect(added('ha', ' ha ha ha')).toEqual([' ha ha ha']);
  });

  it('may be the tag of the instruction, which goes at both ends', () => {
    expect(added(SHOWN, `<last-characters>${QUOTE}</last-characters>. Twice`)).toEqual(['. Twice']);
    expect(added(SHOWN, `${QUOTE}</last-characters>. Twice`)).toEqual(['. Twice']);
    expect(added(SHOWN, `${QUOTE}</last`)).toEqual(['</last']);
  });

  it('holds text back for no longer than it may go on', () => {
    const spaces = ' '.repeat(65);
    expect(added(SHOWN, `${spaces}${QUOTE}`)).toEqual([`${spaces}${QUOTE}`]);
  });
});

describe('a code block that is opened again', () => {
  it.each([
    ['behind a line', CODE, '```python\nprint(1)', 'print(1)'],
    ['behind a line end', CODE, '\n```python\nprint(1)', 'print(1)'],
    ['within a line', `${CODE}print(`, '```python\n1)', '1)'],
    ['within a line, behind a line end', `${CODE}x = 1`, '\n```python\nprint(x)', '\nprint(x)'],
    ['within a line that comes again', `${CODE}print(`, '```python\nprint(1)', '1)'],
    ['before its first line has ended', 'Use:\n```python', '```python\nprint(1)', '\nprint(1)'],
    ['of tildes', 'Use:\n~~~sh\nls\n', '~~~sh\npwd\n~~~', 'pwd\n~~~'],
  ])('goes on without its fence: %s', (_, shown, said, rest) => {
    expect(added(shown, said)).toEqual([rest]);
    expect(added(shown, said.replace('print(x)', 'print(y)'))).toEqual([rest.replace('print(x)', 'print(y)')]);
  });

  it.each([
    ['the end of the block', CODE, '```\nDone.'],
    ['the end of the block, behind a line', `${CODE}print(1)`, '\n```\nDone.'],
    ['the end of the block and the next one', CODE, '```\n\n```python\nprint(1)\n```'],
    ['a fence of another language, which may be content', CODE, '```json\n{}\n```'],
    ['a fence of another length', 'Like this:\n\n````md\n', '```md\nx\n```\n````\n'],
    ['a block behind the text', 'Use this:\n\n', '```python\nprint(1)\n```'],
    ['a block behind another', `${CODE}\`\`\`\n\n`, '```python\nprint(1)\n```'],
  ])('is not seen in %s', (_, shown, said) => {
    expect(added(shown, said)).toEqual([said]);
  });

  it('goes with what is repeated behind it, in any language', () => {
    const quote = [...CODE].slice(-32).join('');
    for (const fence of ['```python\n', '```\n', '```py\n', '\n```python\n\n'])
      expect(added(CODE, `${fence}${quote}print(1)`)).toEqual(['print(1)']);
  });
});

describe('another normal form of what is repeated', () => {
  it.each([
    ['Crème brûlée à la carte, naïve, Ångström', ' et café'],
    ['Thủy triều là hiện tượng nước biển dâng', ' lên'],
    ['조석은 달과 태양의 인력 때문에 바닷물이 주기적으로', ' 오르내립니다'],
  ])('is the same: %s', (shown, rest) => {
    for (const [from, to] of [
      ['NFC', 'NFD'],
      ['NFD', 'NFC'],
    ] as const) {
      const quote = [...shown.normalize(from)].slice(-32).join('').normalize(to);
      expect(added(shown.normalize(from), quote + rest)).toEqual([rest]);
      expect(added(shown.normalize(from), shown.normalize(to) + rest, 'prefix')).toEqual([rest]);
    }
  });

  it.each<[string, string, (text: string) => string]>([
    ['line ends', 'So:\r\n\r\nhigh tide at noon\r\nlow tide', (text) => text.replaceAll('\r\n', '\n')],
    ['longer line ends', 'So:\n\nhigh tide at noon\nlow tide', (text) => text.replaceAll('\n', '\r\n')],
    ['quotation marks', 'She said: “Nobody’s here”, and «nobody’s there»', straight],
    ['curved quotation marks', 'She said: "Nobody\'s here", and left', (text) => text.replaceAll('"', '“')],
    [
      'widths',
      '春天来了，花园里的花都开了。我们去河边吧！１２时见，请带上水和面包，还有伞',
      (text) => text.normalize('NFKC'),
    ],
  ])('is the same with other %s', (_, shown, otherwise) => {
    const quote = [...shown].slice(-32).join('');
    expect(otherwise(quote)).not.toBe(quote);
    expect(added(shown, `${otherwise(quote)} again`)).toEqual([' again']);
    expect(added(shown, `${otherwise(shown)} again`, 'prefix')).toEqual([' again']);
  });

  it('leaves marks that come next', () => {
    expect(added('The end of the word cafe', 'The end of the word cafe\u0301 noir')).toEqual(['\u0301 noir']);
  });
});
