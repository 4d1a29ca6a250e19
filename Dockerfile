# One image for every program; the command says which (see docker-compose.yml).
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --loglevel=error
COPY tsconfig.json tsconfig.build.json ./
COPY scripts scripts
COPY src src
COPY workflows workflows
COPY activities activities
COPY bench bench
# The embedded servers of `npm start` are development dependencies: here every part is a container of its own.
RUN npm run build && npm prune --omit=dev --loglevel=error
# Documents are set in two weights of the font: the others are 25 MB that nobody reads.
RUN cd node_modules/@embedpdf/fonts-sc/fonts && rm NotoSansHans-Light.otf NotoSansHans-DemiLight.otf NotoSansHans-Medium.otf

FROM node:24-bookworm-slim
# The init process is compose's (`init: true`): it reaps children and passes signals on.
ENV NODE_ENV=production TZ=UTC
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
# What the programs read beside their code: migrations and the pages' static files (below src), templates.
COPY src src
COPY templates templates
RUN mkdir /data && chown node:node /data
ENV DATA_DIR=/data HOST=0.0.0.0
VOLUME /data
USER node
EXPOSE 3000
CMD ["node", "--enable-source-maps", "dist/src/server.js"]
