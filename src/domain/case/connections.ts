/**
 * By which ways complaints, mails and news come in and go out. One more is a name here: the compiler then asks for what is
 * said of it (`CONNECTIONS`, src/cases/connections/lines.ts) and what it counts (`TRAFFIC`, src/db/stores/connections.ts).
 */
export const CONNECTION_NAMES = [
  'mailOut',
  'mailIn',
  'sms',
  'wechat',
  'form',
  'chat',
  'hooks',
  'telephone',
  'imports',
  'webhooks',
  'rooms',
  'trackers',
  'platforms',
  'push',
] as const;
export type ConnectionName = (typeof CONNECTION_NAMES)[number];

/** What admins set up one by one, whose changes are written down. */
export type ActedOn = 'hooks' | 'webhooks' | 'rooms' | 'trackers' | 'wechat';

export const CHANNEL_ACTS = ['made', 'changed', 'rotated', 'on', 'off', 'removed'] as const;
export type ChannelActName = (typeof CHANNEL_ACTS)[number];
