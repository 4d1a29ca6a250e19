/**
 * What all invented complaints of a rehearsal have in common.
 * @module
 */
import type { TextRef } from '../basics/types';

export const CASE_NO = 'C000101-REHEAR';
export const TEXT: TextRef = { textId: '00000000-0000-4000-8000-000000000000', sha256: '0'.repeat(64) };
export const CATEGORY = 'product_quality';
export const CHANNEL = 'phone';
export const LANGUAGE = 'zh-CN';
