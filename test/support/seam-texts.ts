import { CODE_ANSWERS } from '../../simulator/content/code-answers.js';
import { GENERAL_ANSWERS } from '../../simulator/content/general-answers.js';
import { LANGUAGE_ANSWERS } from '../../simulator/content/language-answers.js';
import { STRUCTURE_ANSWERS } from '../../simulator/content/structure-answers.js';
import { SYSTEM_CODE_ANSWERS } from '../../simulator/content/system-code-answers.js';

const log = Array.from({ length: 14 }, (_, index) => {
  const second = String(10 + index * 3);
  const what = ['INFO  request served', 'WARN  upstream is slow', 'INFO  cache filled', 'ERROR upstream reset'][
    index % 4
  ];
  return `2031-04-07T12:00:${second}Z ${what} id=${(index * 7919).toString(16)} after ${index * 13} ms`;
}).join('\n');

const csv = [
  'station,day,high,low',
  ...Array.from({ length: 16 }, (_, n) => `S${n % 3},2031-04-${n + 1},${n * 7},${n}`),
];

/** Kinds of text that no simulated provider answers with. */
const OTHERS: Readonly<Record<string, string>> = {
  'a log': log,
  'a log in a block': `The service said:\n\n\`\`\`\n${log.slice(0, 600)}\n\`\`\`\n\nThe reset explains it.`,
  csv: csv.join('\n'),
  'a diff':
    'Apply this:\n\n```diff\n--- a/tide.ts\n+++ b/tide.ts\n@@ -1,5 +1,6 @@\n import { moon } from "./moon";\n-const tide = 1;\n+const tide = 2;\n+const ebb = 1;\n export { tide };\n```\n\nThen run the tests.',
  yaml: '```yaml\nservices:\n  web:\n    image: "tide:1"\n    ports:\n      - "80:80"\n  cache:\n    image: "ebb:2"\n    ports:\n      - "81:81"\nvolumes:\n  data: {}\n```\nStart it with `up`.',
  'blocks in a list':
    '1. Install it:\n\n   ```bash\n   npm install tide\n   npm run build\n   ```\n\n2. Ask for a tide:\n\n   ```js\n   const { tide } = await import("tide");\n   console.log(tide(3));\n   ```\n\n3. Done.',
  'a block of tildes':
    'Like this:\n\n~~~python\nfor hour in range(24):\n    print(hour, tide(hour))\n~~~\n\nThat prints a day.',
  quotations:
    '"Well," she said, "the tide \'waits\' for nobody." He answered: “It never did.” – « Jamais », dit-elle. 「そうですね」と彼は言った。 "And so," they agreed, "we go…" ... and went.',
  Vietnamese:
    'Thủy triều là hiện tượng nước biển dâng lên và hạ xuống theo chu kỳ. Nguyên nhân chính là lực hấp dẫn của Mặt Trăng, của Mặt Trời và sự tự quay của Trái Đất.',
  'other marks':
    'Crème brûlée, Ångström, naïve, Žluťoučký kůň, Ünïcödé. Πρόσεχε: ὁ ἄνθρωπος. Йод и ёлка, їжак. Fin de l’été à Orléans.',
  Hindi: 'ज्वार समुद्र के जल का नियमित रूप से ऊपर उठना है। इसका मुख्य कारण चंद्रमा का गुरुत्वाकर्षण है, और सूर्य का भी कुछ प्रभाव पड़ता है।',
  Thai: 'น้ำขึ้นน้ำลงเกิดจากแรงดึงดูดของดวงจันทร์และดวงอาทิตย์ ระดับน้ำทะเลจะเปลี่ยนแปลงวันละสองครั้ง',
  Korean:
    '조석은 달과 태양의 인력 때문에 바닷물이 주기적으로 오르내리는 현상입니다. 하루에 두 번 밀물이 들고 두 번 썰물이 납니다.',
  'a poem':
    'Break, break, break,\nOn thy cold gray stones, O Sea!\nAnd I would that my tongue could utter\nThe thoughts that arise in me.\n\nBreak, break, break,\nAt the foot of thy crags, O Sea!\nBut the tender grace of a day that is dead\nWill never come back to me.',
  'paragraphs of one line':
    'The moon pulls at the water on the near side more than at the earth itself.\n\nOn the far side it pulls at the earth more than at the water, which stays behind.\n\nSo there are two hills of water, and the earth turns below them once a day.\n\nThat is why most coasts have two high tides and two low ones.\n',
};

const topics = [...STRUCTURE_ANSWERS, ...CODE_ANSWERS, ...SYSTEM_CODE_ANSWERS, ...LANGUAGE_ANSWERS];

/** Answers as chat models give them: prose, code, tables, lists, logs, in many scripts. None was made to repeat itself. */
export const SEAM_TEXTS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(topics.map(({ keywords, text }) => [String(keywords), text])),
  ...Object.fromEntries(GENERAL_ANSWERS.map((text, index) => [`a general answer, ${index + 1}`, text])),
  ...OTHERS,
};
