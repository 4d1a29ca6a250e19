/**
 * What a customer has said on an official account (接收普通消息).
 * @module
 */
import { SaxesParser } from 'saxes';

/** The fields of a message: its elements below the root, as text; a 64-bit number stays one. */
export type Fields = Readonly<Record<string, string>>;

/** Deeper elements (of events) are left out. Documents with a type of their own (DTD) are refused. @returns undefined if it is no such XML */
export function readFields(xml: string): Fields | undefined {
  const fields = new Map<string, string>();
  const open: string[] = [];
  const parser = new SaxesParser({ position: false });
  const refuse = (): never => {
    throw new Error('no XML of a message');
  };
  const text = (said: string): void => {
    const [, name] = open;
    if (open.length === 2 && name !== undefined) fields.set(name, (fields.get(name) ?? '') + said);
  };
  parser.on('error', refuse);
  parser.on('doctype', refuse);
  parser.on('opentag', ({ name }) => {
    open.push(name);
    if (open.length === 2 && !fields.has(name)) fields.set(name, '');
  });
  parser.on('closetag', () => void open.pop());
  parser.on('text', text);
  parser.on('cdata', text);
  try {
    parser.write(xml).close();
  } catch {
    return undefined;
  }
  return fields.size === 0 ? undefined : Object.fromEntries(fields);
}

/** The customer has said it; others are of staff, and events. */
const OF_CUSTOMER = 3;

/**
 * A message of a customer service account of WeCom (读取消息), as the same fields. Undefined: it is none of a customer.
 */
export function kfFields(message: unknown): Fields | undefined {
  if (typeof message !== 'object' || message === null) return undefined;
  const { origin, msgid, external_userid: from, send_time: at, msgtype, ...rest } = message as Record<string, unknown>;
  if (origin !== OF_CUSTOMER || typeof msgid !== 'string' || typeof from !== 'string' || typeof msgtype !== 'string') {
    return undefined;
  }
  const said = (rest[msgtype] ?? {}) as Record<string, unknown>;
  const fields: Record<string, unknown> = {
    FromUserName: from,
    CreateTime: at,
    MsgId: msgid,
    MsgType: msgtype,
    Content: said.content,
    MediaId: said.media_id,
    Label: [said.name, said.address].filter((part) => typeof part === 'string').join(' '),
    Location_X: said.latitude,
    Location_Y: said.longitude,
    Title: said.title,
    Description: said.desc,
    Url: said.url,
  };
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) =>
      typeof value === 'string' || typeof value === 'number' ? [[name, String(value)]] : [],
    ),
  );
}

/** The fields of what was kept: the XML of an official account, or the JSON of a customer service account. */
export function keptFields(raw: string): Fields | undefined {
  if (!raw.startsWith('{')) return readFields(raw);
  try {
    return kfFields(JSON.parse(raw));
  } catch {
    return undefined;
  }
}

/** A message of somebody, as far as it has to be known before it is kept. */
export interface Heard {
  from: string;
  /** By what it is known when it comes again: a number of the platform, or who did what when. */
  once: string;
  /** Seconds since 1970. */
  at: number;
  /** Its place among those of the same person, comparable as text. */
  place: string;
}

/** Undefined: it is from nobody. */
export function heardIn({
  FromUserName: from = '',
  CreateTime = '',
  MsgId,
  Event,
  EventKey = '',
}: Fields): Heard | undefined {
  if (from === '' || !/^\d{1,12}$/u.test(CreateTime)) return undefined;
  const once = MsgId === undefined || MsgId === '' ? `event/${Event}/${CreateTime}/${EventKey}` : `message/${MsgId}`;
  return {
    from,
    once,
    at: Number(CreateTime),
    place: `${CreateTime.padStart(12, '0')}.${(MsgId ?? '').padStart(20, '0')}`,
  };
}

/** A file that has to be fetched. */
export interface Media {
  id: string;
  /** Without its ending. */
  name: string;
}

/** What a message says. `isAside`: nobody has to do anything, as with an event. */
export type Said = { isAside: true } | { isAside: false; text: string; media?: Media };

const MEDIA: Readonly<Record<string, string>> = {
  image: '图片',
  voice: '语音',
  video: '视频',
  shortvideo: '小视频',
  file: '文件',
};

export function saidIn(fields: Fields): Said {
  const { MsgType = '', Content = '', MediaId, Recognition = '' } = fields;
  const said = (text: string, media?: Media): Said => ({ isAside: false, text, ...(media && { media }) });
  if (MsgType === 'event') return { isAside: true };
  if (MsgType === 'text') return said(Content.trim() === '' ? '[空白]' : Content);
  const kind = MEDIA[MsgType];
  if (kind !== undefined && MediaId !== undefined) {
    return said(Recognition === '' ? `[${kind}]` : `[${kind}] ${Recognition}`, { id: MediaId, name: `微信${kind}` });
  }
  if (MsgType === 'location') {
    const { Label = '', Location_X: x = '', Location_Y: y = '' } = fields;
    return said(`[位置] ${Label} (${x}, ${y})`);
  }
  if (MsgType === 'link') {
    const { Title = '', Description = '', Url = '' } = fields;
    return said(['[链接]', Title, Description, Url].filter((part) => part !== '').join(' '));
  }
  return said(`[${MsgType === '' ? '消息' : MsgType}]`);
}
