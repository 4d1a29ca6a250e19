import { once } from 'node:events';
import express from 'express';
import type { AddressInfo } from 'node:net';
import { loadAssets } from '../../../../src/http/site/kit/assets';

import { TEMPLATES, templatesIn } from '../../../../src/render/engine';
import { join } from 'node:path';

test('the desk can be installed: its manifest opens My day, and each icon is a picture of the size that it says', async () => {
  const server = express().use(loadAssets().router).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    const layout = templatesIn(join(TEMPLATES, 'pages', 'desk')).get('layout') ?? '';
    const address = /<link rel="manifest" href="([^"]+)"/.exec(layout)?.[1] ?? '';
    const response = await fetch(`${base}${address}`);
    expect(response.headers.get('content-type')).toContain('application/manifest+json');
    const manifest = (await response.json()) as Record<string, unknown> & {
      icons: { src: string; sizes: string; type: string; purpose?: string }[];
    };
    expect(manifest).toMatchObject({ start_url: '/desk', scope: '/desk', display: 'standalone' });
    expect(manifest.icons.map(({ sizes, purpose }) => [sizes, purpose])).toEqual([
      ['192x192', undefined],
      ['512x512', undefined],
      ['512x512', 'maskable'],
    ]);
    for (const { src, sizes, type } of manifest.icons) {
      const icon = await fetch(`${base}${src}`);
      const bytes = Buffer.from(await icon.arrayBuffer());
      expect([icon.headers.get('content-type'), bytes.subarray(1, 4).toString()]).toEqual([type, 'PNG']);
      expect(`${bytes.readUInt32BE(16)}x${bytes.readUInt32BE(20)}`).toBe(sizes);
    }
  } finally {
    server.close();
  }
});
