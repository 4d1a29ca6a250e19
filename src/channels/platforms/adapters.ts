import type { PlatformKind } from '../../domain/case/platforms';
import type { PlatformAdapter } from './adapter';
import { alipay } from './kinds/alipay';
import { alipayTrade } from './kinds/alipay-trade';
import { miniprogram } from './kinds/miniprogram';
import { wechatStore } from './kinds/wechat-store';
import { wechatpay } from './kinds/wechatpay';
import { SIGNED_HEADERS } from './kinds/wechatpay-signing';

/** How each kind is spoken with. One more is a line here. */
export const ADAPTERS: Record<PlatformKind, PlatformAdapter> = {
  wechatpay,
  alipay,
  alipayTrade,
  miniprogram,
  wechatStore,
};

/** Headers of answers that they go by. */
export const PLATFORM_HEADERS: readonly string[] = SIGNED_HEADERS;
