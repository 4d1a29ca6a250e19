import type { PlatformKind } from '../../domain/case/platforms';
import type { PlatformAdapter } from './adapter';
import { wechatpay } from './kinds/wechatpay';
import { SIGNED_HEADERS } from './kinds/wechatpay-signing';

/** How each kind is spoken with. One more is a line here. */
export const ADAPTERS: Record<PlatformKind, PlatformAdapter> = { wechatpay };

/** Headers of answers that they go by. */
export const PLATFORM_HEADERS: readonly string[] = SIGNED_HEADERS;
