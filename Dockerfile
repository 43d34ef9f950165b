# A node, without development tools and without the embedded PostgreSQL: in a container DATABASE_URL names a server.

FROM node:20-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY build build
COPY proto proto
COPY src src
RUN npm run build

FROM node:20-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --omit=dev --omit=optional

FROM node:20-slim
WORKDIR /app
ENV NODE_ENV=production KAPOK_HOST=0.0.0.0 KAPOK_PORT=7080
COPY LICENSE package.json ./
COPY migrations migrations
COPY docker/delegate.mjs docker/delegate.mjs
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /app/dist dist
RUN chmod +x dist/src/cli/main.js && ln -s /app/dist/src/cli/main.js /usr/local/bin/kapok
USER node
EXPOSE 7080
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.KAPOK_PORT || 7080) + '/health/ready').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["kapok"]
CMD ["node"]
