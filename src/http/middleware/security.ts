import type { RequestHandler } from 'express';
import helmet from 'helmet';

/**
 * Security headers of every answer. The content security policy allows nothing from other origins and nothing inline,
 * so text that a customer typed can never run as a script. Pages replace it by a stricter policy (pages/answers.ts).
 */
export const secure: RequestHandler = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'"],
      fontSrc: ["'self'"],
      connectSrc: ["'self'"],
      formAction: ["'self'"],
      baseUri: ["'none'"],
      frameAncestors: ["'none'"],
    },
  },
  crossOriginEmbedderPolicy: false,
  referrerPolicy: { policy: 'no-referrer' },
  // 180 days. Browsers ignore it on plain HTTP, so it takes effect only behind TLS.
  strictTransportSecurity: { maxAge: 15_552_000, includeSubDomains: false },
});

/** Relaxed for /docs only: Swagger UI sets styles on its elements and draws its icons from data: addresses. */
export const secureDocs: RequestHandler = helmet.contentSecurityPolicy({
  useDefaults: false,
  directives: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'", "'unsafe-inline'"],
    imgSrc: ["'self'", 'data:'],
    fontSrc: ["'self'", 'data:'],
    connectSrc: ["'self'"],
    formAction: ["'none'"],
    baseUri: ["'none'"],
    frameAncestors: ["'none'"],
  },
});

/** Headers of a downloaded file of evidence: whatever it holds, a browser that shows it can run and load nothing. */
export const secureFile: Record<string, string> = {
  'Content-Security-Policy': "default-src 'none'; sandbox",
  'X-Content-Type-Options': 'nosniff',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'private, no-store',
};
