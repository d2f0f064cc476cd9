import type { Topic } from './topic.js';

/** Scripts other than Latin, and emoji. Keywords are a word for the language or any letter of its script. */
export const LANGUAGE_ANSWERS: readonly Topic[] = [
  {
    keywords: /\bemoji|\p{Extended_Pictographic}/iu,
    text: `Emoji are more than one character each 🎉

| Emoji | Name | Code points | UTF-16 units |
| :---: | ---- | ----------: | -----------: |
| 👍 | thumbs up | 1 | 2 |
| 👍🏽 | … with a skin tone | 2 | 4 |
| 🇫🇷 | flag of France | 2 | 4 |
| ❤️ | red heart | 2 | 2 |
| 👩‍🚀 | astronaut | 3 | 5 |
| 👨‍👩‍👧‍👦 | family | 7 | 11 |

So \`"👨‍👩‍👧‍👦".length\` is **11**, and cutting it in the middle gives 👨‍👩 or, worse, a lone surrogate: \`"👍".slice(0, 1)\` 😱.

\`\`\`js
const graphemes = [...new Intl.Segmenter().segment('👩‍🚀🇫🇷👍🏽')].map((part) => part.segment);
console.log(graphemes); // ['👩‍🚀', '🇫🇷', '👍🏽']
\`\`\`

🚀 Always count graphemes 🧮, never units ✂️. Beyond emoji: 𝒜 and 𠮷 need two units as well.
`,
  },
  {
    keywords: /\bjapanese\b|日本語|[\p{Script=Hiragana}\p{Script=Katakana}]/iu,
    text: `もちろんです。日本語でお答えします。

## 文字コードについて

日本語の文章は、**ひらがな**、**カタカナ**、**漢字**を組み合わせて書きます。例えば「吾輩は猫である。名前はまだ無い。」という一文には、三種類の文字のうち二種類が使われています。

1. ひらがな：文法的な役割を持つ語
2. カタカナ：外来語（コーヒー、プログラム）
3. 漢字：名詞や動詞の語幹

\`\`\`python
print("こんにちは、世界")  # UTF-8では一文字三バイト
\`\`\`

> 𠮷野家の「𠮷」は、基本多言語面の外にある文字です。
`,
  },
  {
    keywords: /\bkorean\b|한국어|\p{Script=Hangul}/iu,
    text: `네, 한국어로 답변드리겠습니다.

**한글**은 1443년에 세종대왕이 창제하고 1446년에 반포한 문자입니다. 자음과 모음을 모아 한 글자를 만듭니다.

- ㅎ + ㅏ + ㄴ → 한
- ㄱ + ㅡ + ㄹ → 글

| 낱말 | 뜻 |
| ---- | ---- |
| 하늘 | sky |
| 바다 | sea |

컴퓨터에서는 완성형(NFC)과 조합형(NFD) 두 가지로 나타낼 수 있으므로, 비교하기 전에 정규화해야 합니다.
`,
  },
  {
    keywords: /\bchinese\b|中文|\p{Script=Han}/iu,
    text: `好的，下面用中文回答。

## 为什么天空是蓝色的？

太阳光由不同颜色的光组成。光穿过大气层时，会与空气分子发生**瑞利散射**：波长越短，散射越强。蓝光的波长约为 450 纳米，红光约为 700 纳米，因此蓝光被散射的程度大约是红光的 $(700/450)^4 \\approx 5.9$ 倍。

1. 白天，散射的蓝光从四面八方进入眼睛，天空看起来是蓝色。
2. 傍晚，阳光要穿过更厚的大气，蓝光大多已被散射掉，剩下橙色与红色。
3. 在月球上没有大气，天空总是黑色的。

> 天之苍苍，其正色邪？其远而无所至极邪？——《庄子·逍遥游》

\`\`\`python
def scattering_ratio(short_nm: float, long_nm: float) -> float:
    """瑞利散射强度之比"""
    return (long_nm / short_nm) ** 4

print(f"{scattering_ratio(450, 700):.1f} 倍")
\`\`\`

繁體字也沒問題：龍、龜、鬱；還有生僻字「𠮷」「𡃁」。
`,
  },
  {
    keywords: /\barabic\b|عربي|\p{Script=Arabic}/iu,
    text: `بالتأكيد، سأجيب باللغة العربية.

## كيف تُكتب العربية؟

تُكتب اللغة العربية من **اليمين إلى اليسار**، لكن الأرقام مثل 2026 والكلمات اللاتينية مثل \`HTTP\` تُقرأ من اليسار إلى اليمين داخل السطر نفسه.

1. الحروف تتغير أشكالها بحسب موضعها في الكلمة: هـ، ـهـ، ـه.
2. الحركات اختيارية: كَتَبَ، كُتِبَ، كُتُب.

> العلم في الصغر كالنقش على الحجر.

\`\`\`js
console.log('مرحبا بالعالم'.length); // 13
\`\`\`

وهذه جملة مختلطة: افتح الملف README.md ثم اضغط Enter مرتين.
`,
  },
  {
    keywords: /\bhebrew\b|עברית|\p{Script=Hebrew}/iu,
    text: `בשמחה, אענה בעברית.

עברית נכתבת **מימין לשמאל**, ומספרים כמו 42 נכתבים משמאל לימין.

- שלום – גם ברכה וגם peace
- תודה – thanks

> אם אין אני לי, מי לי? (הלל הזקן)

בקוד: \`const greeting = 'שלום עולם';\` – הסימנים הלטיניים נשארים משמאל לימין.
`,
  },
  {
    keywords: /\b(german|deutsch|french|français|spanish|español|accents?|umlauts?)\b/iu,
    text: `Three short texts with accents and ligatures:

- **Deutsch:** Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich. Das „ß“ hat auch eine Großform: ẞ.
- **Français :** Dès Noël, où un zéphyr haï me vêt de glaçons würmiens, je dîne d’exquis rôtis de bœuf à l’aÿ d’âge mûr.
- **Español:** El pingüino Wenceslao hizo kilómetros bajo exhaustiva lluvia y frío; añoraba a su querido cachorro. ¿Verdad?

The letter é can be one code point (U+00E9) or two (e + U+0301): é. Normalise before you compare.
`,
  },
];
