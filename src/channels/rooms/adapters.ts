import type { RoomKind } from '../../domain/case/rooms';
import type { RoomAdapter } from './adapter';
import { dingtalk } from './kinds/dingtalk';
import { feishu } from './kinds/feishu';
import { slack } from './kinds/slack';
import { teams } from './kinds/teams';
import { wecom } from './kinds/wecom';

/** How each platform is spoken with. */
export const ADAPTERS: Record<RoomKind, RoomAdapter> = { wecom, dingtalk, feishu, slack, teams };
