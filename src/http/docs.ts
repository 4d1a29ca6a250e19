import express, { Router } from 'express';
import { dirname } from 'node:path';
import { secureDocs } from './middleware/security';

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Redress API</title>
    <link rel="stylesheet" href="/docs/swagger-ui.css" />
  </head>
  <body>
    <div id="swagger-ui"></div>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/start.js"></script>
  </body>
</html>
`;

const START = `window.addEventListener('load', () => {
  window.SwaggerUIBundle({ url: '/openapi.json', dom_id: '#swagger-ui', deepLinking: true, validatorUrl: null });
});
`;

/** Swagger UI for the OpenAPI document, at /docs. We serve all its files; it loads nothing from elsewhere. */
export function docs(): Router {
  const folder = dirname(require.resolve('swagger-ui-dist/package.json'));
  const router = Router();
  router.use(secureDocs);
  router.get('/', (_request, response) => void response.type('html').send(PAGE));
  router.get('/start.js', (_request, response) => void response.type('text/javascript').send(START));
  for (const file of ['swagger-ui.css', 'swagger-ui-bundle.js']) {
    router.use(`/${file}`, express.static(`${folder}/${file}`, { immutable: false, maxAge: '1h' }));
  }
  return router;
}
