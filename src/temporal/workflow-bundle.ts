import { join } from 'node:path';
import { DefaultLogger, type BundleOptions } from '@temporalio/worker';
import { PROJECT_ROOT } from '../paths';

type WebpackConfig = Parameters<NonNullable<BundleOptions['webpackConfigHook']>>[0];

/** The SDK compiles for the Node versions it still knows; spread and fields as calls of helpers cost every activation. */
const TARGET = 'es2022';

function forOurNode(config: WebpackConfig): WebpackConfig {
  for (const rule of config.module?.rules ?? []) {
    if (!rule || typeof rule !== 'object' || typeof rule.use !== 'object' || Array.isArray(rule.use)) continue;
    const { options } = rule.use ?? {};
    if (options && typeof options === 'object' && 'jsc' in options) options.jsc.target = TARGET;
  }
  return config;
}

/** How workflow code is bundled, for the worker and for tests alike. */
export const WORKFLOW_BUNDLE_OPTIONS: BundleOptions = {
  workflowsPath: join(PROJECT_ROOT, 'workflows', 'index.ts'),
  preloadModules: [join(PROJECT_ROOT, 'workflows', 'shared', 'preload.ts')],
  webpackConfigHook: forOurNode,
  logger: new DefaultLogger('WARN'),
};

/** The bundle's code for a worker that leaves out what `workflows/shared/sdk-patches.ts` changes in the SDK. */
export const withPlainSdk = (code: string): string => `globalThis.__REDRESS_PLAIN_SDK__ = true; ${code}`;
