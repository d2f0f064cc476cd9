import type { ContentPart, ImagePart } from '../../providers/completion.js';
import type { FieldReader } from './field-reader.js';
import { publicImageAddress } from './image-address.js';

const MAX_PARTS = 256;
const IMAGE_DATA = /^data:image\/[a-z0-9.+-]+;base64,\S/i;

const NO_IMAGE =
  'must be a data:image/…;base64, URL or an https: address on the public network, without credentials: no address or name of a network inside.';

/** The content of a message: its text, and its parts where it holds more than text. */
export interface Content {
  readonly text: string;
  readonly parts?: readonly ContentPart[];
  /** The texts of its parts, where it has several. */
  readonly textParts?: readonly string[];
}

/** Text as a string or as parts of these types; undefined where there is none. */
export function readText(message: FieldReader, types: readonly string[] = ['text']): Content | undefined {
  if (!Array.isArray(message.value('content'))) return readString(message);
  const parts = message.readers('content', MAX_PARTS) ?? [];
  return contentOf(parts.map((part) => readTextPart(part, types)));
}

/** The content of a user's message, which may hold images. */
export function readContent(message: FieldReader): Content {
  if (!Array.isArray(message.value('content'))) {
    const content = readString(message);
    if (content === undefined) throw message.invalid('content', 'is needed.');
    return content;
  }
  const parts = message.readers('content', MAX_PARTS)?.map(readPart) ?? [];
  const content = contentOf(parts.flatMap((part) => (part.type === 'text' ? part.text : [])));
  return parts.some(({ type }) => type === 'image') ? { ...content, parts } : content;
}

function contentOf(texts: readonly string[]): Content {
  return { text: texts.join('\n'), ...(texts.length > 1 && { textParts: texts }) };
}

function readString(message: FieldReader): Content | undefined {
  const value = message.value('content');
  if (value === undefined) return undefined;
  if (typeof value === 'string') return { text: value };
  throw message.invalid('content', 'must be a string or a list of parts.');
}

function readPart(part: FieldReader): ContentPart {
  if (part.value('type') === 'image_url') return readImage(part);
  return { type: 'text', text: readTextPart(part, ['text', 'image_url']) };
}

function readTextPart(part: FieldReader, types: readonly string[]): string {
  const type = part.requiredString('type');
  if (!types.includes(type)) {
    const list = types.map((one) => `"${one}"`).join(' or ');
    throw part.invalid('type', `must be ${list}: no provider here takes anything else in this place.`);
  }
  const text = part.string(type);
  if (text === undefined) throw part.invalid(type, 'is needed.');
  return text;
}

function readImage(part: FieldReader): ImagePart {
  const image = part.requiredReader('image_url');
  image.only('url', 'detail');
  const given = image.requiredString('url');
  const url = IMAGE_DATA.test(given) ? given : publicImageAddress(given);
  if (url === undefined) throw image.invalid('url', NO_IMAGE);
  const detail = image.oneOf('detail', ['auto', 'low', 'high']);
  return { type: 'image', url, ...(detail === undefined ? {} : { detail }) };
}
